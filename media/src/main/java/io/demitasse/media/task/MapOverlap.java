package io.demitasse.media.task;

import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** How far two maps of text agree. */
final class MapOverlap {
  private MapOverlap() {}

  /**
   * The pixels that both have over the pixels that either has; 1 where neither has any, 0 where
   * sizes differ.
   *
   * @param map bool {@code [H,W]}
   */
  static double of(Tensor map, Tensor reference) {
    if (!Arrays.equals(map.sizes(), reference.sizes())) {
      return 0;
    }
    MemorySegment own = map.bytes();
    MemorySegment other = reference.bytes();
    long shared = 0;
    long covered = 0;
    for (long i = 0; i < own.byteSize(); i++) {
      int a = own.get(ValueLayout.JAVA_BYTE, i);
      int b = other.get(ValueLayout.JAVA_BYTE, i);
      shared += a & b;
      covered += a | b;
    }
    return covered == 0 ? 1 : (double) shared / covered;
  }
}
