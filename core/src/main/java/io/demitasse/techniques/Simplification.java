package io.demitasse.techniques;

import io.demitasse.ir.Bundle;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Step;
import io.demitasse.search.Choice;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Option;
import io.demitasse.search.Technique;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Removes what a graph does not need and fuses what one operator can compute: exact steps. */
record Simplification(Preset preset) implements Technique {
  private static final List<String> CLEAN =
      List.of(
          "hoist-constants",
          "fold-shapes",
          "fold-constants",
          "remove-identities",
          "merge-duplicates",
          "remove-dead-nodes");

  /**
   * Whole spellings first, before a part of them is folded into what stands beside it; then what
   * goes into the weights before, and at last what is left into those behind.
   */
  private static final List<String> FUSE =
      List.of(
          "fuse-hard-sigmoid",
          "fuse-layer-norm",
          "fuse-skip-layer-norm",
          "fuse-gelu",
          "fuse-residual-gate",
          "fuse-pad",
          "fuse-batch-norm",
          "fuse-affine",
          "fuse-mat-mul-add",
          "push-affine-forward",
          "fuse-linear-convolutions");

  /** Those of {@link #FUSE} that write operators of ONNX Runtime. */
  private static final Set<String> FUSED_FOR_ONNX_RUNTIME =
      Set.of("fuse-skip-layer-norm", "fuse-gelu");

  @Override
  public List<Choice> choices(String part, Bundle bundle, Knowledge known) {
    return List.of(
        new Choice(
            List.of(part),
            List.of(new Option("clean and fuse", cleanAndFuse(part))),
            List.of(new Option("clean", Passes.steps(CLEAN, part)))));
  }

  @Override
  public List<Step> unmeasured(String part, Bundle bundle, Knowledge known) {
    return cleanAndFuse(part);
  }

  private List<Step> cleanAndFuse(String part) {
    List<Step> steps = new ArrayList<>(Passes.steps(CLEAN, part));
    FUSE.stream()
        .filter(name -> !preset.portable() || !FUSED_FOR_ONNX_RUNTIME.contains(name))
        .forEach(name -> steps.addAll(Passes.steps(List.of(name), part)));
    return steps;
  }
}
