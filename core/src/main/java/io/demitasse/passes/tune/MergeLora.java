package io.demitasse.passes.tune;

import io.demitasse.affine.NotFoldable;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ops.InferredShapes;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;

/**
 * Folds low-rank paths into the weights of the products that they lie beside (Hu et al., LoRA:
 * Low-Rank Adaptation of Large Language Models, ICLR 2022).
 *
 * <pre>
 *   x ─┬─ MatMul W ────────────────────┬─ Add ─ y     becomes   x ─ MatMul (W + s · A · B) ─ y
 *      └─ MatMul A ─ Mul s ─ MatMul B ─┘
 *
 *   x ─┬─ Conv W ──────────────────────────┬─ Add ─ y     becomes   x ─ Conv (W + s · B · A) ─ y
 *      └─ Conv A ─ Mul s ─ Conv B, 1 x 1 ──┘
 * </pre>
 *
 * <p>Paths are known by what they are and not by names, so those of other tools are merged too; the
 * number may also come behind B or be missing, and a bias may be added before the path is. Computed
 * in double precision and rounded once. A path that gives zeros is taken away without a trace, also
 * beside a weight of few bits, which can take up nothing: after {@code add-lora} without training
 * the model is what it was, bit for bit. A weight that others read too is copied.
 */
@PassInfo(
    summary = "Fold low-rank paths into the weights of the products beside them",
    effect = PassInfo.Effect.EXACT)
public record MergeLora() implements ModelPass {

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = context.shapes();
    for (Node node : context.nodes()) {
      LowRankPath path = node.isRemoved() ? null : LowRankPath.of(node);
      if (path == null) {
        continue;
      }
      try {
        Node base = new LowRankMerge(path, context).carryOut(shapes);
        context.changed(base, "took in the low-rank path beside it");
      } catch (NotFoldable e) {
        context.skipped(node, e.reason());
      }
    }
  }
}
