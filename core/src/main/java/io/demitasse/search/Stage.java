package io.demitasse.search;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.List;

/**
 * One choice to make on one part: at most one of the alternatives is kept.
 *
 * @param part what is timed; the steps select it
 * @param fallbacks further alternatives, tried where none of the others can be kept
 */
public record Stage(String part, List<Alternative> alternatives, List<Alternative> fallbacks) {
  public Stage {
    alternatives = List.copyOf(alternatives);
    fallbacks = List.copyOf(fallbacks);
  }

  /**
   * Steps that are applied and judged together.
   *
   * @param title what they are called in reports
   */
  public record Alternative(String title, List<Step> steps) {
    public Alternative {
      steps = List.copyOf(steps);
    }

    /** One step, called by its pass. */
    public static Alternative of(Step step) {
      return new Alternative(PassOptions.name(step.pass().getClass()), List.of(step));
    }
  }

  /** A stage with a single step to take or leave. */
  static Stage of(String part, Step step) {
    return new Stage(part, List.of(Alternative.of(step)), List.of());
  }

  /** What one of the alternatives is called, with the part where there are several. */
  public String title(Alternative alternative) {
    return part.equals(Bundle.SINGLE) ? alternative.title() : part + ": " + alternative.title();
  }
}
