package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.ShapeInference;
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
  private static final NodePattern BEFORE = LinearNode.pattern();
  private static final NodePattern NORM = op(Op.BATCH_NORMALIZATION).inputs(BEFORE).furtherInputs();
  private static final Rewriter REWRITER = new Rewriter(List.of(NORM), NORM);

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = ShapeInference.proved(model);
    REWRITER.run(context, match -> fuse(match, shapes, context));
  }

  private static Outcome fuse(Match match, InferredShapes shapes, PassContext context) {
    Node before = match.get(BEFORE);
    Node norm = match.get(NORM);
    LinearNode linear = new LinearNode(before);
    Optional<String> unfit = unfit(norm).or(linear::unfit).or(() -> unfitProduct(before, shapes));
    if (unfit.isPresent()) {
      return new Outcome.Refused(unfit.get());
    }
    ChannelAffine affine = ChannelAffine.ofNormalization(norm);
    if (!affine.isFinite()) {
      return new Outcome.Refused("its variance and epsilon are not positive together");
    }
    match.replace(linear.absorb(affine, context), context);
    return new Outcome.Changed(before, "absorbed a batch normalization");
  }

  /** Why a normalization is no factor and shift for each channel; empty when it is. */
  static Optional<String> unfit(Node norm) {
    if (norm.presentOutputs().size() > 1 || norm.intAttribute("training_mode", 0) != 0) {
      return Optional.of("it is for training");
    }
    if (norm.intAttribute("spatial", 1) == 0) {
      return Optional.of("it has statistics for each place");
    }
    return IntStream.rangeClosed(1, 4)
        .mapToObj(norm::requiredInput)
        .filter(LinearNode::isVariable)
        .findFirst()
        .map(value -> "'" + value.name() + "' is no float constant");
  }

  /** A product must have its channels on the axis that the normalization takes. */
  private static Optional<String> unfitProduct(Node before, InferredShapes shapes) {
    return Op.MAT_MUL.is(before) && shapes.rank(before.output()).orElse(0) != 2
        ? Optional.of("the product before is not known to have two dimensions")
        : Optional.empty();
  }
}
