package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds low-rank paths beside products, so that training moves few weights and leaves those that are
 * there (Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, ICLR 2022).
 *
 * <pre>
 *   x ─ MatMul W ─ y          becomes   x ─┬─ MatMul W ──────────────────────────┬─ Add ─ y
 *                                          └─ MatMul A ─ Mul alpha/r ─ MatMul B ─┘
 *
 *   x ─ Conv W ─ y            becomes   x ─┬─ Conv W ────────────────────────────────┬─ Add ─ y
 *                                          └─ Conv A ─ Mul alpha/r ─ Conv B, 1 x 1 ──┘
 * </pre>
 *
 * <p>W is [in, out], A [in, r] and B [r, out]; of a convolution W is [out, in, ...], A [r, in, ...]
 * and B [out, r, 1, ...]. A begins with uniform numbers up to 1/√in either way and B with zeros, so
 * that nothing changes before training. W may also be stored in fewer bits, where the product takes
 * floats: behind DequantizeLinear, in MatMulNBits, DynamicQuantizeMatMul or MatMulIntegerToFloat
 * (Dettmers et al., QLoRA: Efficient Finetuning of Quantized LLMs, NeurIPS 2023).
 *
 * <p>What is added has names that end in {@code _lora_a} and {@code _lora_b}, nodes and weights
 * alike, after the product. Passes that put equal weights together are to come before this one, or
 * the zeros of several paths become one weight. {@code merge-lora} takes the paths away again.
 */
@PassInfo(
    summary = "Add low-rank paths beside products, which change nothing until they are trained",
    effect = PassInfo.Effect.EXACT)
public record AddLora(
    @Option(doc = "Channels inside a path", value = "8", unit = "channels") int rank,
    @Option(doc = "What a path gives is multiplied by this over the rank", value = "16")
        double alpha,
    @Option(doc = "Leave products with smaller weights alone", value = "4096", unit = "elements")
        long minimumElements)
    implements ModelPass {

  private static final Set<Op> TAKING_INTEGERS =
      Set.of(
          Op.CONTRIB_MAT_MUL_INTEGER_TO_FLOAT,
          Op.CONTRIB_QGEMM,
          Op.CONV_INTEGER,
          Op.MAT_MUL_INTEGER,
          Op.QLINEAR_CONV,
          Op.QLINEAR_MAT_MUL);

  public AddLora {
    if (rank < 1) {
      throw new IllegalArgumentException("rank must be at least 1, got " + rank);
    }
    if (!(alpha > 0 && Float.isFinite((float) alpha))) {
      throw new IllegalArgumentException("alpha must be a number above 0, got " + alpha);
    }
    if (minimumElements < 1) {
      throw new IllegalArgumentException(
          "minimum-elements must be at least 1, got " + minimumElements);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    Map<Node, String> taken = LowRankPath.taken(model);
    for (Node node : context.nodes()) {
      Product product = Product.of(node);
      if (product != null) {
        Optional.ofNullable(taken.get(node))
            .or(() -> product.unfit(context.shapes()))
            .or(() -> unfit(product, context.shapes()))
            .ifPresentOrElse(why -> context.skipped(node, why), () -> add(product, context));
      } else if (Op.of(node).filter(TAKING_INTEGERS::contains).isPresent()) {
        context.skipped(node, "it takes integers, and a low-rank path takes floats");
      }
    }
  }

  private Optional<String> unfit(Product product, InferredShapes shapes) {
    long[] sizes = product.sizes(shapes).orElseThrow();
    long elements = Tensor.elementCount(sizes);
    String weight = "its weight '" + product.weight().name() + "' has " + elements + " elements, ";
    if (elements < minimumElements) {
      return Optional.of(weight + "fewer than " + minimumElements);
    }
    long path =
        Tensor.elementCount(product.form().first(sizes, rank))
            + Tensor.elementCount(product.form().second(sizes, rank));
    return path >= elements
        ? Optional.of(weight + "and a path of " + rank + " channels would have " + path)
        : Optional.empty();
  }

  private void add(Product product, PassContext context) {
    long[] sizes = product.sizes(context.shapes()).orElseThrow();
    new LowRankWriter(product).write(sizes, rank, (float) (alpha / rank), context.random());
    context.changed(product.node(), "has a low-rank path of " + rank + " channels beside it");
  }
}
