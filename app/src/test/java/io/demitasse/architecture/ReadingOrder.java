package io.demitasse.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A class uses its own package and what stands above it; packages of one line never meet.
 *
 * <p>Modules are the last lines: the package of the facade closes core, and app may use all.
 */
final class ReadingOrder extends ArchCondition<JavaClass> {
  private static final List<List<String>> LINES =
      List.of(
          List.of("error"),
          List.of("provider"),
          List.of("leftover"),
          List.of("yaml"),
          List.of("ir"),
          List.of("ops"),
          List.of("ops.axes"),
          List.of("manifest"),
          List.of("data"),
          List.of("stored"),
          List.of("objective"),
          List.of("augment"),
          List.of("port"),
          List.of("train"),
          List.of("rewrite"),
          List.of("affine"),
          List.of("calibrate"),
          List.of("cost"),
          List.of("pass"),
          List.of("prune"),
          List.of(
              "passes.clean",
              "passes.factorize",
              "passes.fuse",
              "passes.prune",
              "passes.quantize",
              "passes.tokens",
              "passes.tune"),
          List.of("passes"),
          List.of("evaluate"),
          List.of("sensitivity"),
          List.of("saliency"),
          List.of("recipe"),
          List.of("pipeline"),
          List.of("kernels"),
          List.of("search"),
          List.of("techniques"),
          List.of("journal"),
          List.of("report"),
          List.of("publish"),
          List.of("source"),
          List.of("result"),
          List.of("run"),
          List.of(""),
          List.of("onnx", "solver", "torch", "zoo", "media"),
          List.of("testkit"),
          List.of("app"));

  private static final List<String> MODULES =
      List.of("onnx", "solver", "torch", "zoo", "media", "testkit", "app");

  private final String root;

  ReadingOrder(String root) {
    super("use only what stands above them in the reading order");
    this.root = root;
  }

  @Override
  public void check(JavaClass user, ConditionEvents events) {
    int line = line(user);
    if (line < 0) {
      events.add(
          SimpleConditionEvent.violated(
              user, user.getName() + " is in a package that has no place in the reading order"));
      return;
    }
    for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
      JavaClass used = dependency.getTargetClass().getBaseComponentType();
      boolean ours = (used.getPackageName() + ".").startsWith(root + ".");
      boolean samePlace = place(used).equals(place(user));
      if (ours && !samePlace && line(used) >= line) {
        events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
      }
    }
  }

  private int line(JavaClass type) {
    String place = place(type);
    return IntStream.range(0, LINES.size())
        .filter(line -> LINES.get(line).contains(place))
        .findFirst()
        .orElse(-1);
  }

  /** The package below the root; of the modules besides core only the module. */
  private String place(JavaClass type) {
    String name = type.getPackageName();
    String below = name.length() > root.length() ? name.substring(root.length() + 1) : "";
    String first = below.split("\\.", 2)[0];
    return MODULES.contains(first) ? first : below;
  }
}
