package io.demitasse.search;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import java.util.List;

/**
 * One choice to make on one part: at most one of the alternatives is kept.
 *
 * @param part what is timed; the steps select it
 * @param alternatives each a group of steps that are applied and judged together
 */
public record Stage(String title, String part, List<List<Step>> alternatives) {
  public Stage {
    alternatives = alternatives.stream().map(List::copyOf).toList();
  }

  /** What one of the alternatives is called: its pass, or the stage where it has several. */
  public String title(List<Step> steps) {
    String passes =
        steps.size() == 1 ? PassOptions.name(steps.getFirst().pass().getClass()) : title;
    return part.equals(Bundle.SINGLE) ? passes : part + ": " + passes;
  }
}
