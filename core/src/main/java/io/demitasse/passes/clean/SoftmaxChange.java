package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import java.util.Optional;

/**
 * Softmax, LogSoftmax and Hardmax took all axes from one on together up to opset 12, and take that
 * one alone since.
 *
 * <p>Where the axis is the last, or only axes of size 1 follow, both are the same. Otherwise:
 *
 * <pre>
 *   x ── Softmax(axis) ── y     becomes     x ─┬─ Flatten(axis) ── Softmax(-1) ── Reshape ── y
 *                                              └─ Shape ─────────────────────────────┘
 * </pre>
 */
final class SoftmaxChange {
  private SoftmaxChange() {}

  static String toOneAxis(NodeConversion conversion) {
    Node node = conversion.node();
    long axis = node.intAttribute("axis", 1);
    if (isSameForOneAxis(axis, conversion.facts(0))) {
      boolean written = node.attribute("axis") != null;
      node.attribute("axis", Attribute.of(axis));
      return written ? "" : "axis is spelled out";
    }
    Value input = node.requiredInput(0);
    NodeBuilder shape = Op.SHAPE.in(node.graph()).inputs(input);
    Value sizes = conversion.before(Op.SHAPE, shape);
    NodeBuilder flatten = Op.FLATTEN.in(node.graph()).inputs(input).attribute("axis", axis);
    node.input(0, conversion.before(Op.FLATTEN, flatten));
    node.attribute("axis", Attribute.of(-1));
    reshapeOutput(conversion, sizes);
    return "its axes from " + axis + " on are flattened";
  }

  private static boolean isSameForOneAxis(long axis, Optional<TensorFacts> input) {
    if (axis == -1) {
      return true;
    }
    if (input.isEmpty()) {
      return false;
    }
    long[] sizes = input.get().sizes();
    long first = axis < 0 ? axis + sizes.length : axis;
    if (first < 0) {
      return false;
    }
    for (long i = first + 1; i < sizes.length; i++) {
      if (sizes[(int) i] != 1) {
        return false;
      }
    }
    return first < sizes.length;
  }

  private static void reshapeOutput(NodeConversion conversion, Value sizes) {
    Node node = conversion.node();
    Value flat = node.output();
    NodeBuilder builder =
        Op.RESHAPE
            .in(node.graph())
            .inputs(flat, sizes)
            .outputs(node.graph().freeName(flat.name() + "_reshape"));
    if (conversion.target() >= 14) {
      builder.attribute("allowzero", 1); // a size of 0 is a size, not one to be copied
    }
    Node reshape = builder.insertAfter(node);
    reshape.input(0, null);
    conversion.replaceOutput(reshape.output());
    reshape.input(0, flat);
    flat.type(null);
  }
}
