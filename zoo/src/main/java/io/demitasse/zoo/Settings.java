package io.demitasse.zoo;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what can be chosen of an architecture, and makes it with other choices. */
final class Settings {
  private final Architecture architecture;
  private final RecordComponent[] components;

  Settings(Architecture architecture) {
    this.architecture = architecture;
    components = architecture.getClass().getRecordComponents();
    if (components == null) {
      throw new IllegalStateException(architecture.getClass().getName() + " is no record");
    }
  }

  /** All settings, in the order of the record's components. */
  List<Zoo.Choice> all() {
    return Arrays.stream(components).map(this::choice).toList();
  }

  private Zoo.Choice choice(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(
          architecture.getClass().getName() + "." + component.getName() + " lacks @Setting");
    }
    return new Zoo.Choice(name(component), setting.value(), text(value(component)));
  }

  /**
   * The same architecture with other settings.
   *
   * @param given texts by name
   * @param owner what messages call the architecture
   * @throws DemitasseException (bad request) with everything that is wrong
   */
  Architecture with(Map<String, String> given, String owner) {
    List<String> problems = new ArrayList<>();
    List<String> names = Arrays.stream(components).map(Settings::name).toList();
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        problems.add(
            String.format(
                Locale.ROOT,
                "there is no setting '%s'%s it has %s",
                name,
                Nearest.suggestion(name, names, ";"),
                String.join(", ", names)));
      }
    }
    Object[] arguments =
        Arrays.stream(components).map(each -> argument(each, given, problems)).toArray();
    if (problems.isEmpty()) {
      return construct(arguments, owner);
    }
    throw refused(owner, problems);
  }

  private Object argument(
      RecordComponent component, Map<String, String> given, List<String> problems) {
    String text = given.get(name(component));
    if (text == null) {
      return value(component);
    }
    try {
      return parsed(component.getType(), text.strip());
    } catch (IllegalArgumentException e) {
      problems.add(
          String.format(
              Locale.ROOT,
              "setting '%s' takes %s, got '%s'",
              name(component),
              takes(component.getType()),
              text));
      return value(component);
    }
  }

  private static Object parsed(Class<?> type, String text) {
    if (type == int.class) {
      return Integer.parseInt(text);
    }
    if (type == double.class) {
      return Double.parseDouble(text);
    }
    if (type == List.class) {
      return Stream.of(text.split(",", -1)).map(each -> Integer.parseInt(each.strip())).toList();
    }
    if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
      return text.equals("true");
    }
    return constants(type)
        .filter(each -> text(each).equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(text));
  }

  private static String takes(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "int" -> "a whole number";
      case "double" -> "a number";
      case "boolean" -> "true or false";
      case "List" -> "whole numbers with commas between them";
      default -> "one of " + constants(type).map(Settings::text).toList();
    };
  }

  private static Stream<?> constants(Class<?> type) {
    Object[] constants = type.getEnumConstants();
    return constants == null ? Stream.empty() : Stream.of(constants);
  }

  private Architecture construct(Object[] arguments, String owner) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
    try {
      Constructor<?> constructor = architecture.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return (Architecture) constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException invalid) {
        throw refused(owner, List.of(String.valueOf(invalid.getMessage())));
      }
      throw new IllegalStateException(architecture + " cannot be made", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(architecture + " cannot be made", e);
    }
  }

  private static DemitasseException refused(String owner, List<String> problems) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "'%s' cannot be made so:\n  - %s",
            owner,
            String.join("\n  - ", problems)));
  }

  private Object value(RecordComponent component) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(architecture);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "cannot read " + component.getName() + " of " + architecture, e);
    }
  }

  /** A value as it is written. */
  static String text(Object value) {
    return switch (value) {
      case List<?> list -> list.stream().map(Settings::text).collect(Collectors.joining(","));
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      default -> String.valueOf(value);
    };
  }

  private static String name(RecordComponent component) {
    return component.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }
}
