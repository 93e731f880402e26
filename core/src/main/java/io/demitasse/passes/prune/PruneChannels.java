package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Removes whole channels, neurons, heads and hidden states: those that matter least, in all layers
 * that they go through.
 *
 * <pre>
 *   x[8] ─ MatMul w[8,6] ─ Relu ─ MatMul v[6,8]      becomes   x[8] ─ MatMul w[8,4] ─ Relu ─ MatMul v'[4,8]
 *
 *   x ─ Conv 32 ─ BatchNormalization 32 ─ Conv 64    becomes   x ─ Conv 24 ─ BatchNormalization 24 ─ Conv' 64
 *
 *   x ─ 12 heads of 32 ─ MatMul v[384,384]           becomes   x ─ 9 heads of 32 ─ MatMul v'[288,384]
 * </pre>
 *
 * <p>What goes together is found from how axes of all operators belong to each other ({@link
 * io.demitasse.prune.DependencyGraph}). The weights of what stays take over for what goes: with G
 * the products of all pairs of channels on the data, K those that stay and R those that go,
 *
 * <pre>
 *   v'_K = v_K + (G_KK)⁻¹ · G_KR · v_R
 * </pre>
 *
 * which is the least error that the layer behind can have (He, Zhang, Sun, "Channel Pruning for
 * Accelerating Very Deep Neural Networks", ICCV 2017). Behind a Flatten a channel is one channel at
 * all its places, of which few samples tell enough. Which units went and what the weights became is
 * stored beside the recipe, and a replay needs no data.
 */
@PassInfo(
    summary = "Remove the channels, neurons and heads that matter least",
    effect = PassInfo.Effect.LOSSY,
    needs = {LinearAlgebra.class, Runtime.class, Trainer.class})
public record PruneChannels(
    @Option(
            doc =
                "The share of the original's multiplications with units that can go, to be removed",
            value = "0.3",
            search = {"0.1", "0.2", "0.3", "0.5"})
        double ratio,
    @Option(doc = "By what it is told which units matter least", value = "output-error")
        Importance importance,
    @Option(
            doc =
                "How it is told how many go of each group: global takes them where they matter"
                    + " least, uniform the same share of each",
            value = "global")
        Allocation.Kind allocation,
    @Option(
            doc =
                "What units are to save where they go globally: operations; size, where ratio is a"
                    + " share of the numbers of weights; or time, which is measured on this machine"
                    + " for what the units of each group go through, at several numbers of them",
            value = "operations")
        Saving saving,
    @Option(doc = "The share of each group that stays at least", value = "0.1") double least,
    @Option(doc = "How many units stay of a group is a multiple of this", value = "1") int multiple,
    @Option(doc = "Let weights of what stays take over for what goes", value = "true")
        boolean takeOver,
    @Option(
            doc =
                "What is added to the diagonal of products of channels, relative to its mean, so"
                    + " that what no sample told apart is taken for nothing",
            value = "0.01")
        double damping,
    @Option(
            doc =
                "Also remove channels that are normalized over each other, as those of the stream"
                    + " that runs through a transformer",
            value = "false")
        boolean normalized,
    @Option(
            doc = "Samples to train on that taylor and fisher take gradients of",
            value = "256",
            unit = "samples")
        int samples)
    implements ModelPass {

  /** What units are to save. */
  public enum Saving {
    /** Multiplications. */
    OPERATIONS,
    /** Numbers of weights. */
    SIZE,
    /** Time on this machine. */
    TIME
  }

  public PruneChannels {
    if (!(ratio > 0 && ratio < 1)) {
      throw new IllegalArgumentException("ratio must be above 0 and below 1, got " + ratio);
    }
    if (!(least >= 0 && least <= 1)) {
      throw new IllegalArgumentException("least must be from 0 to 1, got " + least);
    }
    Gram.requireDamping(damping);
    if (multiple < 1) {
      throw new IllegalArgumentException("multiple must be at least 1, got " + multiple);
    }
    if (samples < 1) {
      throw new IllegalArgumentException("samples must be at least 1, got " + samples);
    }
  }

  @Override
  public Set<Observation<?>> observations(Model model, PassContext context) {
    Set<Observation<?>> observations = new LinkedHashSet<>();
    if (takeOver || importance.needsData()) {
      for (PruningSite site : PruningSites.of(model, this, context).all()) {
        site.readers()
            .forEach(
                reader -> PruningSite.observation(reader, context).ifPresent(observations::add));
      }
    }
    return observations;
  }

  @Override
  public void apply(Model model, PassContext context) {
    PruningSites sites = PruningSites.of(model, this, context);
    sites.tellRefusals();
    if (sites.all().isEmpty()) {
      context.skipped("it has no units that can go");
      return;
    }
    PruningSearch search = new PruningSearch(this, sites);
    Map<String, Tensor> found = context.found("units", search.types(), search::run);
    search.apply(found);
  }
}
