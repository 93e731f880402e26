package io.demitasse.passes.quantize;

import io.demitasse.affine.NotFoldable;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the channels of activations alike, so that 8-bit integers hold them well, and gives the
 * difference to the weights that multiply them (Xiao, Lin, Seznec, Wu, Demouth and Han,
 * "SmoothQuant: Accurate and Efficient Post-Training Quantization for Large Language Models", ICML
 * 2023).
 *
 * <pre>
 *   x ─ LayerNormalization(γ, β) ─┬─ MatMul(W)    becomes   x ─ LayerNormalization(γ/s, β/s) ─┬─ MatMul(s·W)
 *                                 └─ MatMul(V)                                                └─ MatMul(s·V)
 *
 *   x ─ MatMul(W) ─ Add b ─ Relu ─ MatMul(V)      becomes   x ─ MatMul(W/s) ─ Add b/s ─ Relu ─ MatMul(s·V)
 *
 *   v ─ MatMul(W) ─ attention ─ MatMul(V)         becomes   v ─ MatMul(W/s) ─ attention ─ MatMul(s·V)
 *
 *   x ─ Gelu ─ MatMul(V)                          becomes   x ─ Gelu ─ Mul 1/s ─ MatMul(s·V)
 * </pre>
 *
 * <p>s has one number for each channel, computed in double precision; weights, scales and biases
 * are rounded once. The nearest that can give the channels otherwise does: a normalization, a
 * product or convolution behind which lies only what lets factors through, as Relu, products with
 * anything, rearrangements and the mixing of attention do, or a multiplication by a constant. All
 * that depends on the channels must end in products or convolutions. Where it does not, as where a
 * residual stream reads a normalization too, or a function is not homogeneous, a multiplication can
 * be put before the products.
 *
 * <p>Two forms of s are tried for each site, at several strengths: the largest activation of each
 * channel to the power of the strength over its largest weight to the power of what is left of 1,
 * and, for what has few large channels, the largest activation over that of the median channel
 * where it is larger, to the power of the strength. What makes the products err least on samples,
 * as {@code quantize-dynamic} computes them, is taken, and stored beside the recipe.
 *
 * <p>To be followed by {@code quantize-dynamic}. {@code push-affine-forward} behind it would take
 * multiplications that were put in away again.
 */
@PassInfo(
    summary = "Give products inputs whose channels are alike, and their weights the difference",
    effect = PassInfo.Effect.EXACT,
    needsData = true)
public record SmoothActivations(
    @Option(
            doc = "Try forms and strengths for each site, and take what errs least on samples",
            value = "true")
        boolean search,
    @Option(
            doc =
                "Without a search, how much of what is hard to round moves into the weights, from 0"
                    + " to 1",
            value = "0.5")
        double strength,
    @Option(
            doc =
                "Where a multiplication may be put when nothing else can give other channels:"
                    + " nowhere, behind functions such as GELU, or anywhere",
            value = "behind-functions")
        Multiply multiply,
    @Option(
            doc = "Leave a site alone whose error falls by a smaller part in a search",
            value = "0.1")
        double leastGain,
    @Option(doc = "The weights will have seven bits", value = "false") boolean reduceRange,
    @Option(doc = "Leave products with smaller weights alone", value = "4096", unit = "elements")
        long minimumElements)
    implements ModelPass {

  /** Where a multiplication may be put when nothing else can give other channels. */
  public enum Multiply {
    /** Nowhere: what is done costs nothing. */
    NOWHERE,
    /** Behind a function of one value, element by element. */
    BEHIND_FUNCTIONS,
    /** Before any product, also where a residual stream reads the same. */
    ANYWHERE
  }

  public SmoothActivations {
    if (!(strength >= 0 && strength <= 1)) {
      throw new IllegalArgumentException("strength must be from 0 to 1, got " + strength);
    }
    if (!(leastGain >= 0 && leastGain < 1)) {
      throw new IllegalArgumentException("least-gain must be from 0 to below 1, got " + leastGain);
    }
    if (minimumElements < 1) {
      throw new IllegalArgumentException(
          "minimum-elements must be at least 1, got " + minimumElements);
    }
  }

  @Override
  public boolean changesOnlyWeights() {
    return multiply == Multiply.NOWHERE;
  }

  @Override
  public Set<Observation<?>> observations(Model model, PassContext context) {
    Set<Observation<?>> observations = new LinkedHashSet<>();
    for (SmoothingSite site : new SmoothingSites(this, context).find()) {
      site.quantized().forEach(reader -> observations.add(reader.observation(context)));
    }
    return observations;
  }

  @Override
  public void apply(Model model, PassContext context) {
    SmoothingSites sites = new SmoothingSites(this, context);
    List<SmoothingSite> all = sites.find();
    sites.refusals().forEach(context::skipped);
    if (all.isEmpty()) {
      return;
    }
    SmoothingSearch search = new SmoothingSearch(this, context);
    Map<String, Tensor> found =
        context.found("scales", SmoothingSearch.types(all), () -> search.run(all));
    all.forEach(site -> apply(site, SmoothingSearch.finding(site, found), context));
  }

  private static void apply(
      SmoothingSite site, SmoothingSearch.Finding finding, PassContext context) {
    if (!finding.changes()) {
      site.quantized().forEach(reader -> context.skipped(reader.node(), finding.text()));
      return;
    }
    try {
      site.apply(finding.factors(), finding.text(), context);
    } catch (NotFoldable e) {
      site.quantized().forEach(reader -> context.skipped(reader.node(), e.reason()));
    }
  }
}
