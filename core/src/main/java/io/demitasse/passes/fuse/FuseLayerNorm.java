package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;
import static io.demitasse.rewrite.ValuePattern.any;
import static io.demitasse.rewrite.ValuePattern.constant;
import static io.demitasse.rewrite.ValuePattern.either;
import static io.demitasse.rewrite.ValuePattern.optionally;
import static io.demitasse.rewrite.ValuePattern.scalar;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Match;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Rewriter;
import io.demitasse.rewrite.Rewriter.Outcome;
import io.demitasse.rewrite.Scalars;
import io.demitasse.rewrite.ValuePattern;
import io.demitasse.rewrite.Vectors;
import io.demitasse.rewrite.Widening;
import java.util.List;
import java.util.Optional;

/**
 * Writes a layer normalization that is spelled out as one node.
 *
 * <pre>
 *   x ─┬─ ReduceMean ─┐
 *      └──────────── Sub ─┬─ Pow 2 ─ ReduceMean ─ Add ε ─ Sqrt ─┐
 *                         └──────────────────────────────────  Div ─ Mul γ ─ Add β ─ y
 *
 *   becomes   x ─ LayerNormalization(γ, β; axis, ε) ─ y
 * </pre>
 *
 * <p>Found in every spelling that exporters have: the square as {@code Pow} or {@code Mul}, the
 * root as {@code Sqrt} or {@code Pow 0.5}, the quotient as {@code Div} or as {@code Mul} with
 * {@code Reciprocal}, {@code Cast} in between, operands in either order, β missing, axes as
 * attribute or (since opset 18) as input.
 */
@PassInfo(
    summary = "Write a spelled-out layer normalization as one LayerNormalization node",
    effect = PassInfo.Effect.EXACT,
    minimumOpset = 17)
public record FuseLayerNorm() implements ModelPass {
  private static final ValuePattern.Any X = any();
  private static final NodePattern MEAN = op(Op.REDUCE_MEAN).inputs(X).furtherInputs();
  private static final NodePattern CENTERED = op(Op.SUB).inputs(X, MEAN);
  // Some exporters compute the difference twice.
  private static final NodePattern CENTERED_AGAIN =
      op(Op.SUB).inputs(X, op(Op.REDUCE_MEAN).inputs(X).furtherInputs());
  private static final ValuePattern CAST_CENTERED =
      optionally(op(Op.CAST).inputs(CENTERED_AGAIN), CENTERED_AGAIN);
  private static final NodePattern SQUARE = op(Op.POW).inputs(CAST_CENTERED, scalar(2, 0));
  private static final NodePattern SELF_PRODUCT = op(Op.MUL).inputs(CAST_CENTERED, CAST_CENTERED);
  private static final NodePattern VARIANCE =
      op(Op.REDUCE_MEAN).inputs(either(SQUARE, SELF_PRODUCT)).furtherInputs();
  private static final ValuePattern.Constant EPSILON =
      constant(
          "a small positive number",
          t -> Scalars.isScalar(t) && Scalars.of(t) > 0 && Scalars.of(t) < 1);
  private static final NodePattern SHIFTED = op(Op.ADD).commutative(VARIANCE, EPSILON);
  private static final ValuePattern DEVIATION =
      either(op(Op.SQRT).inputs(SHIFTED), op(Op.POW).inputs(SHIFTED, scalar(.5, 0)));
  private static final ValuePattern NUMERATOR = optionally(op(Op.CAST).inputs(CENTERED), CENTERED);
  private static final ValuePattern NORMALIZED =
      either(
          op(Op.DIV).inputs(NUMERATOR, DEVIATION),
          op(Op.MUL).commutative(NUMERATOR, op(Op.RECIPROCAL).inputs(DEVIATION)));
  private static final ValuePattern.Constant SCALE = constant();
  private static final ValuePattern.Constant BIAS = constant();
  private static final NodePattern SCALED =
      op(Op.MUL).commutative(optionally(op(Op.CAST).inputs(NORMALIZED), NORMALIZED), SCALE);
  private static final NodePattern WITH_BIAS = op(Op.ADD).commutative(SCALED, BIAS);

  private static final Rewriter REWRITER = new Rewriter(List.of(WITH_BIAS, SCALED), VARIANCE);

  @Override
  public void apply(Model model, PassContext context) {
    REWRITER.run(context, match -> fuse(match, context.shapes().shape(match.get(X)), context));
  }

  private static Outcome fuse(Match match, Optional<Shape> shape, PassContext context) {
    if (!normalizesLastAxis(match, shape)) {
      return new Outcome.Refused(
          "it does not take mean and variance over one and the same last axis");
    }
    Optional<String> unfit =
        unfit(match, shape)
            .or(() -> Widening.byConstants(match.nodes(), match.get(X), shape))
            .or(() -> coarseCast(match));
    if (unfit.isPresent()) {
      return new Outcome.Refused(unfit.get());
    }
    Node root = match.root();
    Graph graph = root.graph();
    Node fused =
        Op.LAYER_NORMALIZATION
            .in(graph)
            .name(root.name())
            .inputs(match.get(X), Vectors.flat(graph, match.get(SCALE)))
            .inputs(match.has(BIAS) ? List.of(Vectors.flat(graph, match.get(BIAS))) : List.of())
            .attribute("axis", -1)
            .attribute("epsilon", (float) Scalars.of(match.constant(EPSILON)))
            .insertBefore(root);
    int swallowed = match.nodes().size();
    match.replace(fused.output(), context);
    return new Outcome.Changed(fused, "put " + swallowed + " nodes into one");
  }

  private static boolean normalizesLastAxis(Match match, Optional<Shape> shape) {
    return match.nodes().stream()
        .filter(Op.REDUCE_MEAN::is)
        .allMatch(mean -> Axes.isLast(mean, shape));
  }

  private static Optional<String> unfit(Match match, Optional<Shape> shape) {
    DataType type = match.constant(SCALE).dataType();
    Value x = match.get(X);
    boolean casts = match.nodes().stream().anyMatch(Op.CAST::is);
    if (casts && !x.dataType().equals(Optional.of(type))) {
      return Optional.of(
          "it casts, and '" + x.name() + "' is not known to be " + type.text() + " like its scale");
    }
    return Vectors.unfit(match.get(SCALE), shape, type)
        .or(() -> match.has(BIAS) ? Vectors.unfit(match.get(BIAS), shape, type) : Optional.empty());
  }

  /** A cast to fewer bits in between is no detour to more precision. */
  private static Optional<String> coarseCast(Match match) {
    int bits = match.constant(SCALE).dataType().bits();
    return match.nodes().stream()
        .filter(Op.CAST::is)
        .filter(cast -> !isFine(cast.intAttribute("to", 0), bits))
        .findFirst()
        .map(cast -> cast + " leaves out precision, which the one node would keep");
  }

  private static boolean isFine(long type, int bits) {
    return (type == DataType.FLOAT.code() && bits <= 32)
        || type == DataType.DOUBLE.code()
        || (type == DataType.FLOAT16.code() && bits == 16);
  }
}
