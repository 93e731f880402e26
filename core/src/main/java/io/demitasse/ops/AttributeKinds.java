package io.demitasse.ops;

import io.demitasse.ir.Attribute;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What attributes hold: ONNX gives each of these names one type wherever it appears. */
final class AttributeKinds {
  private record Kind(String text, Class<? extends Attribute> type) {}

  private static final Map<String, Kind> KINDS = new HashMap<>();

  static {
    put(
        new Kind("an integer", Attribute.Int.class),
        List.of(
            "allowzero",
            "axis",
            "batch_axis",
            "batch_dims",
            "block_size",
            "blocksize",
            "ceil_mode",
            "detect_negative",
            "dtype",
            "exclusive",
            "fmod",
            "group",
            "hidden_size",
            "keepdims",
            "layout",
            "noop_with_empty_axes",
            "num_groups",
            "num_outputs",
            "num_scan_inputs",
            "output_dtype",
            "output_height",
            "output_width",
            "select_last_index",
            "transA",
            "transB",
            "upper"));
    put(
        new Kind("a list of integers", Attribute.Ints.class),
        List.of(
            "axes",
            "dilations",
            "ends",
            "kernel_shape",
            "output_padding",
            "output_shape",
            "pads",
            "perm",
            "shape",
            "split",
            "starts",
            "strides"));
    put(
        new Kind("a real number", Attribute.Real.class),
        List.of("alpha", "beta", "epsilon", "extrapolation_value", "gamma"));
    put(
        new Kind("a text", Attribute.Bytes.class),
        List.of(
            "approximate",
            "auto_pad",
            "coordinate_transformation_mode",
            "direction",
            "equation",
            "keep_aspect_ratio_policy",
            "mode",
            "nearest_mode"));
    put(
        new Kind("a graph", Attribute.OfGraph.class),
        List.of("body", "else_branch", "then_branch"));
  }

  private AttributeKinds() {}

  private static void put(Kind kind, List<String> names) {
    names.forEach(name -> KINDS.put(name, kind));
  }

  /** What an attribute should hold and does not; inside a function it may be its caller's. */
  static Optional<String> expected(String name, Attribute attribute) {
    Kind kind = KINDS.get(name);
    return kind == null
            || attribute instanceof Attribute.Reference
            || kind.type().isInstance(attribute)
        ? Optional.empty()
        : Optional.of(kind.text());
  }
}
