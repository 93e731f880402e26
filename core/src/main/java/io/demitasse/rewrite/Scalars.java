package io.demitasse.rewrite;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;

/** Constants of one element. */
public final class Scalars {
  private Scalars() {}

  /** Whether a tensor is one real or integer number, under whatever rank. */
  public static boolean isScalar(Tensor tensor) {
    return tensor.elementCount() == 1
        && switch (tensor.dataType()) {
          case FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64 ->
              true;
          default -> false;
        };
  }

  /** The number; 64-bit floats keep their width. */
  public static double of(Tensor tensor) {
    return tensor.dataType() == DataType.DOUBLE
        ? tensor.bytes().getAtIndex(Tensor.F64, 0)
        : tensor.toFloats()[0];
  }
}
