package io.demitasse.pipeline;

import io.demitasse.ir.Bundle;
import io.demitasse.recipe.Step;
import io.demitasse.train.Curve;
import java.util.List;

/**
 * What became of a step.
 *
 * @param bundle the result; the parent itself when nothing was changed
 * @param steps the steps that make the result of the parent, every choice resolved; empty when
 *     nothing was changed
 * @param changes what the pass told
 * @param curves how parts learned, where the step trained them
 * @param refusals why parts could not be worked on
 * @param unseen whether the pass observed to see data and there were none, so that with them it may
 *     change more
 */
public record StepResult(
    Bundle bundle,
    List<Step> steps,
    List<Change> changes,
    List<Curve> curves,
    List<String> refusals,
    boolean unseen) {
  public StepResult {
    curves = List.copyOf(curves);
    steps = List.copyOf(steps);
    changes = List.copyOf(changes);
    refusals = List.copyOf(refusals);
  }

  public boolean changedAnything() {
    return !steps.isEmpty();
  }
}
