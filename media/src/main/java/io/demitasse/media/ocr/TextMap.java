package io.demitasse.media.ocr;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;

/**
 * Where a detector sees text: one bit a pixel, so that those of many pages can be kept.
 *
 * @param bits row by row; owned by the map and never changed
 */
public record TextMap(int width, int height, BitSet bits) {

  /** Where values are above a threshold; those that are not numbers are not. */
  static TextMap of(float[] values, int width, float threshold) {
    BitSet bits = new BitSet(values.length);
    for (int i = 0; i < values.length; i++) {
      if (values[i] > threshold) {
        bits.set(i);
      }
    }
    return new TextMap(width, values.length / width, bits);
  }

  /** Bool {@code [height,width]}, unpacked when its content is asked for. */
  public Tensor asTensor() {
    return Tensor.deferred(new Unpacking(this)).getFirst();
  }

  private record Unpacking(TextMap map) implements Computation {
    @Override
    public List<Result> results() {
      return List.of(Result.of(DataType.BOOL, map.height, map.width));
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      MemorySegment bytes = destinations.getFirst();
      for (int i = map.bits.nextSetBit(0); i >= 0; i = map.bits.nextSetBit(i + 1)) {
        bytes.set(ValueLayout.JAVA_BYTE, i, (byte) 1);
      }
    }
  }
}
