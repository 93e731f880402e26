package io.demitasse.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Tries the options, and the fallbacks where none of them can be kept.
 *
 * <p>A lossy option that is objected to for accuracy alone is relaxed ({@link Relaxation}) until it
 * fits or too little is left.
 */
record GreedySearcher() implements Searcher {

  @Override
  public Round decide(Choice choice, Workers workers) {
    List<Attempt> attempts = new ArrayList<>(tried(choice, choice.options(), workers));
    if (Round.cheapest(attempts).isEmpty()) {
      attempts.addAll(tried(choice, choice.fallbacks(), workers));
    }
    return Round.of(attempts);
  }

  /** All options, and what becomes of those that only accuracy speaks against. */
  private static List<Attempt> tried(Choice choice, List<Option> options, Workers workers) {
    List<Attempt> attempts = new ArrayList<>();
    for (Option option : options) {
      workers.measure(choice, option).ifPresent(attempts::add);
    }
    new Recovery(choice, workers).tried(attempts).ifPresent(attempts::add);
    for (Attempt attempt : List.copyOf(attempts)) {
      boolean promising =
          Round.cheapest(attempts).map(better -> attempt.cost() < better.cost()).orElse(true);
      if (attempt.rejectedFor(Rejection.Kind.INACCURATE) && promising) {
        attempts.addAll(Relaxation.of(choice, attempt, workers).tried(workers, _ -> true));
      }
    }
    return attempts;
  }
}
