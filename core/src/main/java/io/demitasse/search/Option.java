package io.demitasse.search;

import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One way to settle a {@link Choice}: steps that are applied and judged together.
 *
 * @param title what they are called in reports
 */
public record Option(String title, List<Step> steps) {
  public Option {
    steps = List.copyOf(steps);
  }

  /** Several steps, called by their passes. */
  static String title(List<Step> steps) {
    return steps.stream()
        .map(step -> PassOptions.name(step.pass().getClass()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** One step, called by its pass. */
  public static Option of(Step step) {
    return new Option(PassOptions.name(step.pass().getClass()), List.of(step));
  }
}
