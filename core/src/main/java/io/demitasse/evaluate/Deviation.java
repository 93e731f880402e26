package io.demitasse.evaluate;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How far one tensor is from another. */
public final class Deviation {
  private Deviation() {}

  /**
   * The largest absolute difference over the largest magnitude of the expected tensor; 0 for equal
   * content, infinite for other types, sizes or a missing tensor.
   */
  public static double of(Tensor expected, @Nullable Tensor actual) {
    if (actual == null
        || expected.dataType() != actual.dataType()
        || !Arrays.equals(expected.sizes(), actual.sizes())) {
      return Double.POSITIVE_INFINITY;
    }
    if (expected.contentEquals(actual)) {
      return 0;
    }
    if (!isReal(expected.dataType())) {
      return Double.POSITIVE_INFINITY;
    }
    return relative(expected.toFloats(), actual.toFloats());
  }

  private static boolean isReal(DataType type) {
    return type == DataType.FLOAT
        || type == DataType.DOUBLE
        || type == DataType.FLOAT16
        || type == DataType.BFLOAT16;
  }

  private static double relative(float[] expected, float[] actual) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      boolean bothNan = Float.isNaN(expected[i]) && Float.isNaN(actual[i]);
      if (expected[i] == actual[i] || bothNan) {
        largest = Math.max(largest, bothNan ? 0 : Math.abs(expected[i]));
        continue;
      }
      double apart = Math.abs((double) expected[i] - actual[i]);
      if (Double.isNaN(apart)) {
        return Double.POSITIVE_INFINITY;
      }
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, apart);
    }
    return difference == 0 ? 0 : difference / largest;
  }
}
