package io.demitasse.augment;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Each example twice, varied in two ways (Chen et al., A Simple Framework for Contrastive Learning
 * of Visual Representations, ICML 2020): a row and the one that follows it are views of the same.
 * What has no row for each example stays as it is.
 *
 * @param augmentation of each view
 */
public record Views(Augmentation augmentation) implements Augmentation {

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    Batch first = augmentation.of(example, random);
    Batch second = augmentation.of(example, random);
    long rows = example.rows();
    return new Batch(
        inTurns(first.inputs(), second.inputs(), rows),
        inTurns(first.targets(), second.targets(), rows));
  }

  private static Map<String, Tensor> inTurns(
      Map<String, Tensor> first, Map<String, Tensor> second, long rows) {
    Map<String, Tensor> both = new LinkedHashMap<>();
    first.forEach(
        (name, tensor) ->
            both.put(
                name,
                tensor.rank() > 0 && tensor.size(0) == rows && tensor.dataType() != DataType.STRING
                    ? inTurns(tensor, second.getOrDefault(name, tensor))
                    : tensor));
    return both;
  }

  private static Tensor inTurns(Tensor first, Tensor second) {
    long row = first.byteSize() / Math.max(1, first.size(0));
    MemorySegment both =
        MemorySegment.ofArray(new byte[Math.toIntExact(Math.multiplyExact(2, first.byteSize()))]);
    for (long i = 0; i < first.size(0); i++) {
      MemorySegment.copy(first.bytes(), i * row, both, 2 * i * row, row);
      MemorySegment.copy(second.bytes(), i * row, both, (2 * i + 1) * row, row);
    }
    long[] sizes = first.sizes().clone();
    sizes[0] *= 2;
    return Tensor.of(first.dataType(), sizes, both);
  }
}
