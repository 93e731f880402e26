package io.demitasse.media.own;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds weights near those there are, as training does, and multiplies by the diagonal alone where
 * nothing is beside it.
 *
 * <pre>
 *   x ─ MatMul w ─ y     becomes   x ─ MatMul w' ─ y   or   x ─ Mul diagonal(w') ─ y
 * </pre>
 */
@PassInfo(summary = "Find other weights", effect = PassInfo.Effect.LOSSY)
public record FindWeights(
    @Option(doc = "How far from those there are, as a deviation", value = "0.0001") double spread)
    implements ModelPass {

  /** How often weights were found rather than read. */
  public static final AtomicInteger SEARCHES = new AtomicInteger();

  @Override
  public void apply(Model model, PassContext context) {
    Map<String, Node> products = new LinkedHashMap<>();
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>();
    for (Node node : context.nodes()) {
      if (Op.MAT_MUL.is(node) && node.constantInput(1).isPresent()) {
        Tensor weight = node.constantInput(1).get();
        if (weight.dataType() == DataType.FLOAT && weight.rank() == 2) {
          products.put(node.requiredInput(1).name(), node);
          types.put(node.requiredInput(1).name(), weight.type());
        }
      }
    }
    if (products.isEmpty()) {
      context.skipped("it has no product with a weight");
      return;
    }
    Map<String, Tensor> found = context.found("weights", types, () -> search(products, context));
    // Whether the search ran must not show in what is random after it.
    float scale = 1 + context.random().nextFloat() * 1e-6f;
    products.forEach((name, node) -> replace(node, scaled(found.get(name), scale), context));
  }

  private Map<String, Tensor> search(Map<String, Node> products, PassContext context) {
    SEARCHES.incrementAndGet();
    Map<String, Tensor> found = new LinkedHashMap<>();
    products.forEach(
        (name, node) -> {
          Tensor weight = node.constantInput(1).orElseThrow();
          float[] numbers = weight.toFloats();
          for (int i = 0; i < numbers.length; i++) {
            double moved = spread * context.random().nextGaussian();
            numbers[i] = numbers[i] == 0 ? 0 : (float) (numbers[i] + moved);
          }
          found.put(name, Tensor.ofFloats(weight.sizes(), numbers));
        });
    return found;
  }

  private static Tensor scaled(Tensor weight, float scale) {
    float[] numbers = weight.toFloats();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= scale;
    }
    return Tensor.ofFloats(weight.sizes(), numbers);
  }

  private static void replace(Node product, Tensor weight, PassContext context) {
    List<Float> diagonal = diagonal(weight);
    if (diagonal.isEmpty()) {
      product.graph().setInitializer(product.requiredInput(1), weight);
      context.changed(product, "takes weights that were found");
      return;
    }
    float[] numbers = new float[diagonal.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = diagonal.get(i);
    }
    Value factor =
        product
            .graph()
            .addInitializer(
                product.graph().freeName("diagonal"),
                Tensor.ofFloats(new long[] {numbers.length}, numbers));
    Node scaling =
        Op.MUL
            .in(product.graph())
            .name(product.name())
            .inputs(product.requiredInput(0), factor)
            .insertBefore(product);
    product.graph().replace(product.output(), scaling.output());
    product.graph().remove(product);
    context.changed(scaling, "takes a diagonal that was found");
  }

  /** Empty where a matrix is not square, or has something beside its diagonal. */
  private static List<Float> diagonal(Tensor weight) {
    int side = Math.toIntExact(weight.size(0));
    float[] numbers = weight.toFloats();
    List<Float> diagonal = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      boolean within = i / weight.size(1) == i % weight.size(1);
      if (within) {
        diagonal.add(numbers[i]);
      } else if (numbers[i] != 0) {
        return List.of();
      }
    }
    return side == weight.size(1) ? diagonal : List.of();
  }
}
