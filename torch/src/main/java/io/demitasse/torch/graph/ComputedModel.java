package io.demitasse.torch.graph;

import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Where;
import io.demitasse.passes.fuse.FuseGelu;
import io.demitasse.passes.fuse.FuseHardSigmoid;
import io.demitasse.passes.fuse.FuseLayerNorm;
import io.demitasse.pipeline.PartContext;
import io.demitasse.recipe.Step;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is computed in place of a model: a copy in which functions that exporters spell out in many
 * nodes are one node again, as libtorch computes them in one, forward and backward.
 *
 * @param parameters those of the model that the copy computes with, by the keys of the model
 */
record ComputedModel(Model model, Map<String, Value> parameters) {
  private static final List<ModelPass> FUSING =
      List.of(
          new FuseHardSigmoid(FuseHardSigmoid.Form.HARD_SIGMOID),
          new FuseLayerNorm(),
          new FuseGelu(FuseGelu.Form.GELU));

  /**
   * A copy of a model.
   *
   * @param wanted names of values of its main graph that are asked for beside its outputs
   */
  static ComputedModel of(Model model, Set<String> wanted) {
    ComputedModel fused = copied(model, wanted);
    for (ModelPass pass : FUSING) {
      Step step = Step.of(pass, Where.EVERYWHERE);
      pass.apply(fused.model, new PartContext("model", fused.model, model, step, 0));
    }
    // A parameter that a pass has replaced would learn nothing.
    boolean whole = fused.parameters.values().stream().noneMatch(value -> value.uses().isEmpty());
    return whole ? fused : copied(model, wanted);
  }

  private static ComputedModel copied(Model model, Set<String> wanted) {
    Model copy = model.copy();
    for (String name : wanted) {
      Value value = copy.graph().find(name);
      if (value != null && !value.isOutput()) {
        copy.graph().addOutput(value);
      }
    }
    return new ComputedModel(copy, Parameters.of(copy));
  }
}
