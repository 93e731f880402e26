package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.Arrays;
import java.util.Optional;

/**
 * A constant of integers that stands for a weight of floats: each is an integer, less a zero point,
 * times a scale.
 *
 * @param scale positive floats that can be broadcast to the integers: one for all of them, or one
 *     for each index of an axis. Where scales lie in another way, as in blocks, it is their mean
 * @param least the least integer that it may hold
 * @param greatest the greatest
 */
public record IntegerWeight(Tensor scale, long least, long greatest) {
  /** The greatest integer of a signed weight that has 7 bits: 64, so that 0 is in the middle. */
  private static final int SEVEN_BITS = 64;

  private static final int PIECE = 1 << 16;

  /**
   * What is known of integers; empty where they are no such constant, or nothing tells their scale.
   *
   * <p>The range is that of the type, less what the numbers there do without on purpose: the least
   * of a symmetric weight, and the eighth bit of one that was made for processors that cut sums
   * off.
   */
  public static Optional<IntegerWeight> of(Value value) {
    return scale(value).map(scale -> of(scale, value.constant().orElseThrow()));
  }

  /** Whether something is known of integers. */
  static boolean isKnown(Value value) {
    return scale(value).isPresent();
  }

  private static Optional<Tensor> scale(Value value) {
    return value
        .constant()
        .filter(integers -> isIntegers(integers.dataType()) && integers.elementCount() > 0)
        .flatMap(
            integers ->
                ScaleOfIntegers.of(value, integers.rank())
                    .map(scale -> scale.broadcast(integers.sizes())))
        .filter(IntegerWeight::isPositive);
  }

  /** Whether weights are kept in a type: at most 8 bits, or 32 for a bias. */
  static boolean isIntegers(DataType type) {
    return switch (type) {
      case INT2, UINT2, INT4, UINT4, INT8, UINT8, INT32 -> true;
      default -> false;
    };
  }

  static boolean isPositive(Tensor scale) {
    for (float number : scale.toFloats()) {
      if (!(number > 0 && number < Float.POSITIVE_INFINITY)) {
        return false;
      }
    }
    return true;
  }

  private static IntegerWeight of(Tensor scale, Tensor integers) {
    DataType type = integers.dataType();
    boolean signed = type.name().startsWith("I");
    long most = (1L << (signed ? type.bits() - 1 : type.bits())) - 1;
    long least = signed ? -most - 1 : 0;
    if (type == DataType.INT32) {
      return new IntegerWeight(scale, least, most);
    }
    float[] range = range(integers);
    if (type.bits() == 8 && signed && range[0] >= -SEVEN_BITS && range[1] <= SEVEN_BITS) {
      return new IntegerWeight(scale, -SEVEN_BITS, SEVEN_BITS);
    }
    long half = most / 2;
    if (type.bits() == 8 && !signed && range[1] <= (float) half) {
      return new IntegerWeight(scale, 0, half);
    }
    return new IntegerWeight(scale, signed && range[0] > (float) least ? -most : least, most);
  }

  private static float[] range(Tensor integers) {
    float[] range = {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (long from = 0; from < integers.elementCount(); from += PIECE) {
      int count = (int) Math.min(PIECE, integers.elementCount() - from);
      for (float number : integers.toFloats(from, count)) {
        range[0] = Math.min(range[0], number);
        range[1] = Math.max(range[1], number);
      }
    }
    return range;
  }

  /**
   * Scales along an axis.
   *
   * @param axis not negative; -1 where there is one number for all
   */
  record Along(int axis, float... numbers) {

    static Along all(float... numbers) {
      double sum = 0;
      for (float number : numbers) {
        sum += number;
      }
      return new Along(-1, (float) (sum / numbers.length));
    }

    Along mean() {
      return all(numbers);
    }

    /** As floats that can be broadcast to integers of some sizes. */
    Tensor broadcast(long[] sizes) {
      long[] scaleSizes = new long[sizes.length];
      Arrays.fill(scaleSizes, 1);
      if (axis < 0 || numbers.length == 1) {
        return Tensor.ofFloats(scaleSizes, numbers[0]);
      }
      if (axis >= sizes.length || sizes[axis] != numbers.length) {
        return mean().broadcast(sizes);
      }
      scaleSizes[axis] = numbers.length;
      return Tensor.ofFloats(scaleSizes, numbers);
    }
  }
}
