package io.demitasse.pass;

import io.demitasse.error.DemitasseException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what passes declare: names, options with defaults, and instances from and to option maps.
 */
public final class PassOptions {

  /**
   * One option as its pass declares it.
   *
   * @param name as in a recipe, in kebab case
   * @param choices the spellings of an enum's constants; empty for other types
   */
  public record Declared(String name, Class<?> type, Option option, List<String> choices) {

    /** What may be given, for a sentence. */
    public String takes() {
      return switch (type.getSimpleName()) {
        case "boolean" -> "true or false";
        case "int", "long" -> "a whole number";
        case "double" -> "a number";
        case "List" -> "a list of text";
        default -> choices.isEmpty() ? "a text" : "one of " + choices;
      };
    }
  }

  private PassOptions() {}

  /** The recipe key of a pass: its class name in kebab case. */
  public static String name(Class<? extends Pass> pass) {
    return kebab(pass.getSimpleName());
  }

  public static PassInfo info(Class<? extends Pass> pass) {
    PassInfo info = pass.getAnnotation(PassInfo.class);
    if (info == null) {
      throw new IllegalStateException(pass.getName() + " lacks @PassInfo");
    }
    return info;
  }

  /** The options of a pass, those of its groups at the place of the group. */
  public static List<Declared> declared(Class<? extends Pass> pass) {
    return declaredBy(pass);
  }

