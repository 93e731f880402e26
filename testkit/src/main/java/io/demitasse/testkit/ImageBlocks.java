package io.demitasse.testkit;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** Blocks of convolutional networks over {@code [N, channels, H, W]}. */
final class ImageBlocks {
  private final Sketch sketch;

  ImageBlocks(Sketch sketch) {
    this.sketch = sketch;
  }

  /** A network of some blocks, ending in a picture, a vector or one row of scores a sample. */
  Value network(Value picture, int channels) {
    int width = sketch.oneOf(4, 6, 8);
    Value value = normalized(picture, channels, width, 1);
    for (int block = sketch.between(2, 4); block > 0; block--) {
      value = sketch.withClutter(block(value, width));
    }
    if (sketch.chance(0.6)) {
      return scores(value, width);
    }
    return sketch.opset() >= 13 ? attended(value, width) : value;
  }

  /** The places of a picture look at each other, and their mean is taken. */
  private Value attended(Value value, int width) {
    Value row = transposed(sketch.op("Reshape", value, sketch.integers(0, width, -1)), 0, 2, 1);
    Value shares =
        sketch
            .node("Softmax", sketch.op("MatMul", heads(row, width), turnedHeads(row, width)))
            .attribute("axis", 3)
            .append()
            .output();
    Value mixed = transposed(sketch.op("MatMul", shares, heads(row, width)), 0, 2, 1, 3);
    Value joined = sketch.op("Reshape", mixed, sketch.integers(0, 0, width));
    return sketch.mean(sketch.op("Tanh", sketch.op("Add", row, joined)), 1);
  }

  private Value heads(Value row, int width) {
    return transposed(split(row, width), 0, 2, 1, 3);
  }

  private Value turnedHeads(Value row, int width) {
    return transposed(split(row, width), 0, 2, 3, 1);
  }

  private Value split(Value row, int width) {
    Value projected = sketch.op("MatMul", row, sketch.weight(width, width, width));
    return sketch.op("Reshape", projected, sketch.integers(0, 0, 2, width / 2));
  }

  private Value transposed(Value value, long... order) {
    return sketch
        .node("Transpose", value)
        .attribute("perm", Attribute.ofInts(order))
        .append()
        .output();
  }

  private Value block(Value value, int width) {
    return switch (sketch.between(0, 6)) {
      case 0 ->
          sketch.op("Add", value, normalized(normalized(value, width, width, 1), width, width, 1));
      case 1 -> normalized(value, width, width, width);
      case 2 -> gated(value, width);
      case 3 -> branches(value, width);
      case 4 -> pooled(value);
      case 5 -> bottleneck(value, width);
      default -> normalized(value, width, width, 2);
    };
  }

  private Value gated(Value value, int width) {
    Value product = sketch.op("Mul", value, gate(value, width));
    return sketch.chance(0.5) ? sketch.op("Add", value, product) : product;
  }

  /** Fewer channels, and more again without anything between. */
  private Value bottleneck(Value value, int width) {
    int channels = sketch.oneOf(1, width);
    Value narrow = convolution(value, width, channels, 1, 3);
    sketch.fadeBorder(narrow);
    return convolution(narrow, channels, width, 1, 1);
  }

  /** Convolution, perhaps with bias, batch normalization and activation. */
  private Value normalized(Value value, int in, int out, int groups) {
    Value result = convolution(value, in, out, groups, sketch.oneOf(1, 3));
    if (sketch.chance(0.7)) {
      result = batchNormalization(result, out);
    }
    if (sketch.chance(0.3)) {
      result = affine(result, out);
    }
    result = activation(result);
    return sketch.chance(0.2) ? affine(result, out) : result;
  }

  /** A learned factor and shift, for all channels together or for each. */
  private Value affine(Value value, int channels) {
    Value scaled = sketch.op("Mul", learned(1, channels), value);
    return sketch.chance(0.8) ? sketch.op("Add", scaled, learned(0, channels)) : scaled;
  }

  private Value learned(double center, int channels) {
    return sketch.chance(0.5) ? sketch.vector(center, 1) : sketch.channels(center, channels);
  }

  private Value convolution(Value value, int in, int out, int groups, int kernel) {
    int fanIn = in / groups * kernel * kernel;
    boolean apart = kernel > 1 && sketch.chance(0.2);
    List<Value> inputs =
        new ArrayList<>(
            List.of(
                apart ? padded(value) : value,
                sketch.weight(fanIn, out, in / groups, kernel, kernel)));
    if (sketch.chance(0.5)) {
      inputs.add(sketch.vector(0, out));
    }
    NodeBuilder node = sketch.node("Conv", inputs.toArray(Value[]::new)).attribute("group", groups);
    int pad = kernel / 2;
    return (apart || sketch.chance(0.7)
            ? node.attribute("kernel_shape", Attribute.ofInts(kernel, kernel))
                .attribute("pads", Attribute.ofInts(pad, apart ? 0 : pad, pad, pad))
            : node.attribute("auto_pad", "SAME_UPPER"))
        .append()
        .output();
  }

