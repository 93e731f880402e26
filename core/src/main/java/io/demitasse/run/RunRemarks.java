package io.demitasse.run;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Memory;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.pipeline.Event;
import io.demitasse.recipe.Recipe;
import io.demitasse.search.IdleStep;
import io.demitasse.search.Schedule;
import io.demitasse.source.Source;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What whoever waits for a run should know of it, beside its progress. */
record RunRemarks(Source source, Schedule schedule, Consumer<Event> events) {

  /** Under which the run begins. */
  void conditions(TaskSplits.Sizes sizes) {
    shortage();
    events.accept(new Event.Noted(sizes.told()));
  }

  /** The largest part is loaded alone, or twice to be timed. */
  private void shortage() {
    long largest =
        source.bundle().parts().keySet().stream().mapToLong(source.files()::bytes).max().orElse(0);
    Memory.atHand()
        .shortage(largest)
        .ifPresent(shortage -> events.accept(new Event.Warned(shortage)));
  }

  void otherSource(@Nullable Recipe recipe) {
    if (recipe != null
        && recipe.resolved()
        && !recipe.source().isEmpty()
        && !recipe.source().equals(source.sha256())) {
      events.accept(
          new Event.Warned(
              "the recipe was made for another model: its choices were not measured on this one"));
    }
  }

  /**
   * A step that someone wrote down and that could not be carried out.
   *
   * @throws DemitasseException (bad request) where that is an error
   */
  static void failed(List<String> failures, boolean strict) {
    if (strict && !failures.isEmpty()) {
      throw DemitasseException.badRequest(
          "Steps of the recipe could not be carried out: " + String.join("; ", failures));
    }
  }

  /**
   * A step that someone wrote down and that does nothing is probably a mistake.
   *
   * @throws DemitasseException (bad request) where that is an error
   */
  void idle(List<IdleStep> idle, boolean strict) {
    if (strict && !idle.isEmpty()) {
      throw DemitasseException.badRequest(
          "Steps of the recipe changed nothing: "
              + idle.stream().map(IdleStep::toString).collect(Collectors.joining("; "))
              + ".");
    }
    List<String> unneeded =
        idle.stream().filter(step -> step.refusals().isEmpty()).map(IdleStep::title).toList();
    if (!unneeded.isEmpty()) {
      events.accept(new Event.Warned(String.join(", ", unneeded) + " changed nothing"));
    }
    idle.stream()
        .filter(step -> !step.refusals().isEmpty())
        .forEach(step -> events.accept(new Event.Warned(step.toString())));
  }

  void untried(List<String> untried) {
    if (!untried.isEmpty()) {
      events.accept(
          new Event.Warned(
              schedule.reason()
                  + ": not tried, or not to its end, is "
                  + String.join(", ", untried)));
    }
  }

  /**
   * What was spent on what.
   *
   * @param searched from the beginning to the end of the search
   */
  void time(Duration searched, int candidates) {
    // Where no candidate was begun, as in a replay, the clock of preparing runs on.
    Duration preparing =
        schedule.preparing().compareTo(searched) < 0 ? schedule.preparing() : searched;
    events.accept(
        new Event.Noted(
            String.format(
                Locale.ROOT,
                "time: %s to prepare, %s to try %d candidates, %s to measure the result",
                seconds(preparing),
                seconds(searched.minus(preparing)),
                candidates,
                seconds(schedule.elapsed().minus(searched)))));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }
}
