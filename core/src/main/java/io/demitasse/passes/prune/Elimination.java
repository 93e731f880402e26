package io.demitasse.passes.prune;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Removes units one by one, each time the one without which a layer errs least when the weights of
 * all that is left take over for it (Hassibi, Stork, "Second Order Derivatives for Network Pruning:
 * Optimal Brain Surgeon", NIPS 1992; for whole columns Kurtic, Frantar, Alistarh, "ZipLM:
 * Inference-Aware Structured Pruning of Language Models", NeurIPS 2023).
 *
 * <p>With H the Gram matrix of what is read, U its inverse and W the weights, a unit of channels b
 * costs {@code tr(W_bᵀ · (U_bb)⁻¹ · W_b)}, and once it is gone
 *
 * <pre>
 *   W := W − U_:b · (U_bb)⁻¹ · W_b        U := U − U_:b · (U_bb)⁻¹ · U_b:
 * </pre>
 */
final class Elimination {
  private final double[][] inverse;
  private final double[][] weights;

  /** Matrices of fewer rows are done before another thread has begun. */
  private static final int SHARED_FROM_ROWS = 256;

  private final int[][] units;
  private final double[] squares;
  private final BitSet gone = new BitSet();

  /**
   * @param inverse of the Gram matrix, which is changed
   * @param weights for each channel those that it is multiplied by, which are changed
   * @param units the channels of each unit
   */
  Elimination(double[][] inverse, double[][] weights, int[][] units) {
    this.inverse = inverse;
    this.weights = weights;
    this.units = units;
    this.squares = Arrays.stream(weights).mapToDouble(row -> dot(row, row)).toArray();
  }

  /** What a unit that is there costs; in units of the squares of outputs. */
  double cost(int unit) {
    int[] channels = units[unit];
    if (channels.length == 1) {
      int channel = channels[0];
      return Math.max(0, squares[channel] / inverse[channel][channel]);
    }
    double[][] block = SmallMatrix.inverse(SmallMatrix.part(inverse, channels));
    double cost = 0;
    for (int i = 0; i < channels.length; i++) {
      for (int k = 0; k < channels.length; k++) {
        cost += block[i][k] * dot(weights[channels[i]], weights[channels[k]]);
      }
    }
    return Math.max(0, cost);
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  boolean has(int unit) {
    return !gone.get(unit);
  }

  /** Removes a unit and lets the others take over. */
  void remove(int unit) {
    int[] channels = units[unit];
    double[][] block = SmallMatrix.inverse(SmallMatrix.part(inverse, channels));
    double[][] takenWeights = SmallMatrix.product(block, rows(weights, channels));
    double[][] takenInverse = SmallMatrix.product(block, rows(inverse, channels));
    IntStream rows = IntStream.range(0, inverse.length);
    (inverse.length < SHARED_FROM_ROWS ? rows : rows.parallel())
        .forEach(row -> takeOver(row, columns(inverse[row], channels), takenWeights, takenInverse));
    gone.set(unit);
  }

  private void takeOver(int row, double[] factors, double[][] ofWeights, double[][] ofInverse) {
    for (int i = 0; i < factors.length; i++) {
      if (factors[i] != 0) {
        SmallMatrix.subtract(weights[row], factors[i], ofWeights[i]);
        SmallMatrix.subtract(inverse[row], factors[i], ofInverse[i]);
      }
    }
    squares[row] = dot(weights[row], weights[row]);
  }

  private static double[][] rows(double[][] matrix, int... rows) {
    double[][] copy = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      copy[i] = matrix[rows[i]].clone();
    }
    return copy;
  }

  private static double[] columns(double[] row, int... columns) {
    double[] copy = new double[columns.length];
    for (int i = 0; i < columns.length; i++) {
      copy[i] = row[columns[i]];
    }
    return copy;
  }
}
