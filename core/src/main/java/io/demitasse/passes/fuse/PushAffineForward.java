package io.demitasse.passes.fuse;

import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.Set;

/**
 * Carries what is multiplied with and added to the channels of a value forward, into the weights
 * and biases of the convolutions and products behind it.
 *
 * <pre>
 *   x ─ Mul a ─ Add b ─ Conv(W, c)           becomes   x ─ Conv(W · a, c + W · b)
 *
 *   x ─ Mul a ─ Add b ─┬─ Conv(W), padded    becomes   x ─ Add b/a ─┬─ Conv(W · a), padded
 *                      └─ Relu ─ Gemm(V)                            └─ Relu ─ Gemm(V · a)
 * </pre>
 *
 * <p>W · a multiplies the weights of each input channel, W · b adds up the weights of each output
 * channel. All readers must take part, and there may lie between what lets factors or shifts
 * through: factors go through products with anything, and positive ones through Relu and maxima;
 * shifts go through sums; both go through means, maxima, interpolation, concatenation along the
 * channels, and whatever only rearranges. A convolution that pads with zeros takes factors and no
 * shifts, which then stay as one Add; where factors cannot go, one Mul stays.
 *
 * <p>Computed in double precision and rounded once. Factors of zero, and those beyond 1e12 either
 * way, stay where they are, and so does the scale of a layer normalization. A shift of more than 32
 * is carried where data show that what it gives spreads as far; otherwise it would drown it.
 */
@PassInfo(
    summary = "Carry what multiplies and shifts channels into the convolutions and products behind",
    effect = PassInfo.Effect.EXACT)
public record PushAffineForward() implements ModelPass {

  @Override
  public Set<Observation<?>> observations(Model model, PassContext context) {
    return new AffineSites(context.shapes(), context).observations();
  }

  @Override
  public void apply(Model model, PassContext context) {
    AffineSites sites;
    do {
      sites = new AffineSites(context.shapes(), context);
      for (Node node : context.nodes()) {
        sites.carry(node);
      }
    } while (sites.changed());
    sites.refusals().forEach(context::skipped);
  }
}
