package io.demitasse.search;

import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tries the options, and the fallbacks where none of them can be kept.
 *
 * <p>A lossy option that is objected to for accuracy alone is relaxed: the layers that do most harm
 * by themselves are left as they are, twice as many each time, until it fits or too little is left.
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
    for (Attempt attempt : List.copyOf(attempts)) {
      boolean promising =
          Round.cheapest(attempts).map(better -> attempt.cost() < better.cost()).orElse(true);
      if (attempt.rejectedFor(Rejection.Kind.INACCURATE) && promising) {
        relax(choice, attempt, workers).ifPresent(attempts::add);
      }
    }
    return attempts;
  }

  /** The step is taken as it was resolved, so that nothing is calibrated again. */
  private static Optional<Attempt> relax(Choice choice, Attempt attempt, Workers workers) {
    if (!attempt.hasLayers(choice)) {
      return Optional.empty();
    }
    Step step = attempt.candidate().added().getLast();
    List<String> harmful = workers.layers(choice, attempt).stream().map(Layer::node).toList();
    for (int count = 1; count < harmful.size(); count *= 2) {
      String title =
          String.format(
              Locale.ROOT,
              "%s but for %d of %d layers",
              PassOptions.name(step.pass().getClass()),
              count,
              harmful.size());
      Step rest = step.at(step.where().except(harmful.subList(0, count)));
      Optional<Attempt> relaxed = workers.measure(choice, new Option(title, List.of(rest)));
      if (relaxed.isEmpty() || !relaxed.get().rejectedFor(Rejection.Kind.INACCURATE)) {
        return relaxed;
      }
    }
    return Optional.empty();
  }
}
