package io.demitasse.search;

import io.demitasse.cost.Processor;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Tie;
import io.demitasse.manifest.Ties;
import io.demitasse.ops.Op;
import io.demitasse.pass.BundlePass;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is tried when nobody says what to try: clean and fuse, then the number format that suits the
 * part, and others where that cannot be kept. Where bytes count most, all formats are tried; there,
 * and where products have ranges that were seen, weights that are left in float are stored in 8
 * bits at last.
 *
 * @param goal what is to be reached
 * @param saturates whether products of 8-bit weights are cut off on this processor, so that weights
 *     are given 7 bits
 */
public record DefaultPlan(Goal goal, boolean saturates) {
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

  /** What convolutions gain most from, and what is tried where that fails. */
  private static final List<String> CONVOLUTIONAL =
      List.of("quantize-static", "quantize-dynamic", "quantize-weights");

  /** The same for matrix products. */
  private static final List<String> MULTIPLYING =
      List.of("quantize-dynamic", "quantize-weights", "quantize-static");

  /** Those that multiply weights of 8 bits as they are. */
  private static final Set<String> MULTIPLYING_INTEGERS =
      Set.of("quantize-static", "quantize-dynamic");

  /** Those of {@link #FUSE} that write operators of ONNX Runtime. */
  private static final Set<String> FUSED_FOR_ONNX_RUNTIME =
      Set.of("fuse-skip-layer-norm", "fuse-gelu");

  /** The plan for this machine. */
  public static DefaultPlan here(Goal goal) {
    return new DefaultPlan(goal, Processor.detect().saturates());
  }

  /**
   * The stages for all parts, the largest part first: what it saves of the accuracy budget the
   * others may spend, and what comes later is judged on what went before.
   */
  public List<Stage> stages(Bundle bundle, BundleFiles files) {
    List<Stage> stages = new ArrayList<>();
    order(files).forEach(part -> stages.addAll(stages(part, bundle.part(part))));
    stages.addAll(sharing(bundle, files));
    return stages;
  }

  /** What the parts of one folder have in common is stored once, where they have something. */
  private static List<Stage> sharing(Bundle bundle, BundleFiles files) {
    List<Stage> stages = new ArrayList<>();
    bundle.parts().keySet().stream()
        .map(files::neighbors)
        .distinct()
        .forEach(
            folder -> {
              List<String> parts = tied(bundle, folder);
              if (!parts.isEmpty()) {
                stages.add(
                    Stage.of(
                        parts, Step.of(pass("share-weights", Map.of()), Where.ofParts(parts))));
              }
            });
    return stages;
  }

  /** Those of some parts that have weights in common with others of them. */
  private static List<String> tied(Bundle bundle, List<String> parts) {
    Map<String, Model> models = new LinkedHashMap<>();
    parts.forEach(part -> models.put(part, bundle.part(part)));
    Set<String> tied = new HashSet<>();
    for (Tie.OfTensors tie : Ties.find(new Bundle(models))) {
      tie.tensors().forEach(place -> tied.add(place.part()));
    }
    return parts.stream().filter(tied::contains).toList();
  }

  /** The parts in the order in which they are worked on. */
  public static List<String> order(BundleFiles files) {
    return files.files().keySet().stream()
        .sorted(Comparator.comparingLong((String part) -> files.bytes(part)).reversed())
        .toList();
  }

  private List<Stage> stages(String part, Model model) {
    List<Step> clean = steps(CLEAN, part);
    List<Step> fused = new ArrayList<>(clean);
    fused.addAll(steps(fusions(), part));
    List<Stage> stages = new ArrayList<>();
    stages.add(
        new Stage(
            List.of(part),
            List.of(new Stage.Alternative("clean and fuse", fused)),
            List.of(new Stage.Alternative("clean", clean))));
    List<Stage.Alternative> formats =
        steps(formats(model), part).stream().map(Stage.Alternative::of).toList();
    int together = goal.sizeFirst() ? formats.size() : 1;
    stages.add(
        new Stage(
            List.of(part),
            formats.subList(0, together),
            formats.subList(together, formats.size())));
    if (storesWhatIsLeft()) {
      stages.add(left(part));
    }
    return stages;
  }

