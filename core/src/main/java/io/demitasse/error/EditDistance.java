package io.demitasse.error;

/**
 * How many changes make one text of another, counted in Unicode code points.
 *
 * <p>After V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and
 * reversals", Soviet Physics Doklady, 1966.
 */
public final class EditDistance {
  private EditDistance() {}

  /** How many characters must at least be inserted, left out or replaced. */
  public static int of(String one, String other) {
    return distance(one.codePoints().toArray(), other.codePoints().toArray(), false);
  }

  /**
   * The same where swapping two neighbors, neither of which is changed otherwise, is one change.
   */
  public static int withSwaps(String one, String other) {
    return distance(one.codePoints().toArray(), other.codePoints().toArray(), true);
  }

  /** Row by row, of which a step needs no more than the two before. */
  private static int distance(int[] from, int[] to, boolean swaps) {
    int[] earlier = new int[to.length + 1];
    int[] before = new int[to.length + 1];
    int[] row = new int[to.length + 1];
    for (int j = 0; j <= to.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length; i++) {
      int[] free = earlier;
      earlier = before;
      before = row;
      row = free;
      row[0] = i;
      for (int j = 1; j <= to.length; j++) {
        int replaced = before[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(before[j], row[j - 1]) + 1);
        if (swaps && i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
          row[j] = Math.min(row[j], earlier[j - 2] + 1);
        }
      }
    }
    return row[to.length];
  }
}
