package io.demitasse.ops;

import static io.demitasse.ops.TensorFacts.OPEN;

import io.demitasse.ir.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rules of convolution and pooling: a window moves over [batch, channels, spatial...]. */
final class WindowShapes {
  private WindowShapes() {}

  /** A convolution of the data and weight at two places, with the type of a third input. */
  static ShapeRule convolution(int data, int weight, int typed) {
    return ShapeRule.one(
        node ->
            TensorFacts.of(
                node.type(typed), convolved(node, node.sizes(data), node.sizes(weight))));
  }

  static ShapeRule convolution(DataType type) {
    return ShapeRule.one(
        node -> TensorFacts.of(type, convolved(node, node.sizes(0), node.sizes(1))));
  }

  private static long[] convolved(NodeFacts node, long[] data, long[] weight) {
    long[] kernel = node.attributes("kernel_shape", Sizes.range(weight, 2, weight.length));
    long[] sizes = slid(node, data, kernel);
    sizes[1] = weight[0];
    return sizes;
  }

  static TensorFacts transposed(NodeFacts node) {
    long[] data = node.sizes(0);
    long[] weight = node.sizes(1);
    int spatial = data.length - 2;
    long[] kernel = node.attributes("kernel_shape", Sizes.range(weight, 2, weight.length));
    long[] strides = node.attributes("strides", filled(spatial, 1));
    long[] dilations = node.attributes("dilations", filled(spatial, 1));
    long[] pads = node.attributes("pads", filled(2 * spatial, 0));
    long[] extra = node.attributes("output_padding", filled(spatial, 0));
    long[] given = node.attributes("output_shape", new long[0]);
    boolean same = node.node().textAttribute("auto_pad", "NOTSET").startsWith("SAME");
    long[] sizes = data.clone();
    sizes[1] = Sizes.times(weight[1], node.attribute("group", 1));
    for (int i = 0; i < spatial; i++) {
      long size = data[i + 2];
      long reach = kernel[i] == OPEN ? OPEN : (kernel[i] - 1) * dilations[i] + 1;
      if (given.length > 0) {
        sizes[i + 2] = given[given.length - spatial + i];
      } else if (size == OPEN || reach == OPEN) {
        sizes[i + 2] = OPEN;
      } else {
        sizes[i + 2] =
            same
                ? size * strides[i]
                : strides[i] * (size - 1) + extra[i] + reach - pads[i] - pads[i + spatial];
      }
    }
    return node.input(0).withSizes(sizes);
  }

  /** Pooling; a second output holds the places of the maxima. */
  static List<@Nullable TensorFacts> pooled(NodeFacts node) {
    TensorFacts input = node.input(0);
    long[] kernel = node.attributes("kernel_shape", new long[0]);
    if (kernel.length != input.rank() - 2) {
      throw new NotInferable(
          "its kernel_shape " + Arrays.toString(kernel) + " does not fit " + input);
    }
    TensorFacts output = input.withSizes(slid(node, input.sizes(), kernel));
    return List.of(output, output.withType(DataType.INT64));
  }

  static TensorFacts pooledToOne(NodeFacts node) {
    long[] sizes = node.sizes(0).clone();
    Arrays.fill(sizes, Math.min(2, sizes.length), sizes.length, 1);
    return node.input(0).withSizes(sizes);
  }

  private static long[] slid(NodeFacts node, long[] data, long[] kernel) {
    int spatial = data.length - 2;
    long[] strides = node.attributes("strides", filled(spatial, 1));
    long[] dilations = node.attributes("dilations", filled(spatial, 1));
    long[] pads = node.attributes("pads", filled(2 * spatial, 0));
    String automatic = node.node().textAttribute("auto_pad", "NOTSET");
    boolean ceil = node.attribute("ceil_mode", 0) != 0;
    long[] sizes = data.clone();
    for (int i = 0; i < spatial; i++) {
      long size = data[i + 2];
      if (size == OPEN || kernel[i] == OPEN) {
        sizes[i + 2] = OPEN;
        continue;
      }
      long reach = (kernel[i] - 1) * dilations[i] + 1;
      long padded = size + (automatic.equals("VALID") ? 0 : pads[i] + pads[i + spatial]);
      sizes[i + 2] =
          automatic.startsWith("SAME")
              ? Math.ceilDiv(size, strides[i])
              : steps(room(padded, reach), strides[i], ceil, size + pads[i]);
    }
    return sizes;
  }

  private static long room(long padded, long reach) {
    if (reach > padded) {
      throw NotInferable.contradiction(
          String.format(Locale.ROOT, "its window reaches over %d and there are %d", reach, padded));
    }
    return padded - reach;
  }

  /**
   * How often a window fits; one that would begin in the padding behind the data is not counted.
   */
  private static long steps(long room, long stride, boolean ceil, long end) {
    long steps = (ceil ? Math.ceilDiv(room, stride) : Math.floorDiv(room, stride)) + 1;
    return ceil && (steps - 1) * stride >= end ? steps - 1 : steps;
  }

  static TensorFacts regions(NodeFacts node) {
    return node.input(0)
        .withSizes(
            node.size(1, 0),
            node.size(0, 1),
            node.attribute("output_height", 1),
            node.attribute("output_width", 1));
  }

  static TensorFacts gridSampled(NodeFacts node) {
    long[] grid = node.sizes(1);
    return node.input(0)
        .withSizes(
            Sizes.concat(Sizes.range(node.sizes(0), 0, 2), Sizes.range(grid, 1, grid.length - 1)));
  }

  private static long[] filled(int count, long value) {
    long[] all = new long[count];
    Arrays.fill(all, value);
    return all;
  }
}
