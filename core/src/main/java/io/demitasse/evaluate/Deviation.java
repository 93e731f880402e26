package io.demitasse.evaluate;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How far one tensor is from another. */
public final class Deviation {
  private Deviation() {}

  /**
   * The largest absolute difference over the largest finite magnitude of the expected tensor; 0 for
   * equal content, infinite for other types, sizes or a missing tensor, and where an element is
   * infinite or no number in one of them alone.
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
    return relative(expected, actual);
  }

  private static boolean isReal(DataType type) {
    return type == DataType.FLOAT
        || type == DataType.DOUBLE
        || type == DataType.FLOAT16
        || type == DataType.BFLOAT16;
  }

  private static double relative(Tensor expected, Tensor actual) {
    double[] largest = {0};
    double[] difference = {0};
    boolean comparable =
        ElementPairs.read(
            expected,
            actual,
            (wanted, got) -> {
              if (!Float.isFinite(wanted) || !Float.isFinite(got)) {
                return wanted == got || (Float.isNaN(wanted) && Float.isNaN(got));
              }
              largest[0] = Math.max(largest[0], Math.abs(wanted));
              difference[0] = Math.max(difference[0], Math.abs((double) wanted - got));
              return true;
            });
    if (!comparable) {
      return Double.POSITIVE_INFINITY;
    }
    return difference[0] == 0 ? 0 : difference[0] / largest[0];
  }
}
