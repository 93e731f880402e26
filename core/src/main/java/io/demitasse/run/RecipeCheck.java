package io.demitasse.run;

import java.util.List;

/**
 * Whether a recipe fits a model.
 *
 * @param steps what each step finds, in order
 * @param problems what does not fit, a sentence each; empty when all does
 */
public record RecipeCheck(List<Found> steps, List<String> problems) {
  public RecipeCheck {
    steps = List.copyOf(steps);
    problems = List.copyOf(problems);
  }

  /**
   * What a step finds after those before it.
   *
   * @param selected nodes that its {@code where} selects
   * @param changed what it changes
   * @param skipped what it leaves alone, for reasons
   * @param refusal why it could not be applied; empty when it could
   */
  public record Found(String pass, int selected, int changed, int skipped, String refusal) {}
}
