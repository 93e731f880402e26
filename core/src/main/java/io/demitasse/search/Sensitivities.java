package io.demitasse.search;

import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.ir.Bundle;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Step;
import io.demitasse.sensitivity.LayerError;
import io.demitasse.sensitivity.Sensitivity;
import java.util.List;

/** How much each layer that a step changes contributes to the error of its part by itself. */
record Sensitivities(
    Runtime runtime, Pipeline pipeline, FoundTensors found, RecordedInputs inputs) {
  /** Recorded inputs that each layer's error is measured on. */
  private static final int INPUTS = 3;

  /**
   * Measures every layer by itself.
   *
   * @param step resolved, so that nothing is calibrated again
   * @param nodes labels of the nodes it changes
   * @return the errors, largest first
   */
  List<LayerError> of(SearchNode parent, String part, Step step, List<String> nodes) {
    Bundle bundle = parent.bundle();
    Pipeline finding = pipeline.with(found.after(parent.steps()));
    return new Sensitivity(runtime, inputs.spread(part, INPUTS), bundle.part(part))
        .measure(
            nodes,
            node -> finding.apply(bundle, step.at(step.where().only(node))).bundle().part(part));
  }
}
