package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
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
        node -> TensorFacts.of(node.type(typed), convolved(node, node.sizes(data), weight)));
  }

  static ShapeRule convolution(DataType type) {
    return ShapeRule.one(node -> TensorFacts.of(type, convolved(node, node.sizes(0), 1)));
  }

  private static Dim[] convolved(NodeFacts node, Dim[] data, int at) {
    Dim[] weight = node.known(at) == null ? Sizes.open(data.length) : node.sizes(at);
    Dim[] sizes = slid(node, data, kernel(node, weight));
    sizes[1] = weight[0];
    return sizes;
  }

  private static Dim[] kernel(NodeFacts node, Dim[] weight) {
    long[] told = node.attributes("kernel_shape", new long[0]);
    return told.length > 0 ? Sizes.of(told) : Sizes.range(weight, 2, weight.length);
  }

  static TensorFacts transposed(NodeFacts node) {
    Dim[] data = node.sizes(0);
    Dim[] weight = node.sizes(1);
    int spatial = data.length - 2;
    Dim[] kernel = kernel(node, weight);
    long[] given = node.attributes("output_shape", new long[0]);
    Dim[] sizes = data.clone();
    sizes[1] = Sizes.times(weight[1], node.attribute("group", 1));
    for (int i = 0; i < spatial; i++) {
      sizes[i + 2] =
          given.length > 0
              ? Sizes.of(given[given.length - spatial + i])
              : widened(node, data[i + 2], kernel[i], i, spatial);
    }
    return node.input(0).withSizes(sizes);
  }

  /** What a transposed convolution makes of a size along one of its spatial axes. */
  private static Dim widened(NodeFacts node, Dim data, Dim kernel, int axis, int spatial) {
    if (!(data instanceof Dim.Fixed(long size) && kernel instanceof Dim.Fixed(long width))) {
      return Dim.UNKNOWN;
    }
    long stride = node.attributes("strides", filled(spatial, 1))[axis];
    if (node.node().textAttribute("auto_pad", "NOTSET").startsWith("SAME")) {
      return Sizes.of(Math.multiplyExact(size, stride));
    }
    long[] pads = node.attributes("pads", filled(2 * spatial, 0));
    long reach = reach(width, node.attributes("dilations", filled(spatial, 1))[axis]);
    long extra = node.attributes("output_padding", filled(spatial, 0))[axis];
    return Sizes.of(
        Math.addExact(Math.multiplyExact(stride, size - 1), extra + reach)
            - pads[axis]
            - pads[axis + spatial]);
  }

  /** How many places a window reaches over. */
  private static long reach(long width, long dilation) {
    return Math.addExact(Math.multiplyExact(width - 1, dilation), 1);
  }

  /** Pooling; a second output holds the places of the maxima. */
  static List<@Nullable TensorFacts> pooled(NodeFacts node) {
    TensorFacts input = node.input(0);
    long[] kernel = node.attributes("kernel_shape", new long[0]);
    if (kernel.length != input.rank() - 2) {
      throw new NotInferable(
          "its kernel_shape " + Arrays.toString(kernel) + " does not fit " + input);
    }
    Dim[] sizes = slid(node, input.dims(), Sizes.of(kernel));
    TensorFacts output = node.symbols().named(input.withSizes(sizes));
    return List.of(output, output.withType(DataType.INT64));
  }

  static TensorFacts pooledToOne(NodeFacts node) {
    Dim[] sizes = node.sizes(0);
    Arrays.fill(sizes, Math.min(2, sizes.length), sizes.length, Sizes.ONE);
    return node.input(0).withSizes(sizes);
  }

  private static Dim[] slid(NodeFacts node, Dim[] data, Dim[] kernel) {
    int spatial = data.length - 2;
    Dim[] sizes = data.clone();
    for (int i = 0; i < spatial; i++) {
      sizes[i + 2] =
          data[i + 2] instanceof Dim.Fixed(long size) && kernel[i] instanceof Dim.Fixed(long width)
              ? Sizes.of(slid(node, size, width, i, spatial))
              : Dim.UNKNOWN;
    }
    return sizes;
  }

  /** How often a window fits along one of the spatial axes. */
  private static long slid(NodeFacts node, long size, long width, int axis, int spatial) {
    long stride = node.attributes("strides", filled(spatial, 1))[axis];
    String automatic = node.node().textAttribute("auto_pad", "NOTSET");
    if (automatic.startsWith("SAME")) {
      return Math.ceilDiv(size, stride);
    }
    long[] pads = node.attributes("pads", filled(2 * spatial, 0));
    long before = automatic.equals("VALID") ? 0 : pads[axis];
    long padded = size + before + (automatic.equals("VALID") ? 0 : pads[axis + spatial]);
    long reach = reach(width, node.attributes("dilations", filled(spatial, 1))[axis]);
    boolean ceil = node.attribute("ceil_mode", 0) != 0;
    return steps(room(padded, reach), stride, ceil, size + pads[axis]);
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
            Sizes.of(node.attribute("output_height", 1)),
            Sizes.of(node.attribute("output_width", 1)));
  }

  static TensorFacts gridSampled(NodeFacts node) {
    Dim[] grid = node.sizes(1);
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
