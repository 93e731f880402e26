package io.demitasse.media;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Element type conversion that changes no value: integers where every element fits, and the
 * rounding of one floating-point format to another.
 */
final class TensorConversion {
  /** Larger integers are not all exact in double, through which they pass. */
  private static final long LARGEST = 1L << 53;

  private TensorConversion() {}

  /** The tensor in another type; empty when a value would change. */
  static Optional<Tensor> convert(Tensor tensor, DataType target) {
    if (tensor.dataType() == target) {
      return Optional.of(tensor);
    }
    if (!isPossible(tensor.dataType(), target)) {
      return Optional.empty();
    }
    return tensor.dataType().isFloatingPoint()
        ? rounded(tensor, target)
        : unchanged(tensor, target);
  }

  /** Whether some values of one type can be given in another. */
  static boolean isPossible(DataType source, DataType target) {
    return isNumber(source)
        && isNumber(target)
        && (target.isFloatingPoint() || !source.isFloatingPoint());
  }

  private static boolean isNumber(DataType type) {
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16, BOOL -> true;
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32 -> true;
      default -> false;
    };
  }

  private static Optional<Tensor> rounded(Tensor tensor, DataType target) {
    double[] values = reals(tensor);
    Tensor converted = Tensor.ofNumbers(target, tensor.sizes(), values);
    double[] stored = reals(converted);
    for (int i = 0; i < values.length; i++) {
      if (Double.isInfinite(stored[i]) && !Double.isInfinite(values[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(converted);
  }

  private static Optional<Tensor> unchanged(Tensor tensor, DataType target) {
    boolean isBool = target == DataType.BOOL;
    long least = isBool ? 0 : -LARGEST;
    long most = isBool ? 1 : LARGEST;
    if (Arrays.stream(tensor.toLongs()).anyMatch(value -> value < least || value > most)) {
      return Optional.empty();
    }
    double[] values = reals(tensor);
    Tensor converted = Tensor.ofNumbers(target, tensor.sizes(), values);
    return Arrays.equals(reals(converted), values) ? Optional.of(converted) : Optional.empty();
  }

  /** All elements in double. */
  private static double[] reals(Tensor tensor) {
    DataType type = tensor.dataType();
    if (type == DataType.DOUBLE) {
      return tensor.bytes().toArray(Tensor.F64);
    }
    if (!type.isFloatingPoint()) {
      return Arrays.stream(tensor.toLongs()).asDoubleStream().toArray();
    }
    float[] floats = tensor.toFloats();
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }
}
