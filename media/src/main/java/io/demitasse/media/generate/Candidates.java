package io.demitasse.media.generate;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/** Tokens that may follow a row, most probable first. */
final class Candidates {
  private final BitSet suppressed;
  private final BitSet suppressedFirst;

  /**
   * @param rules that say which may follow
   */
  Candidates(GenerationRules rules) {
    this.suppressed = bits(rules.suppressed());
    this.suppressedFirst = bits(rules.suppressedFirst());
    suppressedFirst.or(suppressed);
  }

  private static BitSet bits(Set<Long> tokens) {
    BitSet bits = new BitSet();
    tokens.forEach(token -> bits.set(Math.toIntExact(token)));
    return bits;
  }

  /**
   * A token that may follow.
   *
   * @param logProbability natural logarithm among those that may
   */
  record Candidate(long token, double logProbability) {}

  /**
   * The most probable ones; of equals the one of the lower number.
   *
   * @param logits of the whole vocabulary
   * @param first whether it is the first token that is chosen
   * @param count how many at most
   */
  List<Candidate> best(float[] logits, boolean first, int count) {
    BitSet forbidden = first ? suppressedFirst : suppressed;
    double normalizer = logarithmOfSum(logits, forbidden);
    Comparator<Candidate> worstFirst =
        Comparator.comparingDouble(Candidate::logProbability)
            .thenComparing(Comparator.comparingLong(Candidate::token).reversed());
    PriorityQueue<Candidate> best = new PriorityQueue<>(worstFirst);
    for (int token = 0; token < logits.length; token++) {
      if (!isOpen(logits[token], token, forbidden)) {
        continue;
      }
      Candidate candidate = new Candidate(token, logits[token] - normalizer);
      if (best.size() < count) {
        best.add(candidate);
      } else if (worstFirst.compare(candidate, best.element()) > 0) {
        best.remove();
        best.add(candidate);
      }
    }
    return best.stream().sorted(worstFirst.reversed()).toList();
  }

  private static double logarithmOfSum(float[] logits, BitSet forbidden) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int token = 0; token < logits.length; token++) {
      if (isOpen(logits[token], token, forbidden)) {
        largest = Math.max(largest, logits[token]);
      }
    }
    double sum = 0;
    for (int token = 0; token < logits.length; token++) {
      if (isOpen(logits[token], token, forbidden)) {
        sum += Math.exp(logits[token] - largest);
      }
    }
    return largest + Math.log(sum);
  }

  /** Not a number is as good as impossible. */
  private static boolean isOpen(float logit, int token, BitSet forbidden) {
    return logit > Float.NEGATIVE_INFINITY && !forbidden.get(token);
  }
}
