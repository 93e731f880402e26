package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;
import static io.demitasse.rewrite.ValuePattern.any;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Match;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Rewriter;
import io.demitasse.rewrite.Rewriter.Outcome;
import io.demitasse.rewrite.ValuePattern;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Adds one to a gate instead of adding what is gated to its product with the gate.
 *
 * <pre>
 *   x ─┬─ Mul g ─ Add ─ y     becomes   g ─ Add 1 ─ Mul x ─ y
 *      └──────────┘
 * </pre>
 *
 * <p>Squeeze and excitation with a residual: x is a picture and g one number a channel, so one pass
 * over the picture less. Where g is as large as x nothing is gained, and nothing is done.
 */
@PassInfo(
    summary = "Add one to a gate instead of what is gated to its product",
    effect = PassInfo.Effect.EXACT)
public record FuseResidualGate() implements ModelPass {
  private static final ValuePattern.Any X = any();
  private static final ValuePattern.Any GATE = any();
  private static final NodePattern PRODUCT = op(Op.MUL).commutative(X, GATE);
  private static final NodePattern SUM = op(Op.ADD).commutative(X, PRODUCT);
  private static final Rewriter REWRITER = new Rewriter(List.of(SUM), SUM);

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = context.shapes();
    REWRITER.run(context, match -> fuse(match, shapes, context));
  }

  private static Outcome fuse(Match match, InferredShapes shapes, PassContext context) {
    Value x = match.get(X);
    Value gate = match.get(GATE);
    if (!shapes.dataType(x).or(x::dataType).equals(Optional.of(DataType.FLOAT))) {
      return new Outcome.Refused("'" + x.name() + "' is not known to hold floats");
    }
    if (!isOneNumberAChannel(gate, x, shapes)) {
      return new Outcome.Refused(
          "'"
              + gate.name()
              + "' is not known to be one number for each channel of '"
              + x.name()
              + "'");
    }
    Node sum = match.get(SUM);
    Graph graph = sum.graph();
    Value one = graph.addInitializer(graph.freeName("one"), Tensor.scalar(1f));
    Node raised =
        Op.ADD.in(graph).name(sum.name()).inputs(gate, one).insertBefore(match.get(PRODUCT));
    Node gated =
        Op.MUL
            .in(graph)
            .name(match.get(PRODUCT).name())
            .inputs(x, raised.output())
            .insertBefore(sum);
    match.replace(gated.output(), context);
    return new Outcome.Changed(gated, "adds to its gate what was added behind");
  }

  /** Whether a gate has one number where x has a picture, or a line. */
  private static boolean isOneNumberAChannel(Value gate, Value x, InferredShapes shapes) {
    long[] small = shapes.of(gate).map(TensorFacts::sizes).orElse(new long[0]);
    long[] large = shapes.of(x).map(TensorFacts::sizes).orElse(new long[0]);
    return small.length > 2
        && small.length == large.length
        && Arrays.stream(small).skip(2).allMatch(size -> size == 1)
        && Arrays.stream(large).skip(2).anyMatch(size -> size != 1);
  }
}
