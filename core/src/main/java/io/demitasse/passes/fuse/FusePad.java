package io.demitasse.passes.fuse;

import io.demitasse.affine.NotFoldable;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Unread;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets convolutions put the zeros around their input themselves.
 *
 * <pre>
 *   x ─ Pad 0, 1, 0, 1 ─ Conv(W)     becomes   x ─ Conv(W), pads = 0, 1, 0, 1
 * </pre>
 *
 * <p>Exporters write a Pad where the padding is not the same on all sides; it copies the whole
 * picture, and 8-bit arithmetic stops at it. All readers must be convolutions, or averages that can
 * count the zeros; a MaxPool cannot, for what it pads with is smaller than any number.
 */
@PassInfo(
    summary = "Let convolutions put the zeros around their input themselves",
    effect = PassInfo.Effect.EXACT)
public record FusePad() implements ModelPass {
  private static final List<Op> WINDOWS = List.of(Op.CONV, Op.AVERAGE_POOL, Op.MAX_POOL);

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = context.shapes();
    for (Node node : context.nodes()) {
      if (Op.PAD.is(node) && node.output().uses().stream().anyMatch(FusePad::isWindow)) {
        try {
          fuse(node, shapes, context);
        } catch (NotFoldable e) {
          context.skipped(node, e.reason());
        }
      }
    }
  }

  private static boolean isWindow(Value.Use use) {
    return use.index() == 0 && WINDOWS.stream().anyMatch(window -> window.is(use.node()));
  }

  private static void fuse(Node pad, InferredShapes shapes, PassContext context) {
    Value padded = pad.output();
    if (padded.isOutput()) {
      throw new NotFoldable("'" + padded.name() + "' is a graph output");
    }
    Map<Node, ZeroPadding> readers = new LinkedHashMap<>();
    for (Value.Use use : padded.uses()) {
      readers.put(use.node(), padding(pad, use, shapes, context));
    }
    pad.graph().replaceUses(padded, pad.requiredInput(0));
    Unread.remove(pad, context);
    readers.forEach(
        (window, padding) -> {
          take(window, padding);
          context.changed(window, "absorbed the zeros around its input");
        });
  }

  /** What a reader pads when it pads for the node before too. */
  private static ZeroPadding padding(
      Node pad, Value.Use use, InferredShapes shapes, PassContext context) {
    Node window = use.node();
    if (!isWindow(use) || Op.MAX_POOL.is(window) || window.graph() != pad.graph()) {
      throw new NotFoldable(window + " cannot put zeros around its input");
    }
    if (!context.selects(window)) {
      throw new NotFoldable("the step does not select " + window);
    }
    String auto = window.textAttribute("auto_pad", "NOTSET");
    if (auto.startsWith("SAME")) {
      throw new NotFoldable(window + " computes its padding from the size of its input");
    }
    int rank = rank(window, shapes);
    ZeroPadding before = ZeroPadding.of(pad, rank);
    long[] own = auto.equals("VALID") ? new long[0] : window.intsAttribute("pads");
    ZeroPadding padding = before.with(own);
    if (Op.AVERAGE_POOL.is(window)) {
      requireCounting(window, own, padding);
    }
    return padding;
  }

  private static int rank(Node window, InferredShapes shapes) {
    long[] kernel = window.intsAttribute("kernel_shape");
    if (kernel.length > 0) {
      return kernel.length + 2;
    }
    return shapes
        .rank(window.requiredInput(1))
        .orElseThrow(() -> new NotFoldable("the dimensions of " + window + " are not known"));
  }

  /**
   * An average must count the zeros, and the runtime wants fewer of them than its kernel is wide.
   */
  private static void requireCounting(Node average, long[] own, ZeroPadding padding) {
    boolean counts =
        average.intAttribute("count_include_pad", 0) != 0
            || Arrays.stream(own).allMatch(size -> size == 0);
    if (!counts || average.intAttribute("ceil_mode", 0) != 0) {
      throw new NotFoldable(average + " does not count what it pads");
    }
    if (!padding.isSmallerThan(average.intsAttribute("kernel_shape"))) {
      throw new NotFoldable(average + " would pad more than its kernel is wide");
    }
  }

  private static void take(Node window, ZeroPadding padding) {
    window.removeAttribute("auto_pad");
    window.attribute("pads", Attribute.ofInts(padding.pads()));
    if (Op.AVERAGE_POOL.is(window)) {
      window.attribute("count_include_pad", Attribute.of(1));
    }
  }
}
