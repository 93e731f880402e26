package io.demitasse.passes.prune;

import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Narrowing;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.BundlePass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.prune.ChannelGroup;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Removes channels that several parts share, from all of them in one step: those of a state that
 * one part gives and others take, of embeddings that are compared with each other, and of weights
 * that are the same in several parts.
 *
 * <pre>
 *   encoder ─ MatMul w[64,384] ─ [B,S,384] ══ [B,S,384] ─ MatMul v[384,64] ─ decoder
 *   becomes
 *   encoder ─ MatMul w[64,256] ─ [B,S,256] ══ [B,S,256] ─ MatMul v'[256,64] ─ decoder
 * </pre>
 *
 * <p>What is shared is what {@code tied} in {@code bundle.yaml} says. It is found as by {@code
 * prune-channels} what goes together, and followed from part to part; which units matter least is
 * told by the layers of all parts together, and layers that read them take over as there. Units
 * that lie in one part alone are left to {@code prune-channels}. Where something is tied to a part
 * that the step does not select, it stays, and the step says so.
 *
 * <p>While a candidate is measured, parts take and give as much as the original does: what went is
 * zero in between. What is written has the smaller sizes ({@link Narrowing}). {@code restore} does
 * not bring back what this step removed.
 */
@PassInfo(
    summary = "Remove channels that several parts share from all of them at once",
    effect = PassInfo.Effect.LOSSY,
    minimumOpset = 13,
    needs = {LinearAlgebra.class})
public record PruneTied(
    @Option(
            doc = "The share of each group of the original's shared channels that goes",
            value = "0.25",
            search = {"0.1", "0.25", "0.5"})
        double ratio,
    @Option(
            doc =
                "By what it is told which units matter least, over all parts: what prune-channels"
                    + " knows without gradients",
            value = "output-error")
        Importance importance,
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
            doc =
                "Also remove numbers of outputs that no part takes: what the program gives then"
                    + " has fewer, such as an embedding",
            value = "false")
        boolean outputs)
    implements BundlePass {

  public PruneTied {
    if (importance.needsGradients()) {
      throw new IllegalArgumentException(
          "importance must be one without gradients, which are taken of one part at a time, got "
              + importance);
    }
    channels(ratio, importance, least, multiple, takeOver, damping, normalized);
  }

  /** What is done to each group; refuses bad values. */
  private static PruneChannels channels(
      double ratio,
      Importance importance,
      double least,
      int multiple,
      boolean takeOver,
      double damping,
      boolean normalized) {
    return new PruneChannels(
        ratio,
        importance,
        Allocation.Kind.UNIFORM,
        PruneChannels.Saving.SIZE,
        least,
        multiple,
        takeOver,
        damping,
        normalized,
        1);
  }

  private PruningSites sites(Bundle bundle, Map<String, PassContext> contexts) {
    PruneChannels each =
        channels(ratio, importance, least, multiple, takeOver, damping, normalized);
    return PruningSites.between(bundle, each, outputs, contexts);
  }

  @Override
  public Set<Observation<?>> observations(Bundle bundle, Map<String, PassContext> contexts) {
    Set<Observation<?>> observations = new LinkedHashSet<>();
    if (contexts.size() > 1 && (takeOver || importance.needsData())) {
      PruningSites sites = sites(bundle, contexts);
      for (PruningSite site : sites.all()) {
        site.readers()
            .forEach(
                reader ->
                    PruningSite.observation(reader, sites.context(reader.node()))
                        .ifPresent(observations::add));
      }
    }
    return observations;
  }

  @Override
  public void apply(Bundle bundle, Map<String, PassContext> contexts) {
    if (contexts.size() < 2) {
      contexts.values().forEach(context -> context.skipped("nothing is shared within one part"));
      return;
    }
    PruningSites sites = sites(bundle, contexts);
    sites.tellRefusals();
    if (sites.all().isEmpty()) {
      contexts.values().forEach(context -> context.skipped("it shares no units that can go"));
      return;
    }
    PruneChannels each =
        channels(ratio, importance, least, multiple, takeOver, damping, normalized);
    PruningSearch search = new PruningSearch(each, sites);
    Map<String, Tensor> found = sites.context().found("units", search.types(), search::run);
    widen(search.apply(found), sites, bundle, contexts);
  }

  /** Parts take and give what they did until they are published. */
  private static void widen(
      Map<ChannelGroup, int[]> units,
      PruningSites sites,
      Bundle bundle,
      Map<String, PassContext> contexts) {
    sites
        .graph()
        .narrowings(units)
        .forEach(
            (dimension, narrowing) -> {
              String part = sites.graph().part(dimension.value().graph());
              narrowing.widen(bundle.part(part));
              Objects.requireNonNull(contexts.get(part)).narrowed(narrowing);
            });
  }
}
