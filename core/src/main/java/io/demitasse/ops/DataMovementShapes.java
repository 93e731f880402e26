package io.demitasse.ops;

import static io.demitasse.ops.TensorFacts.OPEN;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rules of operators that move, copy or drop elements. */
final class DataMovementShapes {
  private static final long INSERTED = Long.MIN_VALUE;

  private DataMovementShapes() {}

  static TensorFacts reshape(NodeFacts node) {
    TensorFacts input = node.input(0);
    double[] numbers = node.numbers(1);
    long[] target = Sizes.of(numbers);
    boolean zeroCopies = node.attribute("allowzero", 0) == 0;
    int computed = -1;
    for (int i = 0; i < target.length; i++) {
      if (numbers[i] == 0 && zeroCopies) {
        target[i] = node.size(0, i);
      } else if (numbers[i] == -1) {
        computed = i;
        target[i] = 1;
      }
    }
    if (computed >= 0) {
      long others = Sizes.product(target);
      long all = input.elementCount();
      target[computed] = all == OPEN || others == OPEN || others == 0 ? OPEN : all / others;
    }
    requireSameCount(input, target);
    return input.viewedAs(target);
  }

  private static void requireSameCount(TensorFacts input, long[] target) {
    long all = input.elementCount();
    long wanted = Sizes.product(target);
    if (all != OPEN && wanted != OPEN && all != wanted) {
      throw NotInferable.contradiction(input + " cannot be viewed as " + Arrays.toString(target));
    }
  }

  static TensorFacts transpose(NodeFacts node) {
    TensorFacts input = node.input(0);
    int rank = input.rank();
    long[] reversed = IntStream.range(0, rank).mapToLong(i -> rank - 1 - i).toArray();
    long[] axes = node.attributes("perm", reversed);
    long[] sizes = Arrays.stream(axes).map(axis -> input.sizes()[Sizes.axis(axis, rank)]).toArray();
    if (rank < 2) {
      return input;
    }
    double[] numbers = input.numbers();
    return numbers == null || rank > 2 || axes[0] == 0
        ? input.withSizes(sizes)
        : input.withSizes(sizes).withNumbers(turned(numbers, (int) sizes[1]));
  }

  /** The columns of a matrix as rows. */
  private static double[] turned(double[] numbers, int rows) {
    int columns = rows == 0 ? 0 : numbers.length / rows;
    return IntStream.range(0, numbers.length)
        .mapToDouble(i -> numbers[i % rows * columns + i / rows])
        .toArray();
  }

  static TensorFacts flatten(NodeFacts node) {
    TensorFacts input = node.input(0);
    int axis = node.axis(1, input.rank());
    return input.viewedAs(
        Sizes.product(Sizes.range(input.sizes(), 0, axis)),
        Sizes.product(Sizes.range(input.sizes(), axis, input.rank())));
  }

  static TensorFacts squeeze(NodeFacts node) {
    TensorFacts input = node.input(0);
    long[] axes = node.list("axes", 1);
    if (axes == null && !input.isFixed()) {
      throw new NotInferable("which axes of " + input + " have size 1 is not known");
    }
    boolean[] dropped = new boolean[input.rank()];
    if (axes == null) {
      IntStream.range(0, dropped.length).forEach(i -> dropped[i] = input.sizes()[i] == 1);
    } else {
      Arrays.stream(axes).forEach(axis -> dropped[Sizes.axis(axis, dropped.length)] = true);
    }
    return input.viewedAs(
        IntStream.range(0, dropped.length)
            .filter(i -> !dropped[i])
            .mapToLong(i -> input.sizes()[i])
            .toArray());
  }

