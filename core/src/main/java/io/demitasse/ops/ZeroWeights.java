package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * How many numbers of the matrices and windows of a model are exactly zero, of floats and of signed
 * bytes.
 *
 * @param all numbers that were looked at
 */
public record ZeroWeights(long zeros, long all) {
  private static final int PIECE = 1 << 16;

  /** From so large a share on zeros are worth telling, and what they do to an archive. */
  private static final double MANY = .1;

  /** Counts those of a model. */
  public static ZeroWeights of(Model model) {
    List<Tensor> weights = new ArrayList<>();
    model.forEachGraph(
        graph ->
            graph
                .values()
                .forEach(
                    value -> value.constant().filter(ZeroWeights::counts).ifPresent(weights::add)));
    long zeros = 0;
    long all = 0;
    for (Tensor weight : weights) {
      zeros += zeros(weight);
      all += weight.elementCount();
    }
    return new ZeroWeights(zeros, all);
  }

  private static boolean counts(Tensor tensor) {
    DataType type = tensor.dataType();
    return tensor.rank() > 1 && (type.isFloatingPoint() || type == DataType.INT8);
  }

  /** How many numbers of a tensor are zero. */
  public static long zeros(Tensor tensor) {
    long zeros = 0;
    for (long from = 0; from < tensor.elementCount(); from += PIECE) {
      int count = (int) Math.min(PIECE, tensor.elementCount() - from);
      for (float number : tensor.toFloats(from, count)) {
        zeros += number == 0 ? 1 : 0;
      }
    }
    return zeros;
  }

  /** From 0 to 1. */
  public double share() {
    return all == 0 ? 0 : (double) zeros / all;
  }

  /** Whether there are so many that an archive is likely to be smaller for them. */
  public boolean areMany() {
    return share() >= MANY;
  }
}
