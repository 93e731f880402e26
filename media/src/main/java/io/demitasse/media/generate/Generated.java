package io.demitasse.media.generate;

import java.util.ArrayList;
import java.util.List;

/**
 * Tokens that were chosen, without what was given before them and what ended them.
 *
 * @param tokens in order
 * @param logProbabilities natural logarithm of the probability that each had when it was chosen,
 *     after those that the rules forbid were left out
 * @param ended whether a token that stops was chosen; else the text was cut off
 */
public record Generated(List<Long> tokens, List<Double> logProbabilities, boolean ended) {
  static final Generated NOTHING = new Generated(List.of(), List.of(), false);

  public Generated {
    tokens = List.copyOf(tokens);
    logProbabilities = List.copyOf(logProbabilities);
  }

  /** The same with one more token. */
  Generated with(long token, double logProbability) {
    List<Long> more = new ArrayList<>(tokens);
    more.add(token);
    return new Generated(more, with(logProbability), false);
  }

  /** The same at its end: what ends it counts, and is no part of it. */
  Generated ended(double logProbability) {
    return new Generated(tokens, with(logProbability), true);
  }

  private List<Double> with(double logProbability) {
    List<Double> more = new ArrayList<>(logProbabilities);
    more.add(logProbability);
    return more;
  }

  /** Logarithm of the probability of the whole. */
  public double logProbability() {
    return logProbabilities.stream().mapToDouble(Double::doubleValue).sum();
  }
}
