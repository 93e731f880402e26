package io.demitasse.search;

import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What is tried when nobody says what to try: clean, fuse, then the number formats against each
 * other.
 */
public final class DefaultPlan {
  private static final List<String> CLEAN =
      List.of(
          "hoist-constants",
          "fold-constants",
          "remove-identities",
          "merge-duplicates",
          "remove-dead-nodes");
  private static final List<String> FUSE =
      List.of(
          "fuse-batch-norm",
          "fuse-mat-mul-add",
          "fuse-layer-norm",
          "fuse-skip-layer-norm",
          "fuse-gelu");
  private static final List<String> FORMATS =
      List.of("quantize-dynamic", "quantize-static", "quantize-weights");

  private DefaultPlan() {}

  /** The stages for all parts, part by part. */
  public static List<Stage> stages(Set<String> parts) {
    List<Stage> stages = new ArrayList<>();
    for (String part : parts) {
      List<Step> clean = steps(CLEAN, part);
      List<Step> fused = new ArrayList<>(clean);
      fused.addAll(steps(FUSE, part));
      stages.add(
          new Stage(
              part,
              List.of(
                  new Stage.Alternative("clean and fuse", fused),
                  new Stage.Alternative("clean", clean))));
      stages.add(
          new Stage(part, steps(FORMATS, part).stream().map(Stage.Alternative::of).toList()));
    }
    return stages;
  }

  /** A recipe as stages without alternatives: each step is judged by itself. */
  public static List<Stage> stages(Recipe recipe, Set<String> parts) {
    List<Stage> stages = new ArrayList<>();
    for (Step step : recipe.steps()) {
      parts.stream()
          .filter(step.where()::selectsPart)
          .findFirst()
          .ifPresent(part -> stages.add(Stage.of(part, step)));
    }
    return stages;
  }

  private static List<Step> steps(List<String> names, String part) {
    return names.stream().map(name -> Step.of(pass(name), Where.ofPart(part))).toList();
  }

  private static Pass pass(String name) {
    return PassOptions.defaults(
        Catalogue.find(name)
            .orElseThrow(() -> new IllegalStateException("no pass '" + name + "'")));
  }
}