  /** A zero before each line. */
  private Value padded(Value value) {
    return sketch.opset() >= 11
        ? sketch.op("Pad", value, sketch.integers(0, 0, 0, 1, 0, 0, 0, 0))
        : sketch
            .node("Pad", value)
            .attribute("pads", Attribute.ofInts(0, 0, 0, 1, 0, 0, 0, 0))
            .append()
            .output();
  }

  private Value batchNormalization(Value value, int channels) {
    NodeBuilder node =
        sketch.node(
            "BatchNormalization",
            value,
            sketch.vector(1, channels),
            sketch.vector(0, channels),
            sketch.vector(0, channels),
            sketch.vector(1, channels));
    return (sketch.chance(0.5) ? node.attribute("epsilon", 1e-3f) : node).append().output();
  }

  private Value activation(Value value) {
    return switch (sketch.between(0, 6)) {
      case 0 -> sketch.op("Relu", value);
      case 1 -> sketch.op("Mul", value, sketch.op("Sigmoid", value));
      case 2 -> clip(value);
      case 3 -> sketch.node("LeakyRelu", value).attribute("alpha", 0.1f).append().output();
      case 4 -> sketch.op("Mul", value, sketch.op("HardSigmoid", value));
      case 5 -> hardSwish(value);
      default -> value;
    };
  }

  private Value hardSwish(Value value) {
    Value cut = clip(sketch.op("Add", value, sketch.scalar(3)));
    return sketch.op("Div", sketch.op("Mul", value, cut), sketch.scalar(6));
  }

  private Value clip(Value value) {
    return sketch.opset() >= 11
        ? sketch.op("Clip", value, sketch.scalar(0), sketch.scalar(6))
        : sketch.node("Clip", value).attribute("min", 0f).attribute("max", 6f).append().output();
  }

  /** Squeeze and excitation: one factor a channel. */
  private Value gate(Value value, int width) {
    Value squeezed = kept(sketch.op("GlobalAveragePool", value));
    Value inner = sketch.op("Relu", convolution(squeezed, width, 2, 1, 1));
    return sketch.op(sketch.oneOf("Sigmoid", "HardSigmoid"), convolution(inner, 2, width, 1, 1));
  }

  /** The same shape again, computed as exporters do. */
  private Value kept(Value value) {
    if (sketch.opset() < 11) {
      return value;
    }
    Value channels = sketch.op("Gather", sketch.op("Shape", value), sketch.integers(1));
    Value one = sketch.integers(1);
    Value shape =
        sketch
            .node("Concat", sketch.integers(-1), channels, one, one)
            .attribute("axis", 0)
            .append()
            .output();
    return sketch.op("Reshape", value, shape);
  }

  private Value branches(Value value, int width) {
    Value joined =
        sketch
            .node("Concat", normalized(value, width, 2, 1), normalized(value, width, 2, 1), value)
            .attribute("axis", 1)
            .append()
            .output();
    return normalized(joined, width + 4, width, 1);
  }

  private Value pooled(Value value) {
    return sketch
        .node(sketch.oneOf("MaxPool", "AveragePool"), value)
        .attribute("kernel_shape", Attribute.ofInts(2, 2))
        .attribute("strides", Attribute.ofInts(1, 1))
        .append()
        .output();
  }

  private Value scores(Value value, int width) {
    Value flat = sketch.op("Flatten", sketch.op("GlobalAveragePool", value));
    Value product = sketch.chance(0.5) ? gemm(flat, width) : productAndBias(flat, width);
    return sketch.node("Softmax", product).attribute("axis", 1).append().output();
  }

  private Value gemm(Value flat, int width) {
    boolean transposed = sketch.chance(0.5);
    Value weight = transposed ? sketch.weight(width, 5, width) : sketch.weight(width, width, 5);
    return sketch
        .node("Gemm", flat, weight, sketch.vector(0, 5))
        .attribute("transB", transposed ? 1 : 0)
        .append()
        .output();
  }

  private Value productAndBias(Value flat, int width) {
    Value product = sketch.op("MatMul", flat, sketch.weight(width, width, 5));
    return sketch.op("Add", product, sketch.vector(0, 5));
  }
}
