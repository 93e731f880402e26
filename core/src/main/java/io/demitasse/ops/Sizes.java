package io.demitasse.ops;

import static io.demitasse.ops.TensorFacts.OPEN;

import io.demitasse.ir.Dim;
import io.demitasse.ops.InferredShapes.Cause;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Arithmetic on sizes, some of which vary or are not known. */
final class Sizes {
  static final Dim ZERO = Dim.of(0);
  static final Dim ONE = Dim.of(1);

  private Sizes() {}

  /**
   * A size by its number, of which {@link TensorFacts#OPEN} is none.
   *
   * @throws NotInferable when it is negative
   */
  static Dim of(long size) {
    if (size < OPEN) {
      throw new NotInferable("it would have an axis of size " + size, Cause.TOO_LARGE);
    }
    return size == OPEN ? Dim.UNKNOWN : Dim.of(size);
  }

  static Dim[] of(long... sizes) {
    Dim[] dims = new Dim[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      dims[i] = of(sizes[i]);
    }
    return dims;
  }

  /** The number of a size, or {@link TensorFacts#OPEN}. */
  static long number(Dim size) {
    return size instanceof Dim.Fixed(long number) ? number : OPEN;
  }

  static long[] numbers(Dim... sizes) {
    long[] numbers = new long[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      numbers[i] = number(sizes[i]);
    }
    return numbers;
  }

  static boolean isFixed(Dim size) {
    return size instanceof Dim.Fixed;
  }

  /** Unknown where more than one factor varies; {@link Long#MAX_VALUE} where it is larger. */
  static Dim product(Dim... sizes) {
    if (Arrays.asList(sizes).contains(ZERO)) {
      return ZERO;
    }
    long product = 1;
    @Nullable Dim varying = null;
    for (Dim size : sizes) {
      if (size instanceof Dim.Fixed(long number)) {
        product = number > Long.MAX_VALUE / product ? Long.MAX_VALUE : product * number;
      } else {
        varying = varying == null ? size : Dim.UNKNOWN;
      }
    }
    return varying == null ? Dim.of(product) : product == 1 ? varying : Dim.UNKNOWN;
  }

  static Dim times(Dim one, long number) {
    return product(one, of(number));
  }

  static Dim plus(Dim one, Dim other) {
    if (one.equals(ZERO) || other.equals(ZERO)) {
      return one.equals(ZERO) ? other : one;
    }
    return isFixed(one) && isFixed(other)
        ? Dim.of(Math.addExact(number(one), number(other)))
        : Dim.UNKNOWN;
  }

  /** What becomes of the number of a size; unknown when it has none. */
  static Dim mapped(Dim size, LongUnaryOperator operator) {
    return size instanceof Dim.Fixed(long number) ? of(operator.applyAsLong(number)) : Dim.UNKNOWN;
  }

  /** The sum of two numbers that are not negative, or the largest number there is. */
  static long sum(long one, long other) {
    long sum = one + other;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** An axis counted from the first; it may lie one behind the last where something is inserted. */
  static int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted > rank) {
      throw new NotInferable("axis " + axis + " is outside of a tensor of " + rank + " axes");
    }
    return (int) counted;
  }

  static Dim[] replaced(Dim[] sizes, int axis, Dim size) {
    Dim[] result = sizes.clone();
    result[axis] = size;
    return result;
  }

  static Dim[] concat(Dim[]... parts) {
    return Stream.of(parts).flatMap(Stream::of).toArray(Dim[]::new);
  }

  static Dim[] range(Dim[] sizes, int from, int to) {
    if (from < 0 || from > to || to > sizes.length) {
      throw new NotInferable("a tensor of " + sizes.length + " axes is too small for it");
    }
    return Arrays.copyOfRange(sizes, from, to);
  }

  /** As many sizes of which nothing is known. */
  static Dim[] open(int rank) {
    Dim[] sizes = new Dim[rank];
    Arrays.fill(sizes, Dim.UNKNOWN);
    return sizes;
  }
}
