package io.demitasse.search;

import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Leaves the layers that do most harm by themselves as they are, twice as many each time, where a
 * step on all of them is objected to for accuracy alone.
 *
 * @param attempt of one step; it is taken as it was resolved, so that nothing is calibrated again
 * @param layers that the step changed, the most harmful first
 */
record Relaxation(Choice choice, Attempt attempt, List<Layer> layers) {
  private static final double DISPROPORTION = 3;

  /** One that knows what the layers do; they are none where nobody can tell. */
  static Relaxation of(Choice choice, Attempt attempt, Workers workers) {
    return new Relaxation(
        choice, attempt, attempt.hasLayers(choice) ? workers.layers(choice, attempt) : List.of());
  }

  /**
   * Tries until something is not too inaccurate, too little is left, or there is no time.
   *
   * @param worthwhile says of layers whether to leave them out is worth a measurement
   * @return all that was tried, in order
   */
  List<Attempt> tried(Workers workers, Predicate<List<Layer>> worthwhile) {
    List<Attempt> attempts = new ArrayList<>();
    for (int count = 1; count < layers.size(); count *= 2) {
      if (!worthwhile.test(layers.subList(0, count))) {
        continue;
      }
      Optional<Attempt> relaxed = workers.measure(choice, without(count));
      relaxed.ifPresent(attempts::add);
      if (relaxed.isEmpty() || !relaxed.get().rejectedFor(Rejection.Kind.INACCURATE)) {
        return attempts;
      }
    }
    return attempts;
  }

  private Option without(int count) {
    Step step = attempt.candidate().added().getLast();
    List<String> harmful = layers.subList(0, count).stream().map(Layer::node).toList();
    String title =
        String.format(
            Locale.ROOT,
            "%s but for %d of %d layers",
            PassOptions.name(step.pass().getClass()),
            count,
            layers.size());
    return new Option(title, List.of(step.at(step.where().except(harmful))));
  }

  /** Whether layers do much more harm than comes with their size. */
  boolean areHarmful(List<Layer> some) {
    double harm = some.stream().mapToDouble(Layer::error).sum();
    double all = layers.stream().mapToDouble(Layer::error).sum();
    double bytes = some.stream().mapToLong(Layer::bytes).sum();
    double whole = layers.stream().mapToLong(Layer::bytes).sum();
    // What is no number is harm beyond measure.
    return !(harm * whole < DISPROPORTION * all * bytes);
  }
}
