package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;
import static io.demitasse.rewrite.ValuePattern.any;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.ops.SymbolicShapes;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Match;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Rewriter;
import io.demitasse.rewrite.Rewriter.Outcome;
import io.demitasse.rewrite.ValuePattern;
import io.demitasse.rewrite.Vectors;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Puts a layer normalization and the residual sum before it into one node.
 *
 * <pre>
 *   x ────┐
 *   skip ─ Add ─┬─ LayerNormalization(γ, β) ─ y              x ────┐
 *               └─ (other readers)             becomes     skip ─ SkipLayerNormalization(γ, β) ─┬─ y
 *                                                                                               └─ the sum, if read
 * </pre>
 *
 * <p>ONNX Runtime's operator wants two or three dimensions and {@code skip} as large as x, or
 * without a batch, and fails at run time on anything else; so the shapes must be known to fit, by
 * name at least. A bias added to x stays with the product before, which takes it for nothing.
 */
@PassInfo(
    summary = "Put layer normalizations and the residual sums before them into one node",
    effect = PassInfo.Effect.EXACT)
public record FuseSkipLayerNorm() implements ModelPass {
  private static final ValuePattern.Any ONE = any();
  private static final ValuePattern.Any OTHER = any();
  private static final NodePattern SUM = op(Op.ADD).inputs(ONE, OTHER).readElsewhere();
  private static final NodePattern NORM = op(Op.LAYER_NORMALIZATION).inputs(SUM).furtherInputs();
  private static final Rewriter REWRITER = new Rewriter(List.of(NORM), NORM);

  /** The two operands of the sum, the larger first. */
  private record Operands(Value x, Value skip) {}

  @Override
  public void apply(Model model, PassContext context) {
    SymbolicShapes shapes = SymbolicShapes.of(model);
    REWRITER.run(context, match -> fuse(match, model, shapes, context));
  }

  private static Outcome fuse(
      Match match, Model model, SymbolicShapes shapes, PassContext context) {
    Node sum = match.get(SUM);
    Optional<Operands> operands = operands(match, shapes);
    if (operands.isEmpty()) {
      return new Outcome.Refused(
          "the shapes "
              + described(match.get(ONE), shapes)
              + " and "
              + described(match.get(OTHER), shapes)
              + " are not known to be equal, of two or three dimensions");
    }
    Optional<String> unfit = unfit(match, shapes);
    if (unfit.isPresent()) {
      return new Outcome.Refused(unfit.get());
    }
    model.opsets().putIfAbsent(Model.CONTRIB, 1L);
    boolean sumIsRead = !sum.output().isUsedOnce();
    Node fused = node(match, operands.get(), sumIsRead);
    if (sumIsRead) {
      sum.graph().replace(sum.output(), Objects.requireNonNull(fused.output(3)));
    }
    match.replace(fused.output(), context);
    return new Outcome.Changed(
        fused, sumIsRead ? "absorbed a sum that is read elsewhere too" : "absorbed a sum");
  }

  /** Written where the sum was, for others may read that before the normalization. */
  private static Node node(Match match, Operands operands, boolean sumIsRead) {
    Node norm = match.get(NORM);
    Graph graph = norm.graph();
    NodeBuilder builder =
        Op.CONTRIB_SKIP_LAYER_NORMALIZATION
            .in(graph)
            .name(norm.name())
            .inputs(operands.x, operands.skip, Vectors.flat(graph, norm.requiredInput(1)));
    if (norm.input(2) != null) {
      builder.inputs(Vectors.flat(graph, norm.requiredInput(2)));
    }
    builder.outputs(graph.freeName(norm.output().name() + "_fused"));
    if (sumIsRead) {
      builder.outputs("", "", graph.freeName(norm.output().name() + "_sum"));
    }
    return builder
        .attribute("epsilon", norm.realAttribute("epsilon", 1e-5f))
        .insertAfter(match.get(SUM));
  }

  private static Optional<Operands> operands(Match match, SymbolicShapes shapes) {
    Value one = match.get(ONE);
    Value other = match.get(OTHER);
    if (fits(one, other, shapes)) {
      return Optional.of(new Operands(one, other));
    }
    return fits(other, one, shapes) ? Optional.of(new Operands(other, one)) : Optional.empty();
  }

  /**
   * Whether the runtime's operator takes these shapes: equal ones, or the skip of three dimensions
   * without a batch.
   */
  private static boolean fits(Value x, Value skip, SymbolicShapes shapes) {
    Shape large = shapes.of(x).orElse(Shape.of());
    Shape small = shapes.of(skip).orElse(Shape.of());
    if (large.rank() < 2 || large.rank() > 3 || small.rank() < 2 || small.rank() > large.rank()) {
      return false;
    }
    for (int i = 1; i <= small.rank(); i++) {
      boolean batch = i == 3 && small.dim(0).equals(Dim.of(1));
      if (!batch && !shapes.areEqual(large.dim(-i), small.dim(-i))) {
        return false;
      }
    }
    return true;
  }

  private static Optional<String> unfit(Match match, SymbolicShapes shapes) {
    Node norm = match.get(NORM);
    int rank = Math.max(rank(match.get(ONE), shapes), rank(match.get(OTHER), shapes));
    long axis = norm.intAttribute("axis", -1);
    if (axis != -1 && axis != rank - 1) {
      return Optional.of("it does not normalize the last axis alone");
    }
    if (norm.presentOutputs().size() > 1) {
      return Optional.of("its mean and deviation are read");
    }
    Optional<Shape> shape = shapes.of(match.get(SUM).output());
    return unfit(norm.requiredInput(1), shape)
        .or(() -> norm.input(2) == null ? Optional.empty() : unfit(norm.requiredInput(2), shape));
  }

  private static Optional<String> unfit(Value vector, Optional<Shape> shape) {
    return vector.constant().isEmpty()
        ? Optional.of("'" + vector.name() + "' is not constant")
        : Vectors.unfit(vector, shape, DataType.FLOAT);
  }

  private static int rank(Value value, SymbolicShapes shapes) {
    return shapes.of(value).map(Shape::rank).orElse(0);
  }

  private static String described(Value value, SymbolicShapes shapes) {
    return "'" + value.name() + "' " + shapes.of(value).map(Shape::toString).orElse("[...]");
  }
}
