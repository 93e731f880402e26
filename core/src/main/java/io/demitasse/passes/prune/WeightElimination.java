package io.demitasse.passes.prune;

/**
 * Sets weights to zero column by column and lets those of later columns take over (Frantar,
 * Alistarh, "SparseGPT: Massive Language Models Can Be Accurately Pruned in One-Shot", ICML 2023).
 *
 * <p>With H the Gram matrix of what is read and H⁻¹ = Uᵀ·U, U an upper triangle, a weight w in
 * column j costs {@code w² / U_jj²} of the squares of the output, and once it is zero
 *
 * <pre>
 *   w_k := w_k − w / U_jj · U_jk        for all k behind j, in its row
 * </pre>
 *
 * <p>Which weights of some {@value #COLUMNS} columns go is chosen when the first of them is
 * reached, after all before have been taken over; of a group of neighbors when that is reached.
 */
final class WeightElimination {
  private static final int COLUMNS = 128;

  private final double[][] weights;
  private final double[][] upper;
  private final ZeroPattern pattern;
  private final double share;
  private final int width;

  /**
   * What is about to lose weights.
   *
   * @param weights a row for each output, which are changed
   * @param upper the triangle U, of which row j begins with U_jj at j
   * @param share of zeros, where the pattern does not say it
   */
  WeightElimination(double[][] weights, double[][] upper, ZeroPattern pattern, double share) {
    this.weights = weights;
    this.upper = upper;
    this.pattern = pattern;
    this.share = share;
    this.width = pattern.width() * Math.max(1, COLUMNS / pattern.width());
  }

  /** Sets weights to zero. */
  void run(Progress progress) {
    int columns = upper.length;
    boolean[][] chosen = new boolean[weights.length][columns];
    for (int from = 0; from < columns; from += width) {
      progress.at(from, columns);
      int to = Math.min(columns, from + width);
      if (pattern instanceof ZeroPattern.Blocks blocks) {
        choose(chosen, blocks, from, to);
      }
      for (int row = 0; row < weights.length; row++) {
        eliminate(weights[row], chosen[row], from, to);
      }
    }
  }

  /** Is told how far it is. */
  interface Progress {
    void at(int done, int total);
  }

  private void choose(boolean[][] chosen, ZeroPattern.Blocks blocks, int from, int to) {
    double[][] scores = new double[weights.length][];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = scores(weights[row], from, to);
    }
    long down = weights.length / blocks.rows();
    int wholeBefore = from / blocks.columns();
    int wholeBehind = to / blocks.columns();
    long before = Math.round(share * down * wholeBefore);
    long behind = Math.round(share * down * wholeBehind);
    ZeroChoice.Part part = new ZeroChoice.Part(0, weights.length, 0, to - from);
    boolean[][] inside = new boolean[weights.length][to - from];
    ZeroChoice.mark(scores, inside, part, blocks, (int) (behind - before));
    for (int row = 0; row < inside.length; row++) {
      System.arraycopy(inside[row], 0, chosen[row], from, to - from);
    }
  }

  /** What each weight of some columns costs. */
  private double[] scores(double[] row, int from, int to) {
    double[] scores = new double[to - from];
    for (int column = from; column < to; column++) {
      double share = row[column] / upper[column][column];
      scores[column - from] = share * share;
    }
    return scores;
  }

  private void eliminate(double[] row, boolean[] chosen, int from, int to) {
    double[] errors = new double[to - from];
    for (int column = from; column < to; column++) {
      if (pattern instanceof ZeroPattern.Groups groups && (column - from) % groups.of() == 0) {
        boolean[] group = new boolean[groups.of()];
        ZeroChoice.mark(scores(row, column, column + groups.of()), group, 0, groups);
        System.arraycopy(group, 0, chosen, column, group.length);
      }
      if (chosen[column]) {
        errors[column - from] = row[column] / upper[column][column];
        subtract(row, errors[column - from], upper[column], column, to);
        row[column] = 0;
      }
    }
    for (int column = from; column < to; column++) {
      subtract(row, errors[column - from], upper[column], to, row.length);
    }
  }

  private static void subtract(double[] row, double factor, double[] other, int from, int to) {
    if (factor != 0) {
      for (int i = from; i < to; i++) {
        row[i] -= factor * other[i];
      }
    }
  }
}
