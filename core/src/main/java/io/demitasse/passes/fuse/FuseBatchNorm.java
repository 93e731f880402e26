package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
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
import io.demitasse.rewrite.Unread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
  private static final NodePattern BEFORE = op(Op.CONV, Op.CONV_TRANSPOSE, Op.GEMM, Op.MAT_MUL);
  private static final NodePattern NORM = op(Op.BATCH_NORMALIZATION).input(0, BEFORE);
  private static final Rewriter REWRITER = new Rewriter(List.of(NORM), NORM);

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = ShapeInference.infer(model, Map.of());
    REWRITER.run(context, match -> fuse(match, shapes, context));
  }

  private static Outcome fuse(Match match, InferredShapes shapes, PassContext context) {
    Node before = match.get(BEFORE);
    Node norm = match.get(NORM);
    Optional<String> unfit = unfit(before, norm).or(() -> unfitProduct(before, shapes));
    if (unfit.isPresent()) {
      return new Outcome.Refused(unfit.get());
    }
    Normalization normalization = Normalization.of(norm);
    if (!normalization.isFinite()) {
      return new Outcome.Refused("its variance and epsilon are not positive together");
    }
    Graph graph = before.graph();
    Value weight = before.requiredInput(1);
    Value bias = bias(before);
    Value folded = folded(before, bias, normalization);
    before.input(1, scaled(before, weight, normalization));
    Unread.remove(weight, context);
    if (Op.MAT_MUL.is(before)) {
      Node sum = Op.ADD.in(graph).inputs(before.output(), folded).insertBefore(norm);
      match.replace(sum.output(), context);
    } else {
      before.input(2, folded);
      if (bias != null) {
        Unread.remove(bias, context);
      }
      match.replace(before.output(), context);
    }
    return new Outcome.Changed(before, "absorbed a batch normalization");
  }

  private static @Nullable Value bias(Node before) {
    return Op.MAT_MUL.is(before) ? null : before.input(2);
  }

  private static Value scaled(Node before, Value weight, Normalization normalization) {
    Tensor tensor = weight.constant().orElseThrow();
    int groups = Op.CONV_TRANSPOSE.is(before) ? (int) before.intAttribute("group", 1) : 1;
    ScaledChannels computation =
        new ScaledChannels(tensor, normalization.factors(), channelAxis(before, tensor), groups);
    Graph graph = weight.graph();
    return graph.addInitializer(
        graph.freeName(weight.name() + "_normalized"), Tensor.deferred(computation).getFirst());
  }

  private static int channelAxis(Node before, Tensor weight) {
    int axis = Op.of(before).orElseThrow().channelAxis(before, 1).orElseThrow();
    return Math.floorMod(axis, weight.rank());
  }

  private static Value folded(Node before, @Nullable Value bias, Normalization normalization) {
    double factor = Op.GEMM.is(before) ? before.realAttribute("beta", 1) : 1;
    float[] old = bias == null ? new float[0] : bias.constant().orElseThrow().toFloats();
    float[] numbers = normalization.bias(old, factor);
    if (Op.GEMM.is(before)) {
      before.removeAttribute("beta");
    }
    Graph graph = before.graph();
    String name =
        bias == null ? before.requiredInput(1).name() + "_bias" : bias.name() + "_normalized";
    return graph.addInitializer(
        graph.freeName(name), Tensor.ofFloats(new long[] {numbers.length}, numbers));
  }

  private static Optional<String> unfit(Node before, Node norm) {
    if (norm.presentOutputs().size() > 1 || norm.intAttribute("training_mode", 0) != 0) {
      return Optional.of("it is for training");
    }
    if (norm.intAttribute("spatial", 1) == 0) {
      return Optional.of("it has statistics for each place");
    }
    List<Value> constants = new ArrayList<>(List.of(before.requiredInput(1)));
    for (int i = 1; i <= 4; i++) {
      constants.add(norm.requiredInput(i));
    }
    Value bias = bias(before);
    if (bias != null) {
      constants.add(bias);
    }
    for (Value constant : constants) {
      Optional<Tensor> tensor = constant.constant();
      if (tensor.isEmpty() || tensor.get().dataType() != DataType.FLOAT) {
        return Optional.of("'" + constant.name() + "' is no float constant");
      }
    }
    return before.requiredInput(1).isUsedOnce()
        ? Optional.empty()
        : Optional.of(
            "the weight '"
                + before.requiredInput(1).name()
                + "' has other readers and would be stored twice");
  }

  /** What a product must be like: its output channels on the axis that the normalization takes. */
  private static Optional<String> unfitProduct(Node before, InferredShapes shapes) {
    if (Op.MAT_MUL.is(before) && shapes.rank(before.output()).orElse(0) != 2) {
      return Optional.of("the product before is not known to have two dimensions");
    }
    Value bias = bias(before);
    if (bias == null) {
      return Optional.empty();
    }
    Tensor tensor = bias.constant().orElseThrow();
    boolean vector =
        tensor.rank() >= 1 && tensor.size(-1) == tensor.elementCount() && tensor.elementCount() > 1;
    return vector || !Op.GEMM.is(before)
        ? Optional.empty()
        : Optional.of("the bias '" + bias.name() + "' is not one number for each output channel");
  }
}
