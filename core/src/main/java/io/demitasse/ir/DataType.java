package io.demitasse.ir;

import java.util.Locale;

/**
 * The element types of ONNX tensors, packed 4-bit and 2-bit integers and the 8-bit floats included.
 */
public enum DataType {
  FLOAT(1, 32),
  UINT8(2, 8),
  INT8(3, 8),
  UINT16(4, 16),
  INT16(5, 16),
  INT32(6, 32),
  INT64(7, 64),
  /** Variable-length byte strings; {@link #bits()} is 0. */
  STRING(8, 0),
  BOOL(9, 8),
  FLOAT16(10, 16),
  DOUBLE(11, 64),
  UINT32(12, 32),
  UINT64(13, 64),
  COMPLEX64(14, 64),
  COMPLEX128(15, 128),
  BFLOAT16(16, 16),
  FLOAT8E4M3FN(17, 8),
  FLOAT8E4M3FNUZ(18, 8),
  FLOAT8E5M2(19, 8),
  FLOAT8E5M2FNUZ(20, 8),
  UINT4(21, 4),
  INT4(22, 4),
  FLOAT4E2M1(23, 4),
  FLOAT8E8M0(24, 8),
  UINT2(25, 2),
  INT2(26, 2);

  private static final DataType[] BY_CODE = new DataType[27];

  static {
    for (DataType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;
  private final int bits;

  DataType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /** The number ONNX gives this type in {@code TensorProto.DataType}. */
  public int code() {
    return code;
  }

  /** Bits of one element; 0 for strings, whose elements differ in length. */
  public int bits() {
    return bits;
  }

  /**
   * The type with an ONNX number.
   *
   * @throws IllegalArgumentException when ONNX defines no such type, naming the number
   */
  public static DataType ofCode(int code) {
    if (code < 1 || code >= BY_CODE.length) {
      throw new IllegalArgumentException("ONNX defines no tensor data type " + code);
    }
    return BY_CODE[code];
  }

  /** Bytes that {@code count} elements take, packed types rounded up to whole bytes. */
  public long bytes(long count) {
    return Math.ceilDiv(Math.multiplyExact(count, (long) bits), 8L);
  }

  /** Whether values are real numbers in a floating-point format of any width. */
  public boolean isFloatingPoint() {
    return switch (this) {
      case FLOAT,
          DOUBLE,
          FLOAT16,
          BFLOAT16,
          FLOAT8E4M3FN,
          FLOAT8E4M3FNUZ,
          FLOAT8E5M2,
          FLOAT8E5M2FNUZ,
          FLOAT4E2M1,
          FLOAT8E8M0 ->
          true;
      default -> false;
    };
  }

  /**
   * The lower-case name used in text graphs and reports, such as {@code float} or {@code uint8}.
   */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
