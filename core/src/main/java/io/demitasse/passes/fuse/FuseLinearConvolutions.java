package io.demitasse.passes.fuse;

import io.demitasse.affine.LinearNode;
import io.demitasse.affine.NotFoldable;
import io.demitasse.affine.ScaledChannels;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Unread;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts two convolutions with nothing between into one, where that is less work.
 *
 * <pre>
 *   x ─ Conv(V, c) ─ Conv(W, b), 1 x 1     becomes   x ─ Conv(W · V, W · c + b)
 * </pre>
 *
 * <p>V is [between, in, ...], of any kernel, and W is [out, between, 1, ...]; neither has groups,
 * and the second neither strides nor padding. The one takes out · in · kernel multiplications a
 * place, the two take between · in · kernel + out · between: linear bottlenecks that are no
 * bottlenecks are gained, and true ones stay. Computed in double precision and rounded once.
 */
@PassInfo(
    summary = "Put two convolutions with nothing between into one where that is less work",
    effect = PassInfo.Effect.EXACT)
public record FuseLinearConvolutions() implements ModelPass {

  @Override
  public void apply(Model model, PassContext context) {
    Map<Node, String> refusals = new LinkedHashMap<>();
    boolean changed = true;
    while (changed) {
      changed = false;
      refusals.clear();
      for (Node node : context.nodes()) {
        changed |= fuse(node, refusals, context);
      }
    }
    refusals.forEach(context::skipped);
  }

  private static boolean fuse(Node second, Map<Node, String> refusals, PassContext context) {
    Node first = second.isRemoved() || !Op.CONV.is(second) ? null : before(second);
    if (first == null) {
      return false;
    }
    try {
      requireFit(first, second, context);
    } catch (NotFoldable e) {
      refusals.put(second, e.reason());
      return false;
    }
    compose(first, second, context);
    context.changed(first, "absorbed the convolution behind");
    return true;
  }

  private static @Nullable Node before(Node second) {
    Node first = second.requiredInput(0).producer();
    return first != null && Op.CONV.is(first) && first.graph() == second.graph() ? first : null;
  }

  private static void requireFit(Node first, Node second, PassContext context) {
    if (!context.selects(first)) {
      throw new NotFoldable("the step does not select " + first);
    }
    AffineChain.requireOnlyReader(first.output(), second);
    for (Node node : List.of(first, second)) {
      Optional<String> unfit = new LinearNode(node).unfit();
      if (unfit.isPresent()) {
        throw new NotFoldable(unfit.get());
      }
      if (node.intAttribute("group", 1) != 1) {
        throw new NotFoldable(node + " has groups");
      }
    }
    if (!isPointwise(second)) {
      throw new NotFoldable("it does not look at each place alone");
    }
    requireLess(weight(first), weight(second));
    requireHeld(new ComposedWeights(weight(first), weight(second)), first, second);
  }

  private static void requireHeld(ComposedWeights composed, Node first, Node second) {
    float[] bias = composed.bias(bias(first), bias(second));
    boolean finite = IntStream.range(0, bias.length).allMatch(o -> Float.isFinite(bias[o]));
    if (!finite || !ScaledChannels.isHeld(composed.largest())) {
      throw new NotFoldable("the weight and bias of one would leave what floats hold well");
    }
  }

  private static boolean isPointwise(Node conv) {
    return Arrays.stream(weight(conv).sizes()).skip(2).allMatch(size -> size == 1)
        && Arrays.stream(conv.intsAttribute("strides")).allMatch(stride -> stride == 1)
        && Arrays.stream(conv.intsAttribute("pads")).allMatch(pad -> pad == 0);
  }

  private static void requireLess(Tensor first, Tensor second) {
    if (second.size(1) != first.size(0) || first.elementCount() == 0) {
      throw new NotFoldable("its weight does not fit the one before");
    }
    double apart = (double) first.elementCount() + second.elementCount();
    double together = (double) first.elementCount() / first.size(0) * second.size(0);
    if (together >= apart) {
      throw new NotFoldable(
          String.format(
              Locale.ROOT,
              "one would take %.0f multiplications a place, two take %.0f",
              together,
              apart));
    }
  }

  private static void compose(Node first, Node second, PassContext context) {
    ComposedWeights composed = new ComposedWeights(weight(first), weight(second));
    boolean biased = first.input(2) != null || second.input(2) != null;
    LinearNode linear = new LinearNode(first);
    if (biased) {
      linear.bias(composed.bias(bias(first), bias(second)), context);
    }
    linear.weight(composed, context);
    first.graph().replace(second.output(), first.output());
    Unread.remove(second, context);
  }

  private static Tensor weight(Node conv) {
    return conv.constantInput(1).orElseThrow();
  }

  private static float[] bias(Node conv) {
    return conv.constantInput(2).map(Tensor::toFloats).orElse(new float[0]);
  }
}
