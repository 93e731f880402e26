package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.List;
import java.util.Optional;

/** Upsample became Resize in opset 10, and Resize got its coordinates spelled out in opset 11. */
final class ResizeChanges {
  private ResizeChanges() {}

  static String scalesToInput(NodeConversion conversion) {
    Node node = conversion.node();
    if (!(node.attribute("scales") instanceof Attribute.Reals(List<Float> scales))) {
      throw new NotConvertible("it has no scales");
    }
    double[] numbers = scales.stream().mapToDouble(Float::doubleValue).toArray();
    Tensor tensor = Tensor.ofNumbers(DataType.FLOAT, new long[] {numbers.length}, numbers);
    node.input(1, conversion.constant("scales", tensor));
    node.removeAttribute("scales");
    return "scales became an input";
  }

  /**
   * Opset 10 divides output places by the scale. For the nearest element the runtime cuts that
   * place off where it enlarges and rounds it up where it shrinks.
   */
  static String coordinates(NodeConversion conversion) {
    Node node = conversion.node();
    boolean nearest = node.textAttribute("mode", "nearest").equals("nearest");
    String rounding = nearest ? rounding(node) : "floor";
    Value scales = node.requiredInput(1);
    Tensor noRegion = Tensor.ofFloats(new long[] {0});
    node.input(1, conversion.constant("roi", noRegion));
    node.input(2, scales);
    node.attribute("coordinate_transformation_mode", Attribute.of("asymmetric"));
    node.attribute("nearest_mode", Attribute.of(rounding));
    return "coordinates are spelled out";
  }

  private static String rounding(Node node) {
    Optional<Tensor> scales = node.constantInput(1);
    boolean enlarges = false;
    boolean shrinks = false;
    for (float scale : scales.map(Tensor::toFloats).orElse(new float[] {0.5f, 2})) {
      enlarges |= scale > 1;
      shrinks |= scale < 1;
    }
    if (enlarges && shrinks) {
      throw new NotConvertible(
          "it takes the nearest element at scales that are not known to all enlarge or all shrink");
    }
    return shrinks ? "ceil" : "floor";
  }

  /** Inputs that do not matter had to be empty tensors, and are absent since opset 13. */
  static String optionalInputs(NodeConversion conversion) {
    Node node = conversion.node();
    String mode = node.textAttribute("coordinate_transformation_mode", "half_pixel");
    if (mode.equals("tf_half_pixel_for_nn")) {
      throw new NotConvertible("its coordinates are tf_half_pixel_for_nn, gone since opset 13");
    }
    String what = "";
    for (int i = 1; i < node.inputs().size(); i++) {
      if (node.constantInput(i).filter(tensor -> tensor.elementCount() == 0).isPresent()) {
        node.input(i, null);
        what = "empty inputs became absent";
      }
    }
    return what;
  }
}
