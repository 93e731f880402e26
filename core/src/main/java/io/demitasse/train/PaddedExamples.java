package io.demitasse.train;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Examples whose sequences are filled up to few lengths, so that those of nearly the same length
 * are computed at once: what is filled up is masked, and targets there do not count.
 *
 * @param mask the input that is 0 where a position does not count, {@code [rows, length]}; all
 *     other integers of these two sizes are filled up as well
 * @param multiple what lengths are multiples of; at least 1
 */
record PaddedExamples(Examples examples, String mask, int multiple) implements Examples {

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public Batch get(int index) {
    return padded(examples.get(index));
  }

  @Override
  public Batch get(int index, long epoch) {
    return padded(examples.get(index, epoch));
  }

  private Batch padded(Batch batch) {
    Tensor known = batch.inputs().get(mask);
    if (known == null || known.rank() != 2) {
      return batch;
    }
    int length = (int) known.size(1);
    int full = Math.ceilDiv(length, multiple) * multiple;
    return full == length
        ? batch
        : new Batch(
            filled(batch.inputs(), known, full, 0),
            filled(batch.targets(), known, full, Loss.IGNORED));
  }

  private static Map<String, Tensor> filled(
      Map<String, Tensor> tensors, Tensor mask, int full, long filling) {
    Map<String, Tensor> filled = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            filled.put(name, isAlike(tensor, mask) ? filled(tensor, full, filling) : tensor));
    return filled;
  }

  /** Whether a tensor has an integer for each position. */
  private static boolean isAlike(Tensor tensor, Tensor mask) {
    DataType type = tensor.dataType();
    return (type == DataType.INT64 || type == DataType.INT32)
        && tensor.rank() == 2
        && tensor.size(0) == mask.size(0)
        && tensor.size(1) == mask.size(1);
  }

  private static Tensor filled(Tensor tensor, int full, long filling) {
    int rows = (int) tensor.size(0);
    int length = (int) tensor.size(1);
    long[] numbers = tensor.toLongs();
    double[] all = new double[rows * full];
    Arrays.fill(all, (double) filling);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < length; i++) {
        all[row * full + i] = (double) numbers[row * length + i];
      }
    }
    return Tensor.ofNumbers(tensor.dataType(), new long[] {rows, full}, all);
  }
}
