package io.demitasse.passes.prune;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Finiteness;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Takes the border off the windows of convolutions where it carries little, and pads less.
 *
 * <pre>
 *   x ─ Conv w[64,32,5,5], pads 2     becomes   x ─ Conv w'[64,32,3,3], pads 1
 *
 *   a b c d e           a+b  c  d+e
 *   f g h i j           f+g  h  i+j             of each axis by itself: the columns first, then,
 *   k l m n o     ─     k+l  m  n+o     ─ ...   where the rows at the border carry little as well,
 *   p q r s t           p+q  r  s+t             the rows
 *   u v w x y           u+v  w  x+y
 * </pre>
 *
 * <p>The border along an axis goes, the one that carries least first, as long as it holds no more
 * than its share of the squares of the weights. What lies beside it takes over: neighbors in
 * pictures and sounds are much alike, and where they are equal nothing is lost. It needs no data;
 * whether the model stays right is measured behind it, and {@code distill} or {@code reconstruct}
 * bring back what was lost.
 */
@PassInfo(
    summary = "Take the border off windows of convolutions where it carries little",
    effect = PassInfo.Effect.LOSSY)
public record ShrinkKernels(
    @Option(
            doc = "The share of the squares of a layer's weights that a border may hold to go",
            value = "0.1",
            search = {"0.02", "0.05", "0.1", "0.2"})
        double border,
    @Option(doc = "How many places a window keeps at least along each axis", value = "1") int least,
    @Option(doc = "Add weights of the border to those beside them", value = "true")
        boolean takeOver)
    implements ModelPass {

  public ShrinkKernels {
    if (!(border > 0 && border < 1)) {
      throw new IllegalArgumentException("border must be above 0 and below 1, got " + border);
    }
    if (least < 1) {
      throw new IllegalArgumentException("least must be at least 1, got " + least);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    for (Node node : context.nodes()) {
      if (Op.CONV.is(node)) {
        unfit(node).ifPresentOrElse(why -> context.skipped(node, why), () -> shrink(node, context));
      }
    }
  }

  /** Why the window of a convolution has to stay as it is; empty where it can be looked at. */
  private static Optional<String> unfit(Node node) {
    Value weight = node.requiredInput(1);
    String name = "its weight '" + weight.name() + "' ";
    Tensor tensor = weight.constant().orElse(null);
    if (tensor == null) {
      return Optional.of(name + "is computed");
    }
    if (tensor.dataType() != DataType.FLOAT || tensor.rank() < 3 || tensor.elementCount() == 0) {
      return Optional.of(name + "is " + tensor + ", expected windows of floats");
    }
    if (!weight.isUsedOnce()) {
      return Optional.of(name + "is read elsewhere too");
    }
    return Finiteness.isFinite(tensor)
        ? Optional.empty()
        : Optional.of(name + "holds a NaN or an infinity");
  }

  private void shrink(Node node, PassContext context) {
    KernelWindow before = KernelWindow.of(node);
    KernelWindow window = before;
    Optional<Integer> axis = lightest(window);
    while (axis.isPresent() && window.border(axis.get()) <= border) {
      window = window.without(axis.get(), takeOver);
      axis = lightest(window);
    }
    if (window != before) {
      window.store();
      context.changed(node, "its window of " + before + " becomes " + window);
    } else if (axis.isPresent()) {
      context.skipped(node, tooMuch(before, axis.get()));
    } else if (isLarge(before)) {
      context.skipped(node, "it pads too little to give as much with a smaller window");
    }
  }

  /** The axis whose border carries least, of those that can lose it. */
  private Optional<Integer> lightest(KernelWindow window) {
    return IntStream.range(0, window.axes())
        .filter(axis -> window.places(axis) - 2 >= least && window.isPadded(axis))
        .boxed()
        .min(Comparator.comparingDouble(window::border));
  }

  private boolean isLarge(KernelWindow window) {
    return IntStream.range(0, window.axes()).anyMatch(axis -> window.places(axis) - 2 >= least);
  }

  private String tooMuch(KernelWindow window, int axis) {
    return String.format(
        Locale.ROOT,
        "the border of its %s window holds %.1f %% of the squares of its weights, more than %.1f",
        window,
        100 * window.border(axis),
        100 * border);
  }
}
