package io.demitasse.ops;

import io.demitasse.ir.Dim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rules of operators that move, copy or drop elements. */
final class DataMovementShapes {
  private DataMovementShapes() {}

  static TensorFacts transpose(NodeFacts node) {
    TensorFacts input = node.input(0);
    int rank = input.rank();
    long[] reversed = IntStream.range(0, rank).mapToLong(i -> rank - 1 - i).toArray();
    long[] axes = node.attributes("perm", reversed);
    Dim[] sizes =
        Arrays.stream(axes)
            .mapToObj(axis -> input.shape().dims().get(Sizes.axis(axis, rank)))
            .toArray(Dim[]::new);
    if (rank < 2) {
      return input;
    }
    Content content = input.content();
    return content == null || rank > 2 || axes[0] == 0
        ? input.withSizes(sizes)
        : input.withSizes(sizes).with(turned(content, (int) Sizes.number(sizes[1])));
  }

  /** The columns of a matrix as rows. */
  private static Content turned(Content content, int rows) {
    int columns = rows == 0 ? 0 : content.length() / rows;
    return content.picked(content.length(), i -> i % rows * columns + i / rows);
  }

  static TensorFacts concat(NodeFacts node) {
    return concat(node, 0, 1);
  }

  /**
   * Inputs come in threes: tensor, scale, zero point; the first two inputs are those of the output.
   */
  static TensorFacts quantizedConcat(NodeFacts node) {
    return concat(node, 2, 3);
  }

  private static TensorFacts concat(NodeFacts node, int from, int step) {
    List<@Nullable TensorFacts> inputs = new ArrayList<>();
    for (int i = from; i < node.node().inputs().size(); i += step) {
      inputs.add(node.known(i));
    }
    TensorFacts first = node.input(from);
    return concat(inputs, first, node.axis(0, first.rank()));
  }

