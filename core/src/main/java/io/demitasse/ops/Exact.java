package io.demitasse.ops;

import io.demitasse.ir.DataType;
import java.util.function.DoubleBinaryOperator;

/**
 * Arithmetic on small contents as the runtime does it in a type: integers wrap at their width and
 * are divided towards zero, floats are rounded after each operation. What cannot be told for sure
 * is NaN, which stands for an unknown element.
 */
final class Exact {
  /** From here on, not every whole number is a double. */
  private static final double LARGEST = 1L << 53;

  private Exact() {}

  /**
   * What a type holds of the exact result of one operation on its elements. Half precision is
   * unknown: the runtime computes several such operations in a row in single precision, or not.
   */
  static double computed(double number, DataType type) {
    return switch (type) {
      case FLOAT -> finite((float) number);
      case DOUBLE -> finite(number);
      case BOOL -> Double.isNaN(number) ? number : truth(number);
      default -> type.isFloatingPoint() ? Double.NaN : wrapped(number, type);
    };
  }

  /** What a cast makes of an element of one type in another. */
  static double cast(double number, DataType from, DataType to) {
    if (from == to) {
      return number;
    }
    if (isWhole(from) && !known(number)) {
      return Double.NaN;
    }
    if (to == DataType.FLOAT16) {
      return finite(Float.float16ToFloat(Float.floatToFloat16((float) number)));
    }
    if (to.isFloatingPoint() || to == DataType.BOOL || isWhole(from)) {
      return computed(number, to);
    }
    double whole = number < 0 ? Math.ceil(number) : Math.floor(number);
    double held = wrapped(whole, to);
    return held == whole ? held : Double.NaN; // beyond the range, processors differ
  }

  /** An operation on two elements of a type. */
  static double of(DoubleBinaryOperator operator, double one, double other, DataType type) {
    return isWhole(type) && !(known(one) && known(other))
        ? Double.NaN
        : computed(operator.applyAsDouble(one, other), type);
  }

  /** A quotient; that of integers is cut towards zero. */
  static double quotient(double one, double other, DataType type) {
    if (!isWhole(type)) {
      return computed(one / other, type);
    }
    if (!known(one) || !known(other) || other == 0) {
      return Double.NaN;
    }
    long quotient = (long) one / (long) other;
    return computed((double) quotient, type);
  }

  /** The remainder with the sign of the divisor, or with that of the dividend. */
  static double remainder(double one, double other, DataType type, boolean ofDividend) {
    if (!isWhole(type)) {
      return ofDividend && type == DataType.DOUBLE ? finite(one % other) : Double.NaN;
    }
    if (!known(one) || !known(other) || other == 0) {
      return Double.NaN;
    }
    long dividend = (long) one;
    long divisor = (long) other;
    return ofDividend ? dividend % divisor : Math.floorMod(dividend, divisor);
  }

  private static boolean isWhole(DataType type) {
    return !type.isFloatingPoint();
  }

  /** Whether a number is the very one that is meant: larger whole numbers were rounded. */
  static boolean known(double number) {
    return Math.abs(number) < LARGEST;
  }

  private static double truth(double number) {
    return number != 0 ? 1 : 0;
  }

  private static double finite(double number) {
    return Double.isFinite(number) ? number : Double.NaN;
  }

  private static double wrapped(double number, DataType type) {
    if (!known(number)) {
      return Double.NaN;
    }
    long whole = (long) number;
    return switch (type) {
      case INT64 -> whole;
      case INT32 -> (int) whole;
      case INT16 -> (short) whole;
      case INT8 -> (byte) whole;
      case UINT64 -> whole < 0 ? Double.NaN : whole;
      case UINT32 -> whole & 0xFFFF_FFFFL;
      case UINT16 -> whole & 0xFFFF;
      case UINT8 -> whole & 0xFF;
      default -> Double.NaN;
    };
  }
}
