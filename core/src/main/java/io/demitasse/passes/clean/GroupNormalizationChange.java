package io.demitasse.passes.clean;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * Scale and bias of GroupNormalization were one number a group up to opset 20, and are one a
 * channel since.
 *
 * <pre>
 *   scale[groups] ── Unsqueeze ── [groups, 1] ── Expand ── [groups, channels / groups] ── Reshape ── [channels]
 * </pre>
 *
 * The number of channels is taken from the input when it runs; folding constants computes it where
 * it is known.
 */
final class GroupNormalizationChange {
  private GroupNormalizationChange() {}

  static String toChannels(NodeConversion conversion) {
    Node node = conversion.node();
    Value channels =
        conversion.before(
            Op.SHAPE,
            Op.SHAPE
                .in(node.graph())
                .inputs(node.requiredInput(0))
                .attribute("start", 1)
                .attribute("end", 2));
    Value groups = conversion.integers("groups", node.intAttribute("num_groups", 1));
    Value each = conversion.before(Op.DIV, Op.DIV.in(node.graph()).inputs(channels, groups));
    Value shape =
        conversion.before(
            Op.CONCAT, Op.CONCAT.in(node.graph()).inputs(groups, each).attribute("axis", 0));
    for (int i = 1; i <= 2; i++) {
      node.input(i, repeated(conversion, node.requiredInput(i), shape));
    }
    return "scale and bias are repeated for each channel";
  }

  private static Value repeated(NodeConversion conversion, Value byGroup, Value shape) {
    Node node = conversion.node();
    Value column =
        conversion.before(
            Op.UNSQUEEZE,
            Op.UNSQUEEZE.in(node.graph()).inputs(byGroup, conversion.integers("axes", 1)));
    Value rows = conversion.before(Op.EXPAND, Op.EXPAND.in(node.graph()).inputs(column, shape));
    return conversion.before(
        Op.RESHAPE, Op.RESHAPE.in(node.graph()).inputs(rows, conversion.integers("flat", -1)));
  }
}
