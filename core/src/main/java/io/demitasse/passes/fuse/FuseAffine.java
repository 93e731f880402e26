package io.demitasse.passes.fuse;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Unread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    InferredShapes shapes = ShapeInference.infer(model, Map.of());
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
    Chain chain = new Chain(linear, linear.channels(shapes));
    chain.follow(context);
    boolean isBias = Op.MAT_MUL.is(linear.node()) && chain.isSum();
    if (!chain.steps.isEmpty() && !isBias) {
      Value result = linear.absorb(chain.affine, context);
      linear.node().graph().replace(chain.end, result);
      chain.steps.reversed().forEach(step -> Unread.remove(step, context));
      context.changed(linear.node(), "absorbed " + chain);
    }
  }

  /** Steps behind each other, of which each is the only reader of the one before. */
  private static final class Chain {
    private final LinearNode linear;
    private final Channels channels;
    private final List<Node> steps = new ArrayList<>();
    private ChannelAffine affine;
    private Value end;

    Chain(LinearNode linear, Channels channels) {
      this.linear = linear;
      this.channels = channels;
      this.affine = ChannelAffine.identity(channels.count());
      this.end = linear.node().output();
    }

    void follow(PassContext context) {
      for (Node step = Channels.step(end); step != null; step = Channels.step(end)) {
        try {
          append(step, context);
        } catch (NotFoldable e) {
          context.skipped(step, e.reason());
          return;
        }
      }
    }

    private void append(Node step, PassContext context) {
      String obstacle = obstacle(step, context);
      if (obstacle != null) {
        throw new NotFoldable(obstacle);
      }
      ChannelAffine longer = affine.then(channels.affine(step, end));
      if (!linear.holds(longer)) {
        throw new NotFoldable("the weight and bias would leave the range of floats");
      }
      affine = longer;
      steps.add(step);
      end = step.output();
    }

    private @Nullable String obstacle(Node step, PassContext context) {
      if (!context.selects(step)) {
        return "the step does not select " + step;
      }
      if (end.isOutput()) {
        return "the inner value '" + end.name() + "' is a graph output";
      }
      return end.uses().stream()
          .map(Value.Use::node)
          .filter(reader -> reader != step)
          .findFirst()
          .map(reader -> "the inner value '" + end.name() + "' is also read by " + reader)
          .orElse(null);
    }

    /** Whether this is what is left behind a MatMul: one addition. */
    boolean isSum() {
      return steps.size() == 1 && !affine.hasFactors();
    }

    @Override
    public String toString() {
      return steps.stream().map(Node::opType).collect(Collectors.joining(", "));
    }
  }
}
