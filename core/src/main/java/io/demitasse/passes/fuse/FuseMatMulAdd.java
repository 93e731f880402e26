package io.demitasse.passes.fuse;

import static io.demitasse.rewrite.NodePattern.op;
import static io.demitasse.rewrite.ValuePattern.any;
import static io.demitasse.rewrite.ValuePattern.constant;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
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
import java.util.OptionalInt;

/**
 * Puts a product of two dimensions and the addition of its bias into one node.
 *
 * <pre>
 *   x ─ MatMul W ─ Add b ─ y     becomes   x ─ Gemm(W, b) ─ y
 * </pre>
 *
 * <p>Static quantization then keeps the bias in 32 bits inside the product, where the sum would be
 * rounded to 8 bits twice. Products of more dimensions stay as they are, for Gemm has two: ONNX
 * Runtime fuses them while it loads, and dynamic quantization takes the bias into the product by
 * itself.
 */
@PassInfo(
    summary = "Put products of two dimensions and the additions of their biases into one node",
    effect = PassInfo.Effect.EXACT)
public record FuseMatMulAdd() implements ModelPass {
  private static final ValuePattern.Any X = any();
  private static final ValuePattern.Constant WEIGHT =
      constant(
          "a matrix of floats",
          tensor -> tensor.rank() == 2 && tensor.dataType() == DataType.FLOAT);
  private static final NodePattern PRODUCT = op(Op.MAT_MUL).inputs(X, WEIGHT);
  private static final ValuePattern.Constant BIAS = constant();
  private static final NodePattern SUM = op(Op.ADD).commutative(PRODUCT, BIAS);
  private static final Rewriter REWRITER = new Rewriter(List.of(SUM), SUM);

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = context.shapes();
    REWRITER.run(context, match -> fuse(match, shapes, context));
  }

  private static Outcome fuse(Match match, InferredShapes shapes, PassContext context) {
    OptionalInt rank = shapes.rank(match.get(X));
    if (rank.orElse(0) != 2) {
      String found =
          rank.isPresent() ? rank.getAsInt() + " dimensions" : "an unknown number of dimensions";
      return new Outcome.Refused("its activation has " + found + ", and Gemm takes two");
    }
    Tensor bias = match.constant(BIAS);
    long channels = match.constant(WEIGHT).size(1);
    boolean vector =
        bias.rank() >= 1
            && bias.rank() <= 2
            && bias.elementCount() == channels
            && bias.size(-1) == channels;
    if (!vector) {
      return new Outcome.Refused(
          "'"
              + match.get(BIAS).name()
              + "' is "
              + bias
              + ", expected one number for each of "
              + channels
              + " channels");
    }
    Node root = match.root();
    Node fused =
        Op.GEMM
            .in(root.graph())
            .name(match.get(PRODUCT).name())
            .inputs(match.get(X), match.get(WEIGHT), Vectors.flat(root.graph(), match.get(BIAS)))
            .insertBefore(root);
    match.replace(fused.output(), context);
    return new Outcome.Changed(fused, "absorbed its bias");
  }
}
