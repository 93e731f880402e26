package io.demitasse.zoo;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A table of places that is not learned: waves of growing length, the sines before the cosines, in
 * the manner of Vaswani et al. (Attention Is All You Need, NeurIPS 2017).
 *
 * @param rows places, of an even size of vectors each
 */
record Sinusoids(Result result, long rows) implements Computation {
  /** The same for every seed. */
  static final Fill FILL = (sizes, _) -> table(sizes);

  private static final double LONGEST = 10_000;

  private static Tensor table(long... sizes) {
    Result result = Result.of(DataType.FLOAT, sizes);
    return Tensor.deferred(new Sinusoids(result, sizes[0])).getFirst();
  }

  @Override
  public List<Result> results() {
    return List.of(result);
  }

  @Override
  public void compute(List<MemorySegment> destinations) {
    MemorySegment table = destinations.getFirst();
    long width = table.byteSize() / Float.BYTES / rows;
    long waves = width / 2;
    for (long wave = 0; wave < waves; wave++) {
      double rate = Math.pow(LONGEST, -wave / (double) Math.max(waves - 1, 1));
      for (long row = 0; row < rows; row++) {
        table.setAtIndex(Tensor.F32, row * width + wave, (float) StrictMath.sin(row * rate));
        table.setAtIndex(
            Tensor.F32, row * width + waves + wave, (float) StrictMath.cos(row * rate));
      }
    }
  }
}
