package io.demitasse.pass;

import io.demitasse.error.DemitasseException;
import io.demitasse.port.Port;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether a class that somebody brings as a pass declares all that a pass has to. */
public final class PassDeclaration {
  private static final Set<String> OPTION_TYPES =
      Set.of(
          "boolean",
          "int",
          "long",
          "double",
          "java.lang.String",
          "java.util.List<java.lang.String>");

  private PassDeclaration() {}

  /** What is wrong with it, one clause each; empty when it is a pass. */
  public static List<String> problems(Class<?> type) {
    List<String> problems = new ArrayList<>();
    if (!ModelPass.class.isAssignableFrom(type) && !BundlePass.class.isAssignableFrom(type)) {
      problems.add("it implements neither ModelPass nor BundlePass");
    }
    PassInfo info = type.getAnnotation(PassInfo.class);
    if (info == null) {
      problems.add("it lacks @PassInfo");
    } else {
      for (Class<?> port : info.needs()) {
        if (!port.isAnnotationPresent(Port.class)) {
          problems.add("it needs " + port.getName() + ", which lacks @Port");
        }
      }
    }
    if (type.isRecord()) {
      optionProblems(type, new HashSet<>(), problems);
    } else {
      problems.add("it is no record");
    }
    if (problems.isEmpty()) {
      defaultProblems(type.asSubclass(Pass.class), problems);
    }
    return problems;
  }

  /** Of a pass, or of a group of its options. */
  private static void optionProblems(Class<?> type, Set<String> names, List<String> problems) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getType().isRecord()) {
        optionProblems(component.getType(), names, problems);
      } else {
        optionProblem(component, problems);
        if (!names.add(component.getName())) {
          problems.add("it has two options of the name '" + component.getName() + "'");
        }
      }
    }
  }

  private static void optionProblem(RecordComponent component, List<String> problems) {
    if (!component.isAnnotationPresent(Option.class)) {
      problems.add("its component '" + component.getName() + "' lacks @Option");
    }
    String type = component.getGenericType().getTypeName();
    if (!OPTION_TYPES.contains(type) && !component.getType().isEnum()) {
      problems.add(
          "its component '"
              + component.getName()
              + "' is a "
              + type
              + ", and an option is a boolean, int, long, double, String, enum, List<String> or a"
              + " record of such");
    }
  }

  /** A pass that nobody gives options must be one that can be made. */
  private static void defaultProblems(Class<? extends Pass> type, List<String> problems) {
    try {
      PassOptions.create(type, Map.of(), problems);
    } catch (DemitasseException e) {
      problems.add(e.getMessage());
    } catch (RuntimeException e) {
      problems.add("it cannot be made with its defaults: " + e);
    }
  }
}