  /** Whether weights that are left in float are stored in 8 bits whatever the size is by then. */
  private boolean storesWhatIsLeft() {
    return goal.sizeFirst() || preset().seenRangesFirst();
  }

  private Stage left(String part) {
    return Stage.of(List.of(part), step("quantize-weights", part));
  }

  /**
   * What is tried beyond that where the size is not yet what the budget allows: weights that are
   * left in float are stored in 8 bits, the largest part first.
   */
  public List<Stage> smaller(BundleFiles files) {
    return storesWhatIsLeft() ? List.of() : order(files).stream().map(this::left).toList();
  }

  private Preset preset() {
    return goal.preset();
  }

  private List<String> fusions() {
    return FUSE.stream()
        .filter(name -> !preset().portable() || !FUSED_FOR_ONNX_RUNTIME.contains(name))
        .toList();
  }

  private List<String> formats(Model model) {
    return isConvolutional(model) || preset().seenRangesFirst() ? CONVOLUTIONAL : MULTIPLYING;
  }

  /**
   * What is most likely good where nothing is measured: clean and fuse, then static int8 for
   * convolutions where there are data, 8-bit weights where there are none, and dynamic int8 for
   * products of matrices.
   *
   * @param calibrated whether there are real data to calibrate on
   */
  public List<Step> quick(Bundle bundle, BundleFiles files, boolean calibrated) {
    List<Step> steps = new ArrayList<>();
    for (String part : order(files)) {
      steps.addAll(steps(CLEAN, part));
      steps.addAll(steps(fusions(), part));
      steps.addAll(steps(quickFormats(bundle.part(part), calibrated), part));
    }
    return steps;
  }

  private List<String> quickFormats(Model model, boolean calibrated) {
    boolean convolutional = isConvolutional(model);
    if (preset().seenRangesFirst() && calibrated) {
      return List.of("quantize-static", "quantize-weights");
    }
    if (goal.sizeFirst() || preset().seenRangesFirst() || (convolutional && !calibrated)) {
      return List.of("quantize-dynamic", "quantize-weights");
    }
    return List.of(convolutional ? "quantize-static" : "quantize-dynamic");
  }

  /** Whether a model has more convolutions than products of matrices. */
  private static boolean isConvolutional(Model model) {
    int[] balance = {0};
    model.forEachNode(
        node -> {
          if (Op.CONV.is(node) || Op.CONV_TRANSPOSE.is(node)) {
            balance[0]++;
          } else if (Op.MAT_MUL.is(node) || Op.GEMM.is(node)) {
            balance[0]--;
          }
        });
    return balance[0] > 0;
  }

  /**
   * A step of a recipe as stages without alternatives: each part that it selects is judged by
   * itself, all of them at once where the pass has to see them together.
   */
  public static List<Stage> stages(Step step, Set<String> parts) {
    List<String> selected = parts.stream().filter(step.where()::selectsPart).toList();
    if (step.pass() instanceof BundlePass) {
      return selected.isEmpty() ? List.of() : List.of(Stage.of(selected, step));
    }
    return selected.stream()
        .map(
            part -> {
              Where narrower = step.where().in(part);
              return Stage.of(List.of(part), new Step(step.pass(), narrower, step.calibration()));
            })
        .toList();
  }

  private List<Step> steps(List<String> names, String part) {
    return names.stream().map(name -> step(name, part)).toList();
  }

  private Step step(String name, String part) {
    Map<String, String> options = new LinkedHashMap<>();
    if (name.equals("quantize-dynamic") && preset().portable()) {
      options.put("form", "standard");
    }
    if (saturates && MULTIPLYING_INTEGERS.contains(name)) {
      options.put("reduce-range", "true");
    }
    return Step.of(pass(name, options), Where.ofPart(part));
  }

  private static Pass pass(String name, Map<String, String> options) {
    return PassOptions.of(
        Catalogue.find(name).orElseThrow(() -> new IllegalStateException("no pass '" + name + "'")),
        options);
  }
}
