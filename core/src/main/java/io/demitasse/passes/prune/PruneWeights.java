package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sets single weights to zero, anywhere or in a pattern. All sizes stay.
 *
 * <pre>
 *   MatMul w, an output of which sums up            becomes, with pattern 2:4
 *   [ 3 -1  5  2   4  1 -1  6 ]                     [ 3  0  5  0   4  0  0  6 ]
 * </pre>
 *
 * <p>No kernel of ONNX Runtime makes use of zeros and the file is as large as before: what becomes
 * smaller is the file in an archive, such as a container image or an app that is downloaded. With
 * {@code output-error} the weights of later inputs take over for what goes (Frantar, Alistarh,
 * "SparseGPT: Massive Language Models Can Be Accurately Pruned in One-Shot", ICML 2023), in 64
 * bits. A pattern holds along what an output sums up, for convolutions along their channels. Passes
 * that train leave the zeros as they are. The weights are stored beside the recipe, and a replay
 * needs no data.
 */
@PassInfo(
    summary = "Set the weights that matter least to zero",
    effect = PassInfo.Effect.LOSSY,
    needs = {LinearAlgebra.class, Runtime.class})
public record PruneWeights(
    @Option(
            doc = "The share of zeros among the weights of a layer, where the pattern does not say",
            value = "0.5",
            search = {"0.3", "0.5", "0.7"})
        double ratio,
    @Option(doc = "By what it is told which weights matter least", value = "output-error")
        WeightImportance importance,
    @Option(
            doc =
                "How zeros lie: none for anywhere, 2:4 for two of four neighbors that stay, 4x1 for"
                    + " blocks of four outputs and one input",
            value = "none")
        String pattern,
    @Option(
            doc =
                "How it is told how many go of each layer: uniform the same share, global where"
                    + " they matter least in their layer, sensitivity where the outputs err least,"
                    + " both at most half of what uniform would leave in addition",
            value = "uniform")
        ZeroAllocation.Kind allocation,
    @Option(
            doc =
                "What is added to the diagonal of products of channels, relative to its mean, so"
                    + " that what no sample told apart is taken for nothing",
            value = "0.01")
        double damping,
    @Option(
            doc = "Also prune tables of which rows are looked up, by their magnitude",
            value = "false")
        boolean tables,
    @Option(doc = "Leave smaller weights alone", value = "1024", unit = "elements")
        long minimumElements)
    implements ModelPass {

  public PruneWeights {
    if (!(ratio > 0 && ratio < 1)) {
      throw new IllegalArgumentException("ratio must be above 0 and below 1, got " + ratio);
    }
    Gram.requireDamping(damping);
    if (minimumElements < 1) {
      throw new IllegalArgumentException(
          "minimum-elements must be at least 1, got " + minimumElements);
    }
    if (ZeroPattern.of(pattern) instanceof ZeroPattern.Groups
        && allocation != ZeroAllocation.Kind.UNIFORM) {
      throw new IllegalArgumentException(
          "allocation must be uniform with pattern "
              + pattern
              + ", which gives each layer a share");
    }
  }

  /** How zeros lie. */
  ZeroPattern zeros() {
    return ZeroPattern.of(pattern);
  }

  /** The share of zeros in all layers together. */
  double share() {
    return zeros() instanceof ZeroPattern.Groups groups ? groups.share() : ratio;
  }

  @Override
  public boolean changesOnlyWeights() {
    return true;
  }

  @Override
  public Set<Observation<?>> observations(Model model, PassContext context) {
    Set<Observation<?>> observations = new LinkedHashSet<>();
    if (importance.needsData()) {
      for (PrunedLayer layer : PrunedLayers.of(this, context).all()) {
        layer.observation(context).ifPresent(observations::add);
      }
    }
    return observations;
  }

  @Override
  public void apply(Model model, PassContext context) {
    PrunedLayers all = PrunedLayers.of(this, context);
    all.refused().forEach(context::skipped);
    List<PrunedLayer> layers = new ArrayList<>();
    for (PrunedLayer layer : all.all()) {
      done(layer)
          .ifPresentOrElse(why -> context.skipped(layer.node(), why), () -> layers.add(layer));
    }
    if (layers.isEmpty() || isDone(layers)) {
      return;
    }
    WeightPruning pruning = new WeightPruning(this, model, layers, context);
    pruning.apply(context.found("zeros", pruning.types(), pruning::run));
  }

  /** Why nothing is left to do in a layer; empty where something is. */
  private Optional<String> done(PrunedLayer layer) {
    if (zeros() instanceof ZeroPattern.Groups groups) {
      return WeightScores.holds(layer.matrix(), groups)
          ? Optional.of("its weights have the pattern " + pattern)
          : Optional.empty();
    }
    if (!(zeros() instanceof ZeroPattern.Blocks blocks)
        || allocation != ZeroAllocation.Kind.UNIFORM) {
      return Optional.empty();
    }
    long all = blocks(layer, blocks);
    long wanted = Math.round(ratio * all);
    if (wanted == 0 || wanted == all) {
      return Optional.of(
          (wanted == 0 ? "none" : "all") + " of its " + all + " blocks of weights would be zero");
    }
    return WeightScores.zeroBlocks(layer.matrix(), blocks) >= wanted
        ? Optional.of("it has as many zeros as it is to have")
        : Optional.empty();
  }

  private static long blocks(PrunedLayer layer, ZeroPattern.Blocks blocks) {
    return (long) layer.rows() / blocks.rows() * (layer.columns() / blocks.columns());
  }

  /** Whether there are as many zeros in all layers together as there are to be. */
  private boolean isDone(List<PrunedLayer> layers) {
    if (allocation == ZeroAllocation.Kind.UNIFORM
        || !(zeros() instanceof ZeroPattern.Blocks blocks)) {
      return false;
    }
    long all = layers.stream().mapToLong(layer -> blocks(layer, blocks)).sum();
    long zeros =
        layers.stream().mapToLong(layer -> WeightScores.zeroBlocks(layer.matrix(), blocks)).sum();
    return zeros >= Math.round(ratio * all);
  }
}
