package io.demitasse.passes.tune;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Tells which weights of a model are trained, quantized or not, and which cannot be. */
final class WeightKinds {
  /** Weights that are named. */
  private static final int SHOWN = 3;

  private WeightKinds() {}

  /** How many of each type are trained, such as {@code 2 weights of int8, 1 weight of float}. */
  static String of(Collection<Value> parameters) {
    Map<String, Integer> counts = new TreeMap<>();
    int scales = 0;
    for (Value parameter : parameters) {
      if (Parameters.isScale(parameter)) {
        scales++;
      } else {
        counts.merge(type(parameter), 1, Integer::sum);
      }
    }
    Map<String, Integer> all = new LinkedHashMap<>();
    counts.forEach(
        (type, count) -> all.put(count == 1 ? "weight of " + type : "weights of " + type, count));
    if (scales > 0) {
      all.put(scales == 1 ? "scale" : "scales", scales);
    }
    return all.entrySet().stream()
        .map(each -> String.format(Locale.ROOT, "%,d %s", each.getValue(), each.getKey()))
        .collect(Collectors.joining(", "));
  }

  /** What of some nodes cannot be trained, as the end of a sentence; empty where they have none. */
  static String fixed(Model model, Predicate<Node> selected) {
    Set<String> fixed = new LinkedHashSet<>();
    model.forEachNode(
        node -> {
          for (int input = 0; input < node.inputs().size() && selected.test(node); input++) {
            Parameters.fixed(node, input)
                .ifPresent(value -> fixed.add("'" + value.name() + "' of " + type(value)));
          }
        });
    if (fixed.isEmpty()) {
      return "";
    }
    int more = fixed.size() - SHOWN;
    return "; "
        + fixed.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "")
        + " cannot be trained: floats of 32 bits can be, and integers whose scale is known, so"
        + " train the model before it is compressed";
  }

  private static String type(Value value) {
    DataType type = value.constant().orElseThrow().dataType();
    return type.name().toLowerCase(Locale.ROOT);
  }
}
