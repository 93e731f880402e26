package io.demitasse.search;

import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.List;

/**
 * One way to settle a {@link Choice}: steps that are applied and judged together.
 *
 * @param title what they are called in reports
 */
public record Option(String title, List<Step> steps) {
  public Option {
    steps = List.copyOf(steps);
  }

  /** One step, called by its pass. */
  public static Option of(Step step) {
    return new Option(PassOptions.name(step.pass().getClass()), List.of(step));
  }
}
