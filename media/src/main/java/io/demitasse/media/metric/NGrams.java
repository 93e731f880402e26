package io.demitasse.media.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sequences of words in a text, as often as they stand there. */
final class NGrams {
  /** The longest that metrics count. */
  static final int LONGEST = 4;

  private NGrams() {}

  /** How often each sequence of a length stands in a text. */
  static Map<List<String>, Integer> of(List<String> words, int length) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + length <= words.size(); i++) {
      counts.merge(List.copyOf(words.subList(i, i + length)), 1, Integer::sum);
    }
    return counts;
  }
}
