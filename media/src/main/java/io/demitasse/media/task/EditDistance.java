package io.demitasse.media.task;

import java.text.Normalizer;

/**
 * How many characters must be inserted, left out or replaced to make one text of another.
 *
 * <p>After V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and
 * reversals", Soviet Physics Doklady, 1966.
 */
final class EditDistance {
  private EditDistance() {}

  /**
   * A text as it is compared: in Unicode's form NFKC, without space at its ends, each space inside
   * one character.
   */
  static String normalized(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).strip().replaceAll("\\s+", " ");
  }

  /** Characters of a text, counted as Unicode code points. */
  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The least number of changes, counted in Unicode code points. */
  static int of(String one, String other) {
    int[] from = one.codePoints().toArray();
    int[] to = other.codePoints().toArray();
    int[] row = new int[to.length + 1];
    for (int j = 0; j <= to.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length; j++) {
        int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length];
  }
}
