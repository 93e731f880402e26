package io.demitasse.passes.prune;

import java.util.Arrays;

/** Chooses which weights of a matrix become zero: those whose scores are least. */
final class ZeroChoice {
  private ZeroChoice() {}

  /**
   * Marks blocks of a part of a matrix.
   *
   * @param scores of each weight, not negative
   * @param chosen is marked where a weight becomes zero
   * @param part which rows and columns, in whole blocks
   * @param count how many blocks
   */
  static void mark(
      double[][] scores, boolean[][] chosen, Part part, ZeroPattern.Blocks block, int count) {
    if (count <= 0) {
      return;
    }
    double[] sums = sums(scores, part, block);
    double[] sorted = sums.clone();
    Arrays.sort(sorted);
    double last = sorted[count - 1];
    int equal = count;
    for (int i = 0; i < count; i++) {
      equal -= sorted[i] < last ? 1 : 0;
    }
    int across = part.columns() / block.columns();
    for (int i = 0; i < sums.length; i++) {
      if (sums[i] < last || (sums[i] == last && equal-- > 0)) {
        mark(
            chosen,
            part.firstRow() + i / across * block.rows(),
            part.firstColumn() + i % across * block.columns(),
            block);
      }
    }
  }

  /**
   * A part of a matrix.
   *
   * @param lastRow the one behind the last
   * @param lastColumn the one behind the last
   */
  record Part(int firstRow, int lastRow, int firstColumn, int lastColumn) {
    int rows() {
      return lastRow - firstRow;
    }

    int columns() {
      return lastColumn - firstColumn;
    }
  }

  /** The scores of blocks, row of blocks by row of blocks. */
  static double[] sums(double[][] scores, Part part, ZeroPattern.Blocks block) {
    int across = part.columns() / block.columns();
    double[] sums = new double[part.rows() / block.rows() * across];
    for (int row = 0; row < part.rows(); row++) {
      for (int column = 0; column < part.columns(); column++) {
        sums[row / block.rows() * across + column / block.columns()] +=
            scores[part.firstRow() + row][part.firstColumn() + column];
      }
    }
    return sums;
  }

  private static void mark(boolean[][] chosen, int row, int column, ZeroPattern.Blocks block) {
    for (int i = row; i < row + block.rows(); i++) {
      Arrays.fill(chosen[i], column, column + block.columns(), true);
    }
  }

  /** Marks those of one group of neighbors that do not stay. */
  static void mark(double[] scores, boolean[] chosen, int from, ZeroPattern.Groups groups) {
    double[] sorted = Arrays.copyOfRange(scores, from, from + groups.of());
    Arrays.sort(sorted);
    int count = groups.of() - groups.kept();
    double last = sorted[count - 1];
    for (int i = from; i < from + groups.of() && count > 0; i++) {
      if (scores[i] < last) {
        chosen[i] = true;
        count--;
      }
    }
    for (int i = from; i < from + groups.of() && count > 0; i++) {
      if (scores[i] == last) {
        chosen[i] = true;
        count--;
      }
    }
  }
}
