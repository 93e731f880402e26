package io.demitasse.passes.tune;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;

/**
 * Numbers that are drawn evenly from {@code -limit} to {@code limit}, the same for the same seed on
 * every machine; zeros for a limit of 0.
 */
record UniformNumbers(Result result, double limit, long seed) implements Computation {

  static Tensor of(long[] sizes, double limit, long seed) {
    Result result = Result.of(DataType.FLOAT, sizes);
    return Tensor.deferred(new UniformNumbers(result, limit, seed)).getFirst();
  }

  @Override
  public List<Result> results() {
    return List.of(result);
  }

  @Override
  public void compute(List<MemorySegment> destinations) {
    MemorySegment numbers = destinations.getFirst();
    Random random = new Random(seed);
    long count = limit == 0 ? 0 : numbers.byteSize() / Float.BYTES;
    numbers.fill((byte) 0);
    for (long i = 0; i < count; i++) {
      numbers.setAtIndex(Tensor.F32, i, (float) (limit * (2 * random.nextDouble() - 1)));
    }
  }
}
