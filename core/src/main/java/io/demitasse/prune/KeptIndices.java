package io.demitasse.prune;

import io.demitasse.ir.Computation;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** A tensor without some indices along its axes. */
public final class KeptIndices implements Computation {
  private final Tensor tensor;
  private final int[][] kept;

  /**
   * @param tensor of whole bytes an element
   * @param kept for each axis the indices that stay, in rising order
   */
  private KeptIndices(Tensor tensor, int[][] kept) {
    this.tensor = tensor;
    this.kept = kept;
  }

  /**
   * A tensor of some indices alone.
   *
   * @param tensor of whole bytes an element
   * @param kept for each axis the indices that stay, in rising order
   */
  public static Tensor of(Tensor tensor, int[][] kept) {
    return Tensor.deferred(new KeptIndices(tensor, kept)).getFirst();
  }

  @Override
  public List<Result> results() {
    long[] sizes = Arrays.stream(kept).mapToLong(indices -> indices.length).toArray();
    return List.of(Result.of(tensor.dataType(), sizes));
  }

  @Override
  public void compute(List<MemorySegment> destinations) {
    long[] strides = new long[kept.length];
    long bytes = tensor.dataType().bits() / Byte.SIZE;
    for (int axis = kept.length - 1; axis >= 0; axis--) {
      strides[axis] = bytes;
      bytes *= tensor.size(axis);
    }
    new Copy(tensor.bytes(), strides, destinations.getFirst()).copy(0, 0);
  }

  /** Copies block by block, from the first axis on. */
  private final class Copy {
    private final MemorySegment from;
    private final long[] strides;
    private final MemorySegment to;

    /** The last axis of which indices are missing; what is behind it is copied as a whole. */
    private final int last;

    private long written;

    Copy(MemorySegment from, long[] strides, MemorySegment to) {
      this.from = from;
      this.strides = strides;
      this.to = to;
      int axis = kept.length - 1;
      while (axis > 0 && kept[axis].length == tensor.size(axis)) {
        axis--;
      }
      this.last = axis;
    }

    void copy(int axis, long offset) {
      for (int index : kept[axis]) {
        long at = offset + index * strides[axis];
        if (axis < last) {
          copy(axis + 1, at);
        } else {
          MemorySegment.copy(from, at, to, written, strides[axis]);
          written += strides[axis];
        }
      }
    }
  }
}
