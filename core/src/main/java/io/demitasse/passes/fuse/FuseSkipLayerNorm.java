package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;
import static io.demitasse.rewrite.ValuePattern.any;

import io.demitasse.calibrate.MeanToDeviation;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ops.Belief;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Match;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Rewriter;
import io.demitasse.rewrite.Rewriter.Outcome;
import io.demitasse.rewrite.Vectors;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

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
 *
 * <p>The operator computes the variance as E[s²] − E[s]² in floats, which cancel where the mean of
 * a row is far larger than its deviation: at 100 times as much, the output is off by a thousandth
 * and more. So data must show that no row of the sum has a mean of more than 4 deviations; invented
 * inputs do where there are no others, for what the weights add up to is seen on them too. Sums
 * inside the branches and bodies of a model are not seen, and stay.
 */
@PassInfo(
    summary = "Put layer normalizations and the residual sums before them into one node",
    effect = PassInfo.Effect.EXACT)
public record FuseSkipLayerNorm() implements ModelPass {
  private static final NodePattern SUM = op(Op.ADD).inputs(any(), any()).readElsewhere();
  private static final NodePattern NORM = op(Op.LAYER_NORMALIZATION).inputs(SUM).furtherInputs();
  private static final Rewriter REWRITER = new Rewriter(List.of(NORM), NORM);

  /** Mean over deviation of a row, at which cancellation costs four of 24 binary digits. */
  private static final double MOST = 4;

  /** The two operands of the sum, the larger first. */
  private record Operands(Value x, Value skip) {}

  @Override
  public Set<Observation<?>> observations(Model model, PassContext context) {
    InferredShapes shapes = context.shapes(Belief.NAMES);
    Set<Observation<?>> observations = new LinkedHashSet<>();
    for (Node norm : context.nodes()) {
      Node sum = Op.LAYER_NORMALIZATION.is(norm) ? norm.requiredInput(0).producer() : null;
      if (sum != null && Op.ADD.is(sum) && isSeen(sum) && unfit(sum, norm, shapes).isEmpty()) {
        observations.add(ratio(sum, norm, context));
      }
    }
    return observations;
  }

  private static Observation<Double> ratio(Node sum, Node norm, PassContext context) {
    return Observation.of(context.part(), sum.output(), new MeanToDeviation(epsilon(norm)));
  }

  private static boolean isSeen(Node sum) {
    return sum.graph().outer() == null;
  }

  @Override
  public void apply(Model model, PassContext context) {
    if (context.costs().isSlower("LayerNormalization", "fuse-skip-layer-norm")) {
      context.skipped("the one node takes longer than the two on this machine");
      return;
    }
    InferredShapes shapes = context.shapes(Belief.NAMES);
    REWRITER.run(context, match -> fuse(match, model, shapes, context));
  }

  private static Outcome fuse(
      Match match, Model model, InferredShapes shapes, PassContext context) {
    Node sum = match.get(SUM);
    Node norm = match.get(NORM);
    Optional<String> unfit = unfit(sum, norm, shapes).or(() -> farFromZero(sum, norm, context));
    if (unfit.isPresent()) {
      return new Outcome.Refused(unfit.get());
    }
    model.opsets().putIfAbsent(Model.CONTRIB, 1L);
    boolean sumIsRead = !sum.output().isUsedOnce();
    Node fused = node(match, operands(sum, shapes).orElseThrow(), sumIsRead);
    if (sumIsRead) {
      sum.graph().replace(sum.output(), Objects.requireNonNull(fused.output(3)));
    }
    match.replace(fused.output(), context);
    return new Outcome.Changed(
        fused, sumIsRead ? "absorbed a sum that is read elsewhere too" : "absorbed a sum");
  }

  /** Why the variance of a row might be lost to its mean. */
  private static Optional<String> farFromZero(Node sum, Node norm, PassContext context) {
    String row = "the mean of a row of '" + sum.output().name() + "'";
    if (!isSeen(sum)) {
      return Optional.of(row + " is not seen inside a nested graph, and may be far from zero");
    }
    Optional<Double> ratio = context.statistics().get(ratio(sum, norm, context));
    if (ratio.isEmpty()) {
      return Optional.of(
          String.format(
              Locale.ROOT, "no data show that %s is at most %.0f times its deviation", row, MOST));
    }
    return ratio.get() <= MOST
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s is up to %.3g times its deviation on the data; beyond %.0f times the one node"
                    + " loses precision",
                row,
                ratio.get(),
                MOST));
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
    return builder.attribute("epsilon", epsilon(norm)).insertAfter(match.get(SUM));
  }

  private static float epsilon(Node norm) {
    return norm.realAttribute("epsilon", 1e-5f);
  }

  private static Optional<Operands> operands(Node sum, InferredShapes shapes) {
    Value one = sum.requiredInput(0);
    Value other = sum.requiredInput(1);
    if (fits(one, other, shapes)) {
      return Optional.of(new Operands(one, other));
    }
    return fits(other, one, shapes) ? Optional.of(new Operands(other, one)) : Optional.empty();
  }

  /**
   * Whether the runtime's operator takes these shapes: equal ones, or the skip of three dimensions
   * without a batch.
   */
  private static boolean fits(Value x, Value skip, InferredShapes shapes) {
    Shape large = shapes.shape(x).orElse(Shape.of());
    Shape small = shapes.shape(skip).orElse(Shape.of());
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

  /** Why the operator would not compute the same, or not at all, whatever the data. */
  private static Optional<String> unfit(Node sum, Node norm, InferredShapes shapes) {
    Value one = sum.requiredInput(0);
    Value other = sum.requiredInput(1);
    if (operands(sum, shapes).isEmpty()) {
      return Optional.of(
          "the shapes "
              + described(one, shapes)
              + " and "
              + described(other, shapes)
              + " are not known to be equal, of two or three dimensions");
    }
    int rank = Math.max(rank(one, shapes), rank(other, shapes));
    long axis = norm.intAttribute("axis", -1);
    if (axis != -1 && axis != rank - 1) {
      return Optional.of("it does not normalize the last axis alone");
    }
    if (norm.presentOutputs().size() > 1) {
      return Optional.of("its mean and deviation are read");
    }
    Optional<Shape> shape = shapes.shape(sum.output());
    return unfit(norm.requiredInput(1), shape)
        .or(() -> norm.input(2) == null ? Optional.empty() : unfit(norm.requiredInput(2), shape));
  }

  private static Optional<String> unfit(Value vector, Optional<Shape> shape) {
    return vector.constant().isEmpty()
        ? Optional.of("'" + vector.name() + "' is not constant")
        : Vectors.unfit(vector, shape, DataType.FLOAT);
  }

  private static int rank(Value value, InferredShapes shapes) {
    return shapes.shape(value).map(Shape::rank).orElse(0);
  }

  private static String described(Value value, InferredShapes shapes) {
    return "'" + value.name() + "' " + shapes.shape(value).map(Shape::toString).orElse("[...]");
  }
}
