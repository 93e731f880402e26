package io.demitasse.media.metric;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What BLEU-4 counts in a text: how many sequences of one to four words stand in one of the right
 * texts, each no more often than there.
 *
 * <p>After Papineni, Roukos, Ward, Zhu, "BLEU: a Method for Automatic Evaluation of Machine
 * Translation", ACL 2002. The score is one of a whole set and is not smoothed: it is 0 where no
 * sequence of four words is right in all of it.
 *
 * @param matched right sequences, by their length less one
 * @param possible all sequences
 * @param length words that were said
 * @param truth words of the right text that is nearest to that, of two the shorter
 */
@SuppressWarnings("ArrayRecordComponent")
public record Bleu(int[] matched, int[] possible, int length, int truth) {

  /**
   * Counts in one text.
   *
   * @param truth at least one right text
   */
  public static Bleu of(List<String> said, List<List<String>> truth) {
    int[] matched = new int[NGrams.LONGEST];
    int[] possible = new int[NGrams.LONGEST];
    for (int length = 1; length <= NGrams.LONGEST; length++) {
      Map<List<String>, Integer> most = most(truth, length);
      int right = 0;
      for (Map.Entry<List<String>, Integer> each : NGrams.of(said, length).entrySet()) {
        right += Math.min(each.getValue(), most.getOrDefault(each.getKey(), 0));
      }
      matched[length - 1] = right;
      possible[length - 1] = Math.max(0, said.size() - length + 1);
    }
    return new Bleu(matched, possible, said.size(), nearest(said.size(), truth));
  }

  private static Map<List<String>, Integer> most(List<List<String>> truth, int length) {
    Map<List<String>, Integer> most = new HashMap<>();
    truth.forEach(
        text ->
            NGrams.of(text, length).forEach((words, count) -> most.merge(words, count, Math::max)));
    return most;
  }

  private static int nearest(int length, List<List<String>> truth) {
    return truth.stream()
        .map(List::size)
        .min(
            Comparator.comparingInt((Integer size) -> Math.abs(size - length))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }

  /** The score of a set, 0 to 1, with the penalty for what is shorter than it should be. */
  public static double of(List<Bleu> texts) {
    double logarithms = 0;
    for (int i = 0; i < NGrams.LONGEST; i++) {
      long matched = 0;
      long possible = 0;
      for (Bleu text : texts) {
        matched += text.matched[i];
        possible += text.possible[i];
      }
      if (matched == 0) {
        return 0;
      }
      logarithms += Math.log((double) matched / possible) / NGrams.LONGEST;
    }
    double length = texts.stream().mapToLong(Bleu::length).sum();
    double truth = texts.stream().mapToLong(Bleu::truth).sum();
    return Math.exp(logarithms + Math.min(0, 1 - truth / length));
  }
}
