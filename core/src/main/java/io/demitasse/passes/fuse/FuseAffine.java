package io.demitasse.passes.fuse;

import io.demitasse.affine.Channels;
import io.demitasse.affine.LinearNode;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.Optional;

/**
 * Folds what is multiplied with and added to the channels of a convolution or product into its
 * weight and bias.
 *
 * <pre>
 *   x ─ Conv(W, b) ─ Mul s ─ Add t ─ y     becomes   x ─ Conv(W · s, b · s + t) ─ y
 * </pre>
 *
 * <p>Mul, Add, Sub, Div and BatchNormalization in any order and number, with one number or one for
 * each channel: [C, 1, 1] or [1, C, 1, 1] behind a Conv or ConvTranspose, [C] behind a Gemm or
 * MatMul. All of them are put together in double precision and rounded once. A MatMul keeps one
 * Add, for it has no bias.
 */
@PassInfo(
    summary = "Fold what multiplies and shifts channels into the convolutions and products before",
    effect = PassInfo.Effect.EXACT)
public record FuseAffine() implements ModelPass {

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = context.shapes();
    for (Node node : context.nodes()) {
      if (LinearNode.isLinear(node)) {
        fold(new LinearNode(node), shapes, context);
      }
    }
  }

  private static void fold(LinearNode linear, InferredShapes shapes, PassContext context) {
    Node first = Channels.step(linear.node().output());
    if (first == null) {
      return;
    }
    Optional<String> unfit = linear.unfit();
    if (unfit.isPresent()) {
      context.skipped(first, unfit.get());
      return;
    }
    AffineChain chain = new AffineChain(linear.channels(shapes), linear.node().output());
    chain.follow(context, linear::holds);
    boolean isBias =
        Op.MAT_MUL.is(linear.node()) && chain.steps().size() == 1 && !chain.affine().hasFactors();
    if (!chain.steps().isEmpty() && !isBias) {
      Value result = linear.absorb(chain.affine(), context);
      linear.node().graph().replace(chain.end(), result);
      chain.remove(context);
      context.changed(linear.node(), "absorbed " + chain);
    }
  }
}
