package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import org.jspecify.annotations.Nullable;

/** How much single weights matter when each is looked at by itself. */
final class WeightScores {
  private WeightScores() {}

  /**
   * The square of each weight, times those of what it is multiplied by where that was seen.
   *
   * @param gram of what the layer reads, or null
   */
  static double[][] of(double[][] weights, @Nullable Gram gram) {
    double[][] scores = new double[weights.length][];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = new double[weights[row].length];
      for (int column = 0; column < scores[row].length; column++) {
        double weight = weights[row][column];
        scores[row][column] = weight * weight * (gram == null ? 1 : gram.of(column, column));
      }
    }
    return scores;
  }

  /** The scores of all blocks, as shares of the sum of all. */
  static double[] shares(double[][] scores, ZeroPattern.Blocks blocks) {
    double[] sums = blockSums(scores, blocks);
    double whole = Double.MIN_NORMAL;
    for (double sum : sums) {
      whole += sum;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= whole;
    }
    return sums;
  }

  private static double[] blockSums(double[][] scores, ZeroPattern.Blocks blocks) {
    return ZeroChoice.sums(
        scores, new ZeroChoice.Part(0, scores.length, 0, scores[0].length), blocks);
  }

  /** How many blocks hold nothing but zeros. */
  static long zeroBlocks(double[][] weights, ZeroPattern.Blocks blocks) {
    long zeros = 0;
    for (double sum : blockSums(of(weights, null), blocks)) {
      zeros += sum == 0 ? 1 : 0;
    }
    return zeros;
  }

  /** Whether no group has more weights than may stay. */
  static boolean holds(double[][] weights, ZeroPattern.Groups groups) {
    for (double[] row : weights) {
      for (int from = 0; from < row.length; from += groups.of()) {
        int kept = 0;
        for (int i = from; i < from + groups.of(); i++) {
          kept += row[i] == 0 ? 0 : 1;
        }
        if (kept > groups.kept()) {
          return false;
        }
      }
    }
    return true;
  }
}
