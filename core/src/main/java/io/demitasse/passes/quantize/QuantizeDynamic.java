package io.demitasse.passes.quantize;

import io.demitasse.ir.Model;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.List;

/**
 * Computes products in 8-bit integers, with the range of each activation taken as it comes, and
 * keeps embedding tables as integers with one scale a row.
 *
 * <pre>
 *   x ─ MatMul W ─ Add b ─ y     becomes   x ─ DynamicQuantizeMatMul(W8, scale, b) ─ y
 *
 *   several products of one x:             x ─ DynamicQuantizeLinear ─┬─ MatMulIntegerToFloat(W8, scale, b) ─ y
 *                                                                     └─ MatMulIntegerToFloat(V8, scale, c) ─ z
 *
 *   ids ─ Gather T ─ y           becomes   ids ─┬─ Gather T8 ─ Cast ─ Mul ─ y
 *                                               └─ Gather scale ──────┘
 *
 *   x ─ MatMul ─ y               becomes   x ─ DynamicQuantizeMatMul ─ y
 *   T ─ Transpose ─┘                       T8 ─ Transpose ─┘      of the T8 that is looked up
 * </pre>
 *
 * <p>The form {@code standard} writes DynamicQuantizeLinear, MatMulInteger, Cast, Mul and Add
 * instead, which every runtime knows and ONNX Runtime puts together again.
 */
@PassInfo(
    summary =
        "Compute products in 8-bit integers with ranges taken at run time, and keep embedding"
            + " tables as integers",
    effect = PassInfo.Effect.LOSSY,
    minimumOpset = 11)
public record QuantizeDynamic(
    @Option(doc = "Operators to write: ONNX Runtime's own, or those of ONNX alone", value = "fused")
        Form form,
    @Option(doc = "One scale for each output channel, not one for the whole weight", value = "true")
        boolean perChannel,
    @Option(
            doc = "No zero points in weights",
            value = "true",
            search = {"true", "false"})
        boolean symmetric,
    @Option(
            doc = "Seven bits for weights, so that processors without VNNI do not saturate",
            value = "false")
        boolean reduceRange,
    @Option(
            doc = "Keep embedding tables as integers too",
            value = "true",
            search = {"true", "false"})
        boolean embeddings,
    @Option(doc = "Leave smaller weights alone", value = "4096", unit = "elements")
        long minimumElements)
    implements ModelPass {

  /** The operators to write. */
  public enum Form {
    /** ONNX Runtime's own operators. */
    FUSED,
    /** Operators of ONNX alone. */
    STANDARD
  }

  public QuantizeDynamic {
    if (minimumElements < 1) {
      throw new IllegalArgumentException(
          "minimum-elements must be at least 1, got " + minimumElements);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    List<Op> operators =
        embeddings ? List.of(Op.MAT_MUL, Op.GEMM, Op.GATHER) : List.of(Op.MAT_MUL, Op.GEMM);
    List<WeightSite> sites =
        WeightSite.withoutShared(
            context,
            WeightSite.find(context, operators, minimumElements, DynamicQuantization::unmet));
    if (form == Form.FUSED && !sites.isEmpty()) {
      model.opsets().putIfAbsent(Model.CONTRIB, 1L);
    }
    new DynamicQuantization(this, context).apply(sites);
  }
}
