package io.demitasse.ops;

import static io.demitasse.ops.TensorFacts.OPEN;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Arithmetic on sizes, some of which may be open. */
final class Sizes {
  private Sizes() {}

  /** Open where a size is; {@link Long#MAX_VALUE} where it is larger than that. */
  static long product(long... sizes) {
    if (LongStream.of(sizes).anyMatch(size -> size == 0)) {
      return 0;
    }
    long product = 1;
    for (long size : sizes) {
      if (size == OPEN) {
        return OPEN;
      }
      product = size > Long.MAX_VALUE / product ? Long.MAX_VALUE : product * size;
    }
    return product;
  }

  static long plus(long one, long other) {
    return one == OPEN || other == OPEN ? OPEN : Math.addExact(one, other);
  }

  /** The sum of two numbers that are not negative, or the largest number there is. */
  static long sum(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  static long times(long one, long other) {
    return product(one, other);
  }

  /** The shape that operands of these shapes are broadcast to. */
  static long[] broadcast(long[] one, long[] other) {
    int rank = Math.max(one.length, other.length);
    long[] result = new long[rank];
    for (int i = 0; i < rank; i++) {
      result[i] = broadcast(fromLast(one, rank - i), fromLast(other, rank - i));
    }
    return result;
  }

  private static long fromLast(long[] sizes, int place) {
    return place > sizes.length ? 1 : sizes[sizes.length - place];
  }

  /** The size that elements along axes of these sizes are repeated to. */
  static long broadcast(long one, long other) {
    if (one == other || other == 1) {
      return one;
    }
    if (one == 1 || one == OPEN) {
      return other; // an open size is 1 or this one
    }
    if (other == OPEN) {
      return one;
    }
    throw NotInferable.contradiction("sizes " + one + " and " + other + " do not broadcast");
  }

  /** An axis counted from the first; it may lie one behind the last where something is inserted. */
  static int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted > rank) {
      throw new NotInferable("axis " + axis + " is outside of a tensor of " + rank + " axes");
    }
    return (int) counted;
  }

  static long[] replaced(long[] sizes, int axis, long size) {
    long[] result = sizes.clone();
    result[axis] = size;
    return result;
  }

  static long[] concat(long[]... parts) {
    return Arrays.stream(parts).flatMapToLong(LongStream::of).toArray();
  }

  static long[] range(long[] sizes, int from, int to) {
    if (from < 0 || from > to || to > sizes.length) {
      throw new NotInferable("a tensor of " + sizes.length + " axes is too small for it");
    }
    return Arrays.copyOfRange(sizes, from, to);
  }

  /** As many open sizes. */
  static long[] open(long rank) {
    long[] sizes = new long[Math.toIntExact(rank)];
    Arrays.fill(sizes, OPEN);
    return sizes;
  }

  /** Sizes given as numbers, open where a number is unknown. */
  static long[] of(double[] numbers) {
    return Arrays.stream(numbers).mapToLong(n -> Double.isNaN(n) ? OPEN : (long) n).toArray();
  }
}
