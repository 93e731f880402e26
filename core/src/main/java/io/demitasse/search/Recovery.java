package io.demitasse.search;

import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Wins back what was lost: of the options that only accuracy speaks against, the one that promises
 * most is tried again with the steps that a choice has for its recovery.
 */
record Recovery(Choice choice, Workers workers) {

  /**
   * Tries it where it promises more than what can be kept.
   *
   * @param attempts all so far
   */
  Optional<Attempt> tried(List<Attempt> attempts) {
    if (choice.recovery().isEmpty()) {
      return Optional.empty();
    }
    double best = Round.cheapest(attempts).map(Attempt::cost).orElse(0.);
    return attempts.stream()
        .filter(attempt -> attempt.rejectedFor(Rejection.Kind.INACCURATE))
        .filter(attempt -> attempt.cost() < best)
        .min(Comparator.comparingDouble(Attempt::cost))
        .flatMap(attempt -> workers.measure(choice, recovered(attempt)));
  }

  /** What was resolved is not found out again. */
  private Option recovered(Attempt attempt) {
    return new Option(
        Option.title(followed(attempt.requested())), followed(attempt.candidate().added()));
  }

  private List<Step> followed(List<Step> steps) {
    List<Step> all = new ArrayList<>(steps);
    all.addAll(choice.recovery());
    return all;
  }
}
