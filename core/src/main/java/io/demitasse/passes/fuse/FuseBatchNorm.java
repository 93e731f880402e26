package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;

import io.demitasse.affine.ChannelAffine;
import io.demitasse.affine.LinearNode;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Match;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Rewriter;
import io.demitasse.rewrite.Rewriter.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Folds an inference-time batch normalization into the convolution or product before it.
 *
 * <pre>
 *   x ─ Conv(W, b) ─ BatchNormalization(γ, β, μ, σ²) ─ y     becomes   x ─ Conv(W', b') ─ y
 *
 *   k  = γ / √(σ² + ε)       one factor an output channel
 *   W' = W · k
 *   b' = (b − μ) · k + β
 * </pre>
 *
 * <p>W is [out, in / groups, ...] for Conv and [in, out / groups, ...] for ConvTranspose, whose
 * groups follow each other along the inputs. A MatMul, which has no bias, gets an Add behind it.
 * Computed in double precision and rounded once.
 */
@PassInfo(
    summary = "Fold batch normalizations into the convolutions and products before them",
    effect = PassInfo.Effect.EXACT)
public record FuseBatchNorm() implements ModelPass {
  /** How many deviations the mean may be away from zero. */
  private static final double FARTHEST = 128;

  private static final NodePattern BEFORE = LinearNode.pattern();
  private static final NodePattern NORM = op(Op.BATCH_NORMALIZATION).inputs(BEFORE).furtherInputs();
  private static final Rewriter REWRITER = new Rewriter(List.of(NORM), NORM);

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = context.shapes();
    REWRITER.run(context, match -> fuse(match, shapes, context));
  }

  private static Outcome fuse(Match match, InferredShapes shapes, PassContext context) {
    Node before = match.get(BEFORE);
    Node norm = match.get(NORM);
    LinearNode linear = new LinearNode(before);
    Optional<String> unfit =
        ChannelAffine.unfit(norm).or(linear::unfit).or(() -> unfitProduct(before, shapes));
    if (unfit.isPresent()) {
      return new Outcome.Refused(unfit.get());
    }
    ChannelAffine affine = ChannelAffine.ofNormalization(norm);
    if (!affine.isFinite()) {
      return new Outcome.Refused("its variance and epsilon are not positive together");
    }
    Optional<String> imprecise = imprecise(norm, affine, linear, linear.channels(shapes).count());
    if (imprecise.isPresent()) {
      return new Outcome.Refused(imprecise.get());
    }
    match.replace(linear.absorb(affine, context), context);
    return new Outcome.Changed(before, "absorbed a batch normalization");
  }

  /**
   * Why floats do not hold the result. What is normalized has deviations as large as its scales; a
   * mean far beyond leaves few digits of them, and others before the fusion than behind it.
   */
  private static Optional<String> imprecise(
      Node norm, ChannelAffine affine, LinearNode linear, int channels) {
    if (affine.factors().length != channels) {
      return Optional.of("it does not normalize the " + channels + " channels before");
    }
    if (!linear.holds(affine)) {
      return Optional.of("the weight and bias would leave what floats hold well");
    }
    float[] mean = norm.constantInput(3).map(Tensor::toFloats).orElseThrow();
    double moved =
        IntStream.range(0, channels)
            .mapToDouble(c -> Math.abs(mean[c] * affine.factors()[c]))
            .max()
            .orElse(0);
    double spread =
        Stream.of(1, 2)
            .map(input -> norm.constantInput(input).map(Tensor::toFloats).orElseThrow())
            .flatMapToDouble(all -> IntStream.range(0, channels).mapToDouble(c -> Math.abs(all[c])))
            .max()
            .orElse(0);
    return moved <= FARTHEST * spread
        ? Optional.empty()
        : Optional.of("its mean is far larger than its deviation");
  }

  /** A product must have its channels on the axis that the normalization takes. */
  private static Optional<String> unfitProduct(Node before, InferredShapes shapes) {
    return Op.MAT_MUL.is(before) && shapes.rank(before.output()).orElse(0) != 2
        ? Optional.of("the product before is not known to have two dimensions")
        : Optional.empty();
  }
}
