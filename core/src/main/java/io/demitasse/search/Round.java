package io.demitasse.search;

import io.demitasse.recipe.Step;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What came of one choice.
 *
 * @param attempts all that was tried, in order
 * @param winner what is kept
 * @param missed steps of the largest group that failed as a whole and not for noise, without those
 *     that are kept: each may still be good by itself
 */
record Round(List<Attempt> attempts, Optional<Attempt> winner, List<Step> missed) {
  Round {
    attempts = List.copyOf(attempts);
    missed = List.copyOf(missed);
  }

  /** Keeps the cheapest of what is acceptable. */
  static Round of(List<Attempt> attempts) {
    Optional<Attempt> winner = cheapest(attempts);
    boolean noisy =
        attempts.stream().anyMatch(attempt -> attempt.rejectedFor(Rejection.Kind.UNDECIDED));
    return new Round(attempts, winner, noisy ? List.of() : missed(attempts, winner));
  }

  /** Keeps the cheapest of what is acceptable of options that were no groups. */
  static Round ofSingleSteps(List<Attempt> attempts) {
    return new Round(attempts, cheapest(attempts), List.of());
  }

  static Optional<Attempt> cheapest(List<Attempt> attempts) {
    return attempts.stream()
        .filter(Attempt::acceptable)
        .min(Comparator.comparingDouble(Attempt::cost));
  }

  private static List<Step> missed(List<Attempt> attempts, Optional<Attempt> winner) {
    List<Step> kept = winner.map(Attempt::requested).orElse(List.of());
    return attempts.stream()
        .filter(attempt -> !attempt.acceptable())
        .map(Attempt::requested)
        .filter(steps -> !isPrepared(steps))
        .max(Comparator.comparingInt(List::size))
        .filter(steps -> steps.size() > 1 && steps.containsAll(kept))
        .map(steps -> steps.stream().filter(step -> !kept.contains(step)).toList())
        .orElse(List.of());
  }

  /** Whether exact steps only prepare a lossy one, without which they are good for nothing. */
  private static boolean isPrepared(List<Step> steps) {
    return Attempt.exact(steps.subList(0, steps.size() - 1)) && !Attempt.exact(steps);
  }
}
