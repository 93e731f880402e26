package io.demitasse.ir;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Single elements of tensor content, in every numeric type of ONNX. */
final class Elements {
  private Elements() {}

  /**
   * An element as a real number; 64-bit integers are rounded.
   *
   * @throws IllegalStateException for strings and complex numbers
   */
  static double real(DataType type, MemorySegment bytes, long index) {
    return switch (type) {
      case FLOAT -> bytes.getAtIndex(Tensor.F32, index);
      case DOUBLE -> bytes.getAtIndex(Tensor.F64, index);
      case FLOAT16 -> Float.float16ToFloat(bytes.getAtIndex(Tensor.I16, index));
      case BFLOAT16 -> Float.intBitsToFloat(bytes.getAtIndex(Tensor.I16, index) << 16);
      case FLOAT8E4M3FN -> {
        int code = unsignedByte(bytes, index);
        yield (code & 0x7f) == 0x7f ? Double.NaN : small(code, 4, 3, 7);
      }
      case FLOAT8E4M3FNUZ -> {
        int code = unsignedByte(bytes, index);
        yield code == 0x80 ? Double.NaN : small(code, 4, 3, 8);
      }
      case FLOAT8E5M2 -> Float.float16ToFloat((short) (unsignedByte(bytes, index) << 8));
      case FLOAT8E5M2FNUZ -> {
        int code = unsignedByte(bytes, index);
        yield code == 0x80 ? Double.NaN : small(code, 5, 2, 16);
      }
      case FLOAT8E8M0 -> {
        int code = unsignedByte(bytes, index);
        yield code == 0xff ? Double.NaN : Math.scalb(1.0, code - 127);
      }
      case FLOAT4E2M1 -> small((int) packed(bytes, index, 4), 2, 1, 1);
      case UINT64 -> unsigned(bytes.getAtIndex(Tensor.I64, index));
      default -> integer(type, bytes, index);
    };
  }

  /**
   * An element of an integer or boolean type; an unsigned 64-bit one keeps its bits.
   *
   * @throws IllegalStateException for other types
   */
  static long integer(DataType type, MemorySegment bytes, long index) {
    return switch (type) {
      case INT64, UINT64 -> bytes.getAtIndex(Tensor.I64, index);
      case INT32 -> bytes.getAtIndex(Tensor.I32, index);
      case UINT32 -> Integer.toUnsignedLong(bytes.getAtIndex(Tensor.I32, index));
      case INT16 -> bytes.getAtIndex(Tensor.I16, index);
      case UINT16 -> Short.toUnsignedLong(bytes.getAtIndex(Tensor.I16, index));
      case INT8 -> bytes.get(JAVA_BYTE, index);
      case UINT8, BOOL -> unsignedByte(bytes, index);
      case UINT4 -> packed(bytes, index, 4);
      case INT4 -> packed(bytes, index, 4) << 60 >> 60;
      case UINT2 -> packed(bytes, index, 2);
      case INT2 -> packed(bytes, index, 2) << 62 >> 62;
      default ->
          throw new IllegalStateException("no integers are read from a " + type.text() + " tensor");
    };
  }

  /** Whether {@link #integer} reads the type. */
  static boolean isInteger(DataType type) {
    return switch (type) {
      case STRING, COMPLEX64, COMPLEX128 -> false;
      default -> !type.isFloatingPoint();
    };
  }

  /** Stores a number in any type that takes numbers, rounding integers to the nearest even. */
  static void put(DataType type, MemorySegment bytes, long index, double number) {
    if (type.isFloatingPoint()) {
      putReal(type, bytes, index, number);
    } else {
      putInteger(type, bytes, index, (long) Math.rint(number));
    }
  }

  /**
   * Stores a number in a floating-point type of at least 16 bits, rounding to the nearest.
   *
   * @throws IllegalArgumentException for other types
   */
  static void putReal(DataType type, MemorySegment bytes, long index, double number) {
    switch (type) {
      case FLOAT -> bytes.setAtIndex(Tensor.F32, index, (float) number);
      case DOUBLE -> bytes.setAtIndex(Tensor.F64, index, number);
      case FLOAT16 -> bytes.setAtIndex(Tensor.I16, index, Float.floatToFloat16((float) number));
      case BFLOAT16 -> bytes.setAtIndex(Tensor.I16, index, bfloat16((float) number));
      default ->
          throw new IllegalArgumentException(
              "no number can be stored in a " + type.text() + " tensor");
    }
  }

  /**
   * Stores the low bits of an integer in an integer or boolean type; packed neighbors keep theirs.
   */
  static void putInteger(DataType type, MemorySegment bytes, long index, long number) {
    switch (type) {
      case INT64, UINT64 -> bytes.setAtIndex(Tensor.I64, index, number);
      case INT32, UINT32 -> bytes.setAtIndex(Tensor.I32, index, (int) number);
      case INT16, UINT16 -> bytes.setAtIndex(Tensor.I16, index, (short) number);
      case INT8, UINT8, BOOL -> bytes.set(JAVA_BYTE, index, (byte) number);
      case INT4, UINT4 -> pack(bytes, index, 4, number);
      case INT2, UINT2 -> pack(bytes, index, 2, number);
      default ->
          throw new IllegalArgumentException(
              "no integer can be stored in a " + type.text() + " tensor");
    }
  }

  private static int unsignedByte(MemorySegment bytes, long index) {
    return Byte.toUnsignedInt(bytes.get(JAVA_BYTE, index));
  }

  /** The first element of a byte lies in its low bits. */
  private static long packed(MemorySegment bytes, long index, int bits) {
    int perByte = 8 / bits;
    int shift = (int) (index % perByte) * bits;
    return bytes.get(JAVA_BYTE, index / perByte) >> shift & ((1 << bits) - 1);
  }

  private static void pack(MemorySegment bytes, long index, int bits, long number) {
    int perByte = 8 / bits;
    int shift = (int) (index % perByte) * bits;
    int mask = ((1 << bits) - 1) << shift;
    int others = bytes.get(JAVA_BYTE, index / perByte) & ~mask;
    bytes.set(JAVA_BYTE, index / perByte, (byte) (others | ((int) number << shift & mask)));
  }

  /** A float of sign, exponent and mantissa bits without infinities. */
  private static double small(int code, int exponentBits, int mantissaBits, int bias) {
    int exponent = code >> mantissaBits & ((1 << exponentBits) - 1);
    int mantissa = code & ((1 << mantissaBits) - 1);
    double value =
        exponent == 0
            ? Math.scalb(mantissa, 1 - bias - mantissaBits)
            : Math.scalb(mantissa + (1 << mantissaBits), exponent - bias - mantissaBits);
    return (code >> (exponentBits + mantissaBits) & 1) == 0 ? value : -value;
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }

  /** Rounds to the nearest, ties to even; a NaN stays one. */
  private static short bfloat16(float number) {
    int bits = Float.floatToRawIntBits(number);
    if (Float.isNaN(number)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }
}
