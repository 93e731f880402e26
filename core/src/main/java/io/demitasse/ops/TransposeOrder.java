package io.demitasse.ops;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Makes every Transpose list its axes. One that reverses them all need not, and behind a
 * dequantization along an axis ONNX Runtime ends the process over one that does not.
 */
public final class TransposeOrder {
  private TransposeOrder() {}

  /** Writes the order of axes wherever their number is known and the order is not written. */
  public static void spellOut(Model model) {
    List<Node> silent = silent(model);
    if (silent.isEmpty()) {
      return;
    }
    InferredShapes shapes = ShapeInference.infer(model, Map.of());
    for (Node node : silent) {
      shapes
          .rank(node.requiredInput(0))
          .ifPresent(
              rank ->
                  node.attribute(
                      "perm",
                      Attribute.ofInts(
                          LongStream.range(0, rank).map(axis -> rank - 1 - axis).toArray())));
    }
  }

  /** Whether a model has a Transpose without an order, and dequantizes anything at all. */
  public static boolean isRisky(Model model) {
    boolean[] dequantizes = {false};
    model.forEachNode(
        node ->
            dequantizes[0] |=
                Op.DEQUANTIZE_LINEAR.is(node) || Op.CONTRIB_DEQUANTIZE_LINEAR.is(node));
    return dequantizes[0] && !silent(model).isEmpty();
  }

  private static List<Node> silent(Model model) {
    List<Node> silent = new ArrayList<>();
    model.forEachNode(
        node -> {
          if (Op.TRANSPOSE.is(node) && node.intsAttribute("perm").length == 0) {
            silent.add(node);
          }
        });
    return silent;
  }
}
