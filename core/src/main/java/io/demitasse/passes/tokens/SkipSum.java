package io.demitasse.passes.tokens;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sum that one node computes with its normalization, and gives beside it. To have fewer tokens
 * between the two it is taken apart.
 *
 * <pre>
 *   a, b ─ SkipLayerNormalization ─┬─ normalized        becomes   a, b ─ Add ─┬─ LayerNormalization
 *                                  └─ sum                                     └─ sum
 * </pre>
 */
final class SkipSum {
  /** Where the sum is among the outputs. */
  private static final int SUM = 3;

  /** Since then normalization is an operator of its own. */
  private static final int LAYER_NORMALIZATION = 17;

  private SkipSum() {}

  /** The sum of a node, or where it gives none what is normalized; null where it cannot be used. */
  static @Nullable Value of(Node node) {
    if (node.output(1) != null || node.output(2) != null) {
      return null;
    }
    Value sum = node.output(SUM);
    return sum == null ? node.output() : sum;
  }

  /** Whether a value is the sum beside what is normalized. */
  static boolean is(Value value) {
    Node node = value.producer();
    return node != null
        && Op.CONTRIB_SKIP_LAYER_NORMALIZATION.is(node)
        && value == node.output(SUM);
  }

  /** Whether a model may have such a sum taken apart. */
  static boolean canBeParted(Value sum, Model model) {
    return !is(sum) || model.opset() >= LAYER_NORMALIZATION;
  }

  /** Takes it apart; gives the value that is the sum then, or else the same. */
  static Value parted(Value sum) {
    if (!is(sum)) {
      return sum;
    }
    Node fused = Objects.requireNonNull(sum.producer());
    Graph graph = fused.graph();
    Value added = add(fused, "sum", fused.requiredInput(0), fused.requiredInput(1));
    Value bias = fused.input(4);
    Value whole = bias == null ? added : add(fused, "biased", added, bias);
    Node norm =
        Op.LAYER_NORMALIZATION
            .in(graph)
            .name(graph.freeName(fused.name() + "_norm"))
            .inputs(whole, fused.requiredInput(2), fused.input(3))
            .attribute("axis", -1)
            .attribute("epsilon", fused.realAttribute("epsilon", 1e-5f))
            .insertBefore(fused);
    graph.replaceUses(fused.output(), norm.output());
    graph.replaceUses(sum, whole);
    graph.remove(fused);
    return whole;
  }

  private static Value add(Node fused, String name, Value one, Value other) {
    Graph graph = fused.graph();
    return Op.ADD
        .in(graph)
        .name(graph.freeName(fused.name() + "_" + name))
        .inputs(one, other)
        .insertBefore(fused)
        .output();
  }
}
