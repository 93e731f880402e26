package io.demitasse.media.metric;

import java.util.Collection;

/**
 * Whether a text is one of the right ones, as Rajpurkar et al., "SQuAD: 100,000+ Questions for
 * Machine Comprehension of Text", EMNLP 2016, count answers; articles are not left out.
 */
public final class ExactMatch {
  private ExactMatch() {}

  /** Whether one of the right texts is the same once both are made alike. */
  public static boolean of(String said, Collection<String> truth, TextNormalization normalization) {
    String compared = normalization.of(said);
    return truth.stream().anyMatch(right -> normalization.of(right).equals(compared));
  }
}
