package io.demitasse.search;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.List;

/**
 * One choice to make, on one part or on several at once: at most one of the alternatives is kept.
 *
 * @param parts what is timed; the steps select them
 * @param fallbacks further alternatives, tried where none of the others can be kept
 */
public record Stage(
    List<String> parts, List<Alternative> alternatives, List<Alternative> fallbacks) {
  public Stage {
    parts = List.copyOf(parts);
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
  static Stage of(List<String> parts, Step step) {
    return new Stage(parts, List.of(Alternative.of(step)), List.of());
  }

  /** Whether this is about what several parts have in common. */
  boolean isOfSeveral() {
    return parts.size() > 1;
  }

  /** What one of the alternatives is called, with the part where it is one of several. */
  public String title(Alternative alternative) {
    return isOfSeveral() || parts.contains(Bundle.SINGLE)
        ? alternative.title()
        : parts.getFirst() + ": " + alternative.title();
  }
}