  private static List<Declared> declaredBy(Class<?> type) {
    List<Declared> declared = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType().isRecord()) {
        declared.addAll(declaredBy(component.getType()));
      } else {
        declared.add(declared(component));
      }
    }
    return declared;
  }

  private static Declared declared(RecordComponent component) {
    Option option = component.getAnnotation(Option.class);
    if (option == null) {
      throw new IllegalStateException(
          component.getDeclaringRecord().getName() + "." + component.getName() + " lacks @Option");
    }
    return new Declared(
        kebab(component.getName()), component.getType(), option, choices(component.getType()));
  }

  /**
   * Makes a pass from options as a recipe spells them; what is not given has its default.
   *
   * @param given option values by name: text, numbers, booleans or lists of text
   * @param problems receives one sentence for each option that is unknown or unfit
   * @return the pass, or null when there were problems
   */
  public static <P extends Pass> @Nullable P create(
      Class<P> pass, Map<String, ?> given, List<String> problems) {
    int before = problems.size();
    List<Declared> declared = declared(pass);
    List<String> names = declared.stream().map(Declared::name).toList();
    for (String key : given.keySet()) {
      if (!names.contains(key)) {
        problems.add("pass '" + name(pass) + "' has no option '" + key + "'; it has " + names);
      }
    }
    Object[] arguments = new Object[declared.size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = argument(declared.get(i), given, name(pass), problems);
    }
    P made = construct(pass, pass, arguments, problems);
    if (made == null) {
      problems.addAll(otherRefusals(pass, declared, arguments, problems));
    }
    return problems.size() > before ? null : made;
  }

  /** An option as it was given; its default when it was not, or cannot be taken. */
  private static Object argument(
      Declared option, Map<String, ?> given, String pass, List<String> problems) {
    Object usual = convert(option.type(), option.option().value());
    return given.containsKey(option.name())
        ? converted(option, given.get(option.name()), pass, problems).orElse(usual)
        : usual;
  }

  /**
   * A pass tells of the first option that is out of its range; the others come to light one by one.
   */
  private static <P extends Pass> Set<String> otherRefusals(
      Class<P> pass, List<Declared> declared, Object[] arguments, List<String> told) {
    Set<String> others = new LinkedHashSet<>();
    for (int i = 0; i < arguments.length; i++) {
      Object[] alone = arguments(declared);
      alone[i] = arguments[i];
      List<String> refused = new ArrayList<>();
      construct(pass, pass, alone, refused);
      others.addAll(refused);
    }
    told.forEach(others::remove);
    return others;
  }

  private static Object[] arguments(List<Declared> declared) {
    return declared.stream()
        .map(option -> convert(option.type(), option.option().value()))
        .toArray();
  }

  /** A pass with all its defaults. */
  public static <P extends Pass> P defaults(Class<P> pass) {
    return of(pass, Map.of());
  }

  /**
   * A pass with options that are known to fit.
   *
   * @throws IllegalStateException when they do not
   */
  public static <P extends Pass> P of(Class<P> pass, Map<String, ?> options) {
    List<String> problems = new ArrayList<>();
    P made = create(pass, options, problems);
    if (made == null) {
      throw new IllegalStateException(String.join("; ", problems));
    }
    return made;
  }

  /** All options of a pass, as a recipe spells them. */
  public static Map<String, Object> values(Pass pass) {
    Map<String, Object> values = new LinkedHashMap<>();
    addValues(pass, values);
    return values;
  }

  private static void addValues(Object options, Map<String, Object> values) {
    for (RecordComponent component : options.getClass().getRecordComponents()) {
      Object value = read(component, options);
      if (component.getType().isRecord()) {
        addValues(value, values);
      } else {
        values.put(
            kebab(component.getName()),
            value instanceof Enum<?> constant ? kebab(constant) : value);
      }
    }
  }

  /** A pass as one would ask for it: its name, and the options that are not as usual. */
  public static String text(Pass pass) {
    Map<String, Object> usual = values(defaults(pass.getClass()));
    StringBuilder text = new StringBuilder(name(pass.getClass()));
    values(pass)
        .forEach(
            (option, value) -> {
              if (!value.equals(usual.get(option))) {
                text.append(' ').append(option).append('=').append(text(value));
              }
            });
    return text.toString();
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
        : String.valueOf(value);
  }

  private static Object read(RecordComponent component, Object options) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(options);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "cannot read option " + component.getName() + " of " + options, e);
    }
  }

  /**
   * Makes a pass, or a group of its options.
   *
   * @param arguments in the order in which they are declared, those of groups at their places
   */
  private static <T> @Nullable T construct(
      Class<? extends Pass> pass, Class<T> type, Object[] arguments, List<String> problems) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] own = new Object[components.length];
    int next = 0;
    for (int i = 0; i < own.length; i++) {
      Class<?> each = components[i].getType();
      int count = each.isRecord() ? declaredBy(each).size() : 1;
      Object made =
          each.isRecord()
              ? construct(pass, each, Arrays.copyOfRange(arguments, next, next + count), problems)
              : arguments[next];
      if (made == null) {
        return null;
      }
      own[i] = made;
      next += count;
    }
    return instance(pass, type, own, problems);
  }

  private static <T> @Nullable T instance(
      Class<? extends Pass> pass, Class<T> type, Object[] arguments, List<String> problems) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class[]::new);
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException invalid) {
        problems.add("pass '" + name(pass) + "': " + invalid.getMessage());
        return null;
      }
      throw DemitasseException.passFailed(
          "Pass '" + name(pass) + "' cannot be made: " + e.getCause(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(pass.getName() + " cannot be constructed", e);
    }
  }

  private static Optional<Object> converted(
      Declared option, @Nullable Object value, String pass, List<String> problems) {
    try {
      return Optional.of(convert(option.type(), value));
    } catch (IllegalArgumentException e) {
      problems.add(
          "option '"
              + option.name()
              + "' of pass '"
              + pass
              + "' takes "
              + option.takes()
              + ", got '"
              + value
              + "'");
      return Optional.empty();
    }
  }

  private static Object convert(Class<?> type, @Nullable Object value) {
    String text = String.valueOf(value);
    if (type == int.class) {
      return Integer.parseInt(text);
    }
    if (type == long.class) {
      return Long.parseLong(text);
    }
    if (type == double.class) {
      return Double.parseDouble(text);
    }
    if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
      return text.equals("true");
    }
    if (type == String.class) {
      return text;
    }
    if (type == List.class) {
      return texts(value);
    }
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        if (kebab((Enum<?>) constant).equals(text)) {
          return constant;
        }
      }
    }
    throw new IllegalArgumentException(text);
  }

  private static List<String> texts(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    String text = String.valueOf(value);
    return text.isEmpty() ? List.of() : List.of(text.split(",\\s*"));
  }

  private static List<String> choices(Class<?> type) {
    return type.isEnum()
        ? Arrays.stream(type.getEnumConstants()).map(constant -> kebab((Enum<?>) constant)).toList()
        : List.of();
  }

  private static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String kebab(String camel) {
    return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }
}