  /** Inputs, of some of which nothing may be known. */
  private static TensorFacts concat(
      List<@Nullable TensorFacts> inputs, TensorFacts first, int axis) {
    Dim[] sizes = first.dims();
    sizes[axis] = Sizes.ZERO;
    for (TensorFacts input : inputs) {
      if (input == null) {
        sizes[axis] = Dim.UNKNOWN;
        continue;
      }
      if (input.rank() != sizes.length) {
        throw new NotInferable("its inputs " + first + " and " + input + " differ in rank");
      }
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] =
            i == axis
                ? Sizes.plus(sizes[i], input.dim(i))
                : common(sizes[i], input.dim(i), first, input);
      }
    }
    return first.withSizes(sizes).with(first.rank() == 1 ? joined(inputs) : null);
  }

  /** What two inputs have along an axis that they are not joined along. */
  private static Dim common(Dim size, Dim other, TensorFacts first, TensorFacts input) {
    if (Sizes.isFixed(size) && Sizes.isFixed(other) && !size.equals(other)) {
      throw NotInferable.contradiction(
          "its inputs " + first + " and " + input + " differ beside the axis that joins them");
    }
    return Sizes.isFixed(other) ? other : size;
  }

  private static @Nullable Content joined(List<@Nullable TensorFacts> inputs) {
    List<Content> parts = new ArrayList<>();
    int length = 0;
    for (TensorFacts input : inputs) {
      Content part = input == null ? null : input.contentOrUnknown();
      if (part == null || length > TensorFacts.MOST_NUMBERS) {
        return null;
      }
      length += part.length();
      parts.add(part);
    }
    return Content.concat(parts);
  }

  static List<@Nullable TensorFacts> split(NodeFacts node) {
    TensorFacts input = node.input(0);
    int axis = node.axis(0, input.rank());
    int count = node.node().outputs().size();
    boolean told = node.has(1) || node.node().attribute("split") != null;
    Dim[] parts = told ? node.sizesListed("split", 1) : chunks(input.dim(axis), count);
    List<@Nullable TensorFacts> outputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Dim part = parts == null ? Dim.UNKNOWN : parts[i];
      outputs.add(input.withSizes(Sizes.replaced(input.dims(), axis, part)));
    }
    return outputs;
  }

  /** Parts of one size, of which the last may be smaller. */
  private static Dim[] chunks(Dim whole, int count) {
    if (!(whole instanceof Dim.Fixed(long size))) {
      return Sizes.open(count);
    }
    long chunk = Math.ceilDiv(size, (long) count);
    return IntStream.range(0, count)
        .mapToObj(i -> Dim.of(Math.max(0, Math.min(chunk, size - i * chunk))))
        .toArray(Dim[]::new);
  }

  static TensorFacts gather(NodeFacts node) {
    TensorFacts data = node.input(0);
    TensorFacts indices = node.input(1);
    int axis = node.axis(0, data.rank());
    Dim[] sizes =
        Sizes.concat(
            Sizes.range(data.dims(), 0, axis),
            indices.dims(),
            Sizes.range(data.dims(), axis + 1, data.rank()));
    Content content = data.content();
    double[] places = indices.numbers();
    requireInside(data.dim(axis), places);
    if (content == null || places == null || data.rank() != 1) {
      return data.withSizes(sizes);
    }
    return data.withSizes(sizes)
        .with(content.picked(places.length, i -> place(places[i], content.length())));
  }

  private static int place(double index, int length) {
    double place = index < 0 ? index + length : index;
    return place >= 0 && place < length ? (int) place : -1;
  }

  private static void requireInside(Dim size, double @Nullable [] places) {
    double last = places == null ? -1 : DoubleStream.of(places).max().orElse(-1);
    if (size instanceof Dim.Fixed(long count) && last >= count) {
      throw NotInferable.contradiction(
          String.format(Locale.ROOT, "its indices go up to %.0f and there are %d", last, count));
    }
  }

  static TensorFacts gatherElements(NodeFacts node) {
    return node.input(0).withSizes(node.sizes(1));
  }

  static TensorFacts gatherNd(NodeFacts node) {
    Dim[] indices = node.sizes(1);
    if (!(indices[indices.length - 1] instanceof Dim.Fixed(long depth))) {
      throw new NotInferable("the last size of its indices is not known");
    }
    int from = Math.toIntExact(node.attribute("batch_dims", 0) + depth);
    return node.input(0)
        .withSizes(
            Sizes.concat(
                Sizes.range(indices, 0, indices.length - 1),
                Sizes.range(node.sizes(0), from, node.rank(0))));
  }

  static TensorFacts compress(NodeFacts node) {
    if (node.node().attribute("axis") == null) {
      return node.input(0).withSizes(Dim.UNKNOWN);
    }
    int axis = node.axis(0, node.rank(0));
    return node.input(0).withSizes(Sizes.replaced(node.sizes(0), axis, Dim.UNKNOWN));
  }

  static TensorFacts expand(NodeFacts node) {
    TensorFacts input = node.input(0);
    TensorFacts result =
        input.withSizes(node.symbols().broadcast(input.dims(), node.content(1).sizes()));
    Content content = input.content();
    if (content == null || content.length() != 1 || result.contentOrUnknown() == null) {
      return result;
    }
    return result.with(content.picked((int) result.elementCount(), _ -> 0));
  }

  static TensorFacts tile(NodeFacts node) {
    Dim[] repeats = node.content(1).sizes();
    Dim[] sizes = node.sizes(0);
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Sizes.product(sizes[i], repeats[i]);
    }
    return node.input(0).withSizes(sizes);
  }

  static TensorFacts pad(NodeFacts node) {
    long[] pads = node.list("pads", 1);
    if (pads == null) {
      throw new NotInferable("its pads are not known");
    }
    int rank = node.rank(0);
    long[] all = IntStream.range(0, rank).asLongStream().toArray();
    long[] axes = node.has(3) ? node.integers(3) : all;
    Dim[] sizes = node.sizes(0);
    for (int i = 0; i < axes.length; i++) {
      int axis = Sizes.axis(axes[i], rank);
      long added = Math.addExact(pads[i], pads[i + axes.length]);
      sizes[axis] =
          added == 0 ? sizes[axis] : Sizes.mapped(sizes[axis], size -> Math.addExact(size, added));
    }
    return node.input(0).withSizes(sizes);
  }

  static TensorFacts depthToSpace(NodeFacts node) {
    long block = node.attribute("blocksize", 1);
    Dim[] sizes = node.sizes(0);
    return node.input(0)
        .withSizes(
            sizes[0],
            Sizes.mapped(sizes[1], size -> size / Math.multiplyExact(block, block)),
            Sizes.times(sizes[2], block),
            Sizes.times(sizes[3], block));
  }

  static TensorFacts spaceToDepth(NodeFacts node) {
    long block = node.attribute("blocksize", 1);
    Dim[] sizes = node.sizes(0);
    return node.input(0)
        .withSizes(
            sizes[0],
            Sizes.times(sizes[1], Math.multiplyExact(block, block)),
            Sizes.mapped(sizes[2], size -> size / block),
            Sizes.mapped(sizes[3], size -> size / block));
  }
}
