package io.demitasse.media.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Tokens that were chosen, without what was given before them and what ended them.
 *
 * @param tokens in order
 * @param logProbabilities natural logarithm of the probability that each had when it was chosen,
 *     after those that the rules forbid were left out
 * @param end the same of the token that ended the text; empty where it was cut off
 */
public record Generated(List<Long> tokens, List<Double> logProbabilities, OptionalDouble end) {
  static final Generated NOTHING = new Generated(List.of(), List.of(), OptionalDouble.empty());

  public Generated {
    tokens = List.copyOf(tokens);
    logProbabilities = List.copyOf(logProbabilities);
  }

  /** The same with one more token. */
  Generated with(long token, double logProbability) {
    List<Long> longer = new ArrayList<>(tokens);
    longer.add(token);
    List<Double> more = new ArrayList<>(logProbabilities);
    more.add(logProbability);
    return new Generated(longer, more, end);
  }

  /** The same at its end. */
  Generated ended(double logProbability) {
    return new Generated(tokens, logProbabilities, OptionalDouble.of(logProbability));
  }

  /** Tokens that were chosen, with the one that ended them. */
  int length() {
    return tokens.size() + (end.isPresent() ? 1 : 0);
  }

  /** Logarithm of the probability of the whole, its end included. */
  public double logProbability() {
    return logProbabilities.stream().mapToDouble(Double::doubleValue).sum() + end.orElse(0);
  }
}
