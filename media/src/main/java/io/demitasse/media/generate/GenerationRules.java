package io.demitasse.media.generate;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Which tokens may follow, and when a text ends.
 *
 * @param begin tokens that every text begins with, given and not chosen: the start of a decoder,
 *     languages, tasks; a prompt stands before or in place of them
 * @param stop tokens that end a text and are not part of it; at least one, so that it ends before
 *     {@code most} tokens do
 * @param suppressed tokens that are never chosen
 * @param suppressedFirst tokens that are not chosen as the first
 * @param most tokens that are chosen at most; at least 1
 * @param beams rows that are followed at once; 1 is greedy
 * @param lengthPenalty power of the length that the sum of logarithms is divided by; above 0
 *     prefers longer texts
 */
public record GenerationRules(
    List<Long> begin,
    Set<Long> stop,
    Set<Long> suppressed,
    Set<Long> suppressedFirst,
    int most,
    int beams,
    double lengthPenalty) {
  /** Beams that are followed at most. */
  public static final int MOST_BEAMS = 64;

  private static final long MOST_TOKENS = 1L << 24;

  public GenerationRules {
    begin = List.copyOf(begin);
    stop = Set.copyOf(stop);
    suppressed = Set.copyOf(suppressed);
    suppressedFirst = Set.copyOf(suppressedFirst);
    require(!stop.isEmpty(), "a text needs a token that ends it, got none");
    require(most >= 1, "a text has at least 1 token, got at most " + most);
    require(
        beams >= 1 && beams <= MOST_BEAMS, "beams are from 1 to " + MOST_BEAMS + ", got " + beams);
    requireTokens(stop);
    requireTokens(suppressed);
    requireTokens(suppressedFirst);
    requireTokens(begin);
    require(Double.isFinite(lengthPenalty), "the length penalty is a number, got " + lengthPenalty);
  }

  private static void requireTokens(Collection<Long> tokens) {
    tokens.forEach(
        token ->
            require(
                token >= 0 && token < MOST_TOKENS,
                "a token is a number from 0 to below " + MOST_TOKENS + ", got " + token));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
