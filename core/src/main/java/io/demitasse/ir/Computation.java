package io.demitasse.ir;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The recipe of tensors that are computed when they are written, not when they are made.
 *
 * <p>One computation may yield several tensors at once, such as quantized values with their scales
 * and zero points. It must be a pure function of the sources it captures, works through them in
 * blocks, and allocates nothing of the size of a tensor: that is how a model larger than the heap
 * passes through it.
 */
public interface Computation {

  /** Type and sizes of one result, known before anything is computed. */
  record Result(DataType dataType, List<Long> sizes) {
    public Result {
      sizes = List.copyOf(sizes);
    }

    public static Result of(DataType dataType, long... sizes) {
      return new Result(dataType, java.util.Arrays.stream(sizes).boxed().toList());
    }

    /** Bytes of the content. */
    public long bytes() {
      return dataType.bytes(sizes.stream().reduce(1L, Math::multiplyExact));
    }
  }

  List<Result> results();

  /**
   * Fills one destination for each result, little-endian, packed types packed.
   *
   * @param destinations segments of exactly the size of each result, not necessarily aligned
   */
  void compute(List<MemorySegment> destinations);
}
