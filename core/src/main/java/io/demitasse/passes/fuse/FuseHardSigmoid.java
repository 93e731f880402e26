package io.demitasse.passes.fuse;

import static io.demitasse.passes.fuse.HardSigmoidSpellings.GATED;
import static io.demitasse.passes.fuse.HardSigmoidSpellings.X;
import static io.demitasse.rewrite.NodePattern.op;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.passes.fuse.HardSigmoidSpellings.Line;
import io.demitasse.passes.fuse.HardSigmoidSpellings.Scaling;
import io.demitasse.passes.fuse.HardSigmoidSpellings.Spelling;
import io.demitasse.rewrite.Match;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Rewriter;
import io.demitasse.rewrite.Rewriter.Outcome;
import io.demitasse.rewrite.Unread;
import io.demitasse.rewrite.Widening;
import java.util.List;
import java.util.Optional;

/**
 * Writes a spelled-out hard sigmoid as one node, and so a hard swish as two.
 *
 * <pre>
 *   x ─┬─ Add 3 ─ Clip 0..6 ─┐
 *      └─────────────────── Mul ─ Div 6 ─ y
 *
 *   becomes   x ─┬─ HardSigmoid(α = 1/6, β = 1/2) ─┐
 *                └──────────────────────────────── Mul ─ y
 * </pre>
 *
 * <p>The line before the cut may have any slope and offset, in either order; the cut may be a Clip,
 * a Min with a Max or a Relu, at 1 or at 6; the division by 6 may stand on either factor or on the
 * product, also as a multiplication; and what is multiplied may be something else than x, as in
 * squeeze and excitation. Slope and offset are computed in double precision and rounded once. A
 * steep line far from zero stays: x - 1000, exact, times 1000 is not 1000 x - 1000000 in floats.
 *
 * <p>{@code hard-swish} writes one node where x gates itself by 1/6 and 1/2. It is not the default
 * because ONNX Runtime has no kernel for HardSwish and puts the two nodes in its place, and because
 * HardSigmoid and Mul are what integer quantization knows.
 */
@PassInfo(
    summary = "Write a spelled-out hard sigmoid or hard swish with HardSigmoid",
    effect = PassInfo.Effect.EXACT)
public record FuseHardSigmoid(
    @Option(
            doc = "Operators to write: HardSigmoid with Mul, or HardSwish (opset 14) where it fits",
            value = "hard-sigmoid")
        Form form)
    implements ModelPass {

  /** The operators to write. */
  public enum Form {
    /** {@code HardSigmoid}, with {@code Mul} for a hard swish. */
    HARD_SIGMOID,
    /** {@code HardSwish} where it fits, otherwise the same. */
    HARD_SWISH
  }

  private static final long HARD_SWISH_OPSET = 14;
  private static final double TOLERANCE = 1e-6;

  private static final List<Spelling> SPELLINGS = HardSigmoidSpellings.all();
  private static final NodePattern GATE =
      op(Op.HARD_SIGMOID)
          .inputs(X)
          .where(
              node ->
                  near(node.realAttribute("alpha", .2f), 1. / 6)
                      && near(node.realAttribute("beta", .5f), .5),
              "its alpha and beta are not 1/6 and 1/2");
  private static final NodePattern SWISH = op(Op.MUL).commutative(X, GATE);
  private static final Rewriter SWISHES = new Rewriter(List.of(SWISH), GATE);

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = context.shapes();
    for (Spelling spelling : SPELLINGS) {
      spelling.rewriter().run(context, match -> fuse(match, spelling, shapes, context));
    }
    if (form == Form.HARD_SWISH) {
      SWISHES.run(context, match -> join(match, model, context));
    }
  }

  private static Outcome fuse(
      Match match, Spelling spelling, InferredShapes shapes, PassContext context) {
    Value x = match.get(X);
    Optional<String> widening = Widening.byConstants(match.nodes(), x, shapes.shape(x));
    if (widening.isPresent()) {
      return new Outcome.Refused(widening.get());
    }
    Node root = match.root();
    Optional<Scaling> scaling = scaling(match, shapes, context);
    Line line = spelling.line(match).after(scaling.map(Scaling::factor).orElse(1.));
    Optional<String> unfit = line.unfit();
    if (unfit.isPresent()) {
      return new Outcome.Refused(unfit.get());
    }
    Node sigmoid =
        Op.HARD_SIGMOID
            .in(root.graph())
            .name(match.get(spelling.cut()).name())
            .inputs(scaling.map(Scaling::scaled).orElse(x))
            .attribute("alpha", (float) line.slope())
            .attribute("beta", (float) line.offset())
            .insertBefore(root);
    Node last = match.has(GATED) ? product(match, sigmoid) : sigmoid;
    int swallowed = match.nodes().size() + (scaling.isPresent() ? 1 : 0);
    match.replace(last.output(), context);
    scaling
        .map(Scaling::node)
        .filter(FuseHardSigmoid::isUnread)
        .ifPresent(node -> Unread.remove(node, context));
    return new Outcome.Changed(
        sigmoid, "put " + swallowed + " nodes into " + (last == sigmoid ? "one" : "two"));
  }

  /** What multiplies x may be read by what the hard sigmoid's result is multiplied with. */
  private static boolean isUnread(Node node) {
    return node.presentOutputs().stream().noneMatch(Unread::isRead);
  }

  private static Node product(Match match, Node sigmoid) {
    return Op.MUL
        .in(sigmoid.graph())
        .name(match.root().name())
        .inputs(match.get(GATED), sigmoid.output())
        .insertBefore(match.root());
  }

  /** A multiplication of x alone, which the slope takes. */
  private static Optional<Scaling> scaling(
      Match match, InferredShapes shapes, PassContext context) {
    return Scaling.of(match.get(X))
        .filter(before -> context.selects(before.node()))
        .filter(before -> before.node().graph() == match.root().graph())
        .filter(before -> !widens(before, shapes));
  }

  private static boolean widens(Scaling before, InferredShapes shapes) {
    Value scaled = before.scaled();
    return Widening.byConstants(List.of(before.node()), scaled, shapes.shape(scaled)).isPresent();
  }

  private static Outcome join(Match match, Model model, PassContext context) {
    if (model.opset() < HARD_SWISH_OPSET) {
      return new Outcome.Refused(
          "ONNX has a HardSwish since opset "
              + HARD_SWISH_OPSET
              + " and the model is at "
              + model.opset());
    }
    Node root = match.root();
    Node swish =
        Op.HARD_SWISH.in(root.graph()).name(root.name()).inputs(match.get(X)).insertBefore(root);
    match.replace(swish.output(), context);
    return new Outcome.Changed(swish, "put a HardSigmoid and its product into one node");
  }

  private static boolean near(double number, double expected) {
    return Math.abs(number - expected) <= TOLERANCE;
  }
}
