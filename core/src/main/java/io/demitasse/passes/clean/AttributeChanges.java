package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;

/** Attributes that came, went or got another default or meaning. */
final class AttributeChanges {
  private AttributeChanges() {}

  /** Statistics are by channel since opset 9; before, {@code spatial = 0} asked for one a place. */
  static String batchNormalizationSpatial(NodeConversion conversion) {
    Node node = conversion.node();
    if (node.intAttribute("spatial", 1) == 0) {
      throw new NotConvertible("it normalizes each place by itself (spatial = 0)");
    }
    boolean written = node.attribute("spatial") != null;
    node.removeAttribute("spatial");
    return written ? "spatial became implied" : "";
  }

  /** Up to opset 13 a second output asked for training. */
  static String batchNormalizationTraining(NodeConversion conversion) {
    if (conversion.node().presentOutputs().size() > 1) {
      throw new NotConvertible("its further outputs mean that it trains");
    }
    return "";
  }

  /** The mask was of the type of the data, and is boolean. */
  static String dropoutMask(NodeConversion conversion) {
    Value mask = conversion.node().output(1);
    if (mask != null && (!mask.uses().isEmpty() || mask.isOutput())) {
      throw new NotConvertible("its mask is read, whose type changed in opset 10");
    }
    return "";
  }

  /** Up to opset 18 the runtime counts padding beyond the last whole window as well. */
  static String averagePool(NodeConversion conversion) {
    Node node = conversion.node();
    boolean ceil = node.intAttribute("ceil_mode", 0) != 0;
    boolean countsPadding = node.intAttribute("count_include_pad", 0) != 0;
    if (ceil && countsPadding) {
      throw new NotConvertible(
          "it counts padding with ceil_mode, which means something else since opset 19");
    }
    return "";
  }

  static String gridSample(NodeConversion conversion) {
    Node node = conversion.node();
    String mode = node.textAttribute("mode", "bilinear");
    String renamed = mode.equals("bilinear") ? "linear" : mode.equals("bicubic") ? "cubic" : mode;
    node.attribute("mode", Attribute.of(renamed));
    return renamed.equals(mode) ? "" : "mode " + mode + " became " + renamed;
  }

  /** The default moved from output_half_pixel to half_pixel. */
  static String roiAlign(NodeConversion conversion) {
    Node node = conversion.node();
    node.attribute("coordinate_transformation_mode", Attribute.of("output_half_pixel"));
    return "coordinates are spelled out";
  }

  /** Equal parts are asked for by their number since opset 18. */
  static String splitCount(NodeConversion conversion) {
    Node node = conversion.node();
    if (node.input(1) != null) {
      return "";
    }
    node.attribute("num_outputs", Attribute.of(node.outputs().size()));
    return "the number of parts is spelled out";
  }
}
