package io.demitasse.ops;

import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;

/** Looks for numbers that no integer stands for, and nothing can be computed with. */
public final class Finiteness {
  private static final int RUN = 1 << 14;
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int INFINITY = 0x7f800000;

  private Finiteness() {}

  /** Whether a float tensor holds neither a NaN nor an infinity. */
  public static boolean isFinite(Tensor tensor) {
    MemorySegment bytes = tensor.bytes();
    long count = tensor.elementCount();
    int[] run = new int[(int) Math.min(RUN, count)];
    for (long i = 0; i < count; i += run.length) {
      int length = (int) Math.min(run.length, count - i);
      MemorySegment.copy(bytes, Tensor.I32, 4 * i, run, 0, length);
      int greatest = 0;
      for (int k = 0; k < length; k++) {
        greatest = Math.max(greatest, run[k] & MAGNITUDE);
      }
      if (greatest >= INFINITY) {
        return false;
      }
    }
    return true;
  }
}