  static TensorFacts unsqueeze(NodeFacts node) {
    TensorFacts input = node.input(0);
    long[] axes = node.list("axes", 1);
    if (axes == null) {
      throw new NotInferable("its axes are not known");
    }
    long[] sizes = new long[input.rank() + axes.length];
    for (long axis : axes) {
      sizes[Sizes.axis(axis, sizes.length)] = INSERTED;
    }
    int next = 0;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = sizes[i] == INSERTED ? 1 : input.sizes()[next++];
    }
    return input.viewedAs(sizes);
  }

  static TensorFacts concat(NodeFacts node) {
    List<TensorFacts> inputs =
        IntStream.range(0, node.node().inputs().size()).mapToObj(node::input).toList();
    return concat(inputs, node.axis(0, inputs.getFirst().rank()));
  }

  /** What two inputs have along an axis that they are not joined along. */
  private static long common(long size, long other, TensorFacts first, TensorFacts input) {
    if (size != OPEN && other != OPEN && size != other) {
      throw NotInferable.contradiction(
          "its inputs " + first + " and " + input + " differ beside the axis that joins them");
    }
    return size == OPEN ? other : size;
  }

  static TensorFacts concat(List<TensorFacts> inputs, int axis) {
    TensorFacts first = inputs.getFirst();
    long[] sizes = first.sizes().clone();
    List<Double> numbers = new ArrayList<>();
    boolean followed = first.rank() == 1;
    sizes[axis] = 0;
    for (TensorFacts input : inputs) {
      if (input.rank() != sizes.length) {
        throw new NotInferable("its inputs " + first + " and " + input + " differ in rank");
      }
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] =
            i == axis
                ? Sizes.plus(sizes[i], input.sizes()[i])
                : common(sizes[i], input.sizes()[i], first, input);
      }
      double[] each = input.numbersOrUnknown();
      followed &= each != null && numbers.size() <= TensorFacts.MOST_NUMBERS;
      numbers.addAll(followed ? DoubleStream.of(each).boxed().toList() : List.of());
    }
    return first
        .withSizes(sizes)
        .withNumbers(followed ? numbers.stream().mapToDouble(Double::doubleValue).toArray() : null);
  }

  static List<@Nullable TensorFacts> split(NodeFacts node) {
    TensorFacts input = node.input(0);
    int axis = node.axis(0, input.rank());
    int count = node.node().outputs().size();
    long[] parts = node.list("split", 1);
    long size = input.sizes()[axis];
    if (parts == null && size == OPEN) {
      return Collections.nCopies(count, input.withSizes(Sizes.replaced(input.sizes(), axis, OPEN)));
    }
    List<@Nullable TensorFacts> outputs = new ArrayList<>();
    long chunk = Math.ceilDiv(size, (long) count);
    for (int i = 0; i < count; i++) {
      long part = parts != null ? parts[i] : Math.max(0, Math.min(chunk, size - i * chunk));
      outputs.add(input.withSizes(Sizes.replaced(input.sizes(), axis, part)));
    }
    return outputs;
  }

  static TensorFacts gather(NodeFacts node) {
    TensorFacts data = node.input(0);
    TensorFacts indices = node.input(1);
    int axis = node.axis(0, data.rank());
    long[] sizes =
        Sizes.concat(
            Sizes.range(data.sizes(), 0, axis),
            indices.sizes(),
            Sizes.range(data.sizes(), axis + 1, data.rank()));
    double[] numbers = data.numbers();
    double[] places = indices.numbers();
    requireInside(data.sizes()[axis], places);
    if (numbers == null || places == null || data.rank() != 1) {
      return data.withSizes(sizes);
    }
    double[] picked =
        DoubleStream.of(places)
            .map(place -> at(numbers, place < 0 ? place + numbers.length : place))
            .toArray();
    return data.withSizes(sizes).withNumbers(picked);
  }

  private static void requireInside(long size, double @Nullable [] places) {
    double last = places == null ? -1 : DoubleStream.of(places).max().orElse(-1);
    if (size != OPEN && last >= size) {
      throw NotInferable.contradiction(
          String.format(Locale.ROOT, "its indices go up to %.0f and there are %d", last, size));
    }
  }

  private static double at(double[] numbers, double place) {
    return place >= 0 && place < numbers.length ? numbers[(int) place] : Double.NaN;
  }

  static TensorFacts gatherElements(NodeFacts node) {
    return node.input(0).withSizes(node.sizes(1));
  }

  static TensorFacts gatherNd(NodeFacts node) {
    long[] indices = node.sizes(1);
    long depth = indices[indices.length - 1];
    if (depth == OPEN) {
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
      return node.input(0).withSizes(OPEN);
    }
    int axis = node.axis(0, node.rank(0));
    return node.input(0).withSizes(Sizes.replaced(node.sizes(0), axis, OPEN));
  }

  static TensorFacts expand(NodeFacts node) {
    TensorFacts input = node.input(0);
    TensorFacts result = input.withSizes(Sizes.broadcast(input.sizes(), Sizes.of(node.numbers(1))));
    double[] numbers = input.numbers();
    if (numbers == null || numbers.length != 1 || result.numbersOrUnknown() == null) {
      return result;
    }
    double[] repeated = new double[(int) result.elementCount()];
    Arrays.fill(repeated, numbers[0]);
    return result.withNumbers(repeated);
  }

  static TensorFacts tile(NodeFacts node) {
    long[] repeats = Sizes.of(node.numbers(1));
    long[] sizes = node.sizes(0).clone();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Sizes.times(sizes[i], repeats[i]);
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
    long[] sizes = node.sizes(0).clone();
    for (int i = 0; i < axes.length; i++) {
      int axis = Sizes.axis(axes[i], rank);
      sizes[axis] = Sizes.plus(sizes[axis], pads[i] + pads[i + axes.length]);
    }
    return node.input(0).withSizes(sizes);
  }

  static TensorFacts depthToSpace(NodeFacts node) {
    long block = node.attribute("blocksize", 1);
    long[] sizes = node.sizes(0);
    return node.input(0)
        .withSizes(
            sizes[0],
            sizes[1] == OPEN ? OPEN : sizes[1] / (block * block),
            Sizes.times(sizes[2], block),
            Sizes.times(sizes[3], block));
  }

  static TensorFacts spaceToDepth(NodeFacts node) {
    long block = node.attribute("blocksize", 1);
    long[] sizes = node.sizes(0);
    return node.input(0)
        .withSizes(
            sizes[0],
            Sizes.times(sizes[1], block * block),
            sizes[2] == OPEN ? OPEN : sizes[2] / block,
            sizes[3] == OPEN ? OPEN : sizes[3] / block);
  }
}
