package io.demitasse.media.metric;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fewest changes that make what was said of what is right, as they are counted for error rates
 * of speech recognition. Of several ways with as few changes, one with the most substitutions is
 * counted.
 *
 * <p>After V. Levenshtein, "Binary codes capable of correcting deletions, insertions, and
 * reversals", Soviet Physics Doklady, 1966.
 *
 * @param substitutions something else was said instead
 * @param insertions what was said too much
 * @param deletions what is missing
 */
public record Edits(int substitutions, int insertions, int deletions) {
  /** The cost of a change; what is below it counts substitutions. */
  private static final long CHANGE = 1L << 32;

  /** All changes. */
  public int total() {
    return substitutions + insertions + deletions;
  }

  /** Changes between words, or anything else that can be told apart. */
  public static Edits of(List<?> truth, List<?> said) {
    Map<Object, Long> numbers = new HashMap<>();
    return of(numbered(truth, numbers), numbered(said, numbers));
  }

  private static long[] numbered(List<?> words, Map<Object, Long> numbers) {
    return words.stream()
        .mapToLong(word -> numbers.computeIfAbsent(word, _ -> (long) numbers.size()))
        .toArray();
  }

  /** Changes between characters, counted as Unicode code points. */
  public static Edits ofCharacters(String truth, String said) {
    return of(
        truth.codePoints().asLongStream().toArray(), said.codePoints().asLongStream().toArray());
  }

  /** Changes between tokens. */
  public static Edits of(long[] truth, long[] said) {
    long[] before = new long[said.length + 1];
    long[] row = new long[said.length + 1];
    Arrays.setAll(row, j -> j * CHANGE);
    for (int i = 1; i <= truth.length; i++) {
      long[] free = before;
      before = row;
      row = free;
      row[0] = i * CHANGE;
      for (int j = 1; j <= said.length; j++) {
        long replaced = before[j - 1] + (truth[i - 1] == said[j - 1] ? 0 : CHANGE - 1);
        row[j] = Math.min(replaced, Math.min(before[j], row[j - 1]) + CHANGE);
      }
    }
    return of(row[said.length], truth.length - said.length);
  }

  /**
   * Tells changes apart by their cost.
   *
   * @param missing deletions less insertions
   */
  private static Edits of(long cost, int missing) {
    int total = (int) Math.ceilDiv(cost, CHANGE);
    int substitutions = (int) (total * CHANGE - cost);
    int deletions = (total - substitutions + missing) / 2;
    return new Edits(substitutions, deletions - missing, deletions);
  }
}
