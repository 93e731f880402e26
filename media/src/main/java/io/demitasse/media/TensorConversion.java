package io.demitasse.media;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Element type conversion that changes no value: widening, narrowing where every element fits, and
 * the rounding of one floating-point format to another.
 */
final class TensorConversion {
  private TensorConversion() {}

  /** The tensor in another type; empty when a value would change. */
  static Optional<Tensor> convert(Tensor tensor, DataType target) {
    DataType source = tensor.dataType();
    if (source == target) {
      return Optional.of(tensor);
    }
    if (!isNumber(source) || !isNumber(target)) {
      return Optional.empty();
    }
    if (source.isFloatingPoint()) {
      return target.isFloatingPoint() ? rounded(tensor, target) : Optional.empty();
    }
    return copied(tensor, target);
  }

  /** Why {@link #convert} gives nothing, as the end of a sentence. */
  static String why(Tensor tensor, DataType target) {
    boolean alike =
        isNumber(tensor.dataType())
            && isNumber(target)
            && (target.isFloatingPoint() || !tensor.dataType().isFloatingPoint());
    return alike ? " with values that " + target.text() + " cannot hold" : "";
  }

  private static boolean isNumber(DataType type) {
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, BOOL -> true;
      default -> false;
    };
  }

  private static Optional<Tensor> rounded(Tensor tensor, DataType target) {
    MemorySegment from = tensor.bytes();
    MemorySegment to = allocate(tensor, target);
    for (int i = 0; i < tensor.elementCount(); i++) {
      double value = real(tensor.dataType(), from, i);
      double stored = setReal(target, to, i, value);
      if (Double.isInfinite(stored) && !Double.isInfinite(value)) {
        return Optional.empty();
      }
    }
    return Optional.of(Tensor.of(target, tensor.sizes(), to));
  }

  private static Optional<Tensor> copied(Tensor tensor, DataType target) {
    long[] values = tensor.toLongs();
    MemorySegment to = allocate(tensor, target);
    for (int i = 0; i < values.length; i++) {
      boolean kept =
          target.isFloatingPoint()
              ? Math.abs(values[i]) < 1L << 53
                  && setReal(target, to, i, (double) values[i]) == (double) values[i]
              : setInteger(target, to, i, values[i]);
      if (!kept) {
        return Optional.empty();
      }
    }
    return Optional.of(Tensor.of(target, tensor.sizes(), to));
  }

  private static MemorySegment allocate(Tensor tensor, DataType target) {
    return MemorySegment.ofArray(new byte[Math.toIntExact(target.bytes(tensor.elementCount()))]);
  }

  private static double real(DataType type, MemorySegment bytes, long index) {
    return switch (type) {
      case FLOAT -> bytes.getAtIndex(Tensor.F32, index);
      case DOUBLE -> bytes.getAtIndex(Tensor.F64, index);
      default -> Float.float16ToFloat(bytes.getAtIndex(Tensor.I16, index));
    };
  }

  /** Stores a value and returns what is now stored. */
  private static double setReal(DataType type, MemorySegment bytes, long index, double value) {
    float single = (float) value;
    switch (type) {
      case FLOAT -> bytes.setAtIndex(Tensor.F32, index, single);
      case DOUBLE -> bytes.setAtIndex(Tensor.F64, index, value);
      default -> bytes.setAtIndex(Tensor.I16, index, Float.floatToFloat16(single));
    }
    return real(type, bytes, index);
  }

  /** Stores a value, and tells whether it fits. */
  private static boolean setInteger(DataType type, MemorySegment bytes, long index, long value) {
    switch (type) {
      case INT64 -> bytes.setAtIndex(Tensor.I64, index, value);
      case INT32, UINT32 -> bytes.setAtIndex(Tensor.I32, index, (int) value);
      case INT16, UINT16 -> bytes.setAtIndex(Tensor.I16, index, (short) value);
      default -> bytes.set(JAVA_BYTE, index, (byte) value);
    }
    return switch (type) {
      case INT64 -> true;
      case BOOL -> value == 0 || value == 1;
      case UINT8, UINT16, UINT32 -> value >= 0 && value >>> type.bits() == 0;
      default -> {
        int spare = 64 - type.bits();
        yield value << spare >> spare == value;
      }
    };
  }
}
