package example;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores large weights as 16-bit floats, and computes with 32 bits as before.
 *
 * <pre>
 *   x ─ MatMul W ─ y     becomes   x ─ MatMul ─ y
 *                                  W as halves ─ Cast ─┘
 * </pre>
 */
@PassInfo(
    summary = "Store large weights as 16-bit floats, and compute with 32 bits as before",
    effect = PassInfo.Effect.LOSSY)
public record StoreHalves(
    @Option(doc = "Smaller weights stay as they are", value = "1024", unit = "elements")
        long minimumElements)
    implements ModelPass {
  /** The largest number of 16 bits. */
  private static final float LARGEST = 65_504;

  private static final int BLOCK = 1 << 16;

  public StoreHalves {
    if (minimumElements < 1) {
      throw new IllegalArgumentException(
          "minimum-elements must be at least 1, got " + minimumElements);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    Map<Value, Value> restored = new HashMap<>();
    List<Node> nodes = context.nodes();
    for (int i = 0; i < nodes.size(); i++) {
      context.progress(i, nodes.size());
      for (int input = 0; input < nodes.get(i).inputs().size(); input++) {
        store(nodes.get(i), input, restored, context);
      }
    }
  }

  private void store(Node node, int input, Map<Value, Value> restored, PassContext context) {
    Optional<Tensor> constant = node.constantInput(input);
    if (constant.isEmpty()
        || constant.get().dataType() != DataType.FLOAT
        || constant.get().elementCount() < minimumElements) {
      return;
    }
    Value weight = node.requiredInput(input);
    if (weight.graph() != node.graph()) {
      context.skipped(node, "'" + weight.name() + "' lies in a graph around it");
      return;
    }
    if (!fits(constant.get())) {
      context.skipped(node, "'" + weight.name() + "' holds numbers beyond 16 bits");
      return;
    }
    node.input(input, restored.computeIfAbsent(weight, key -> restored(key, constant.get(), node)));
    context.changed(node, "reads '" + weight.name() + "' from 16-bit floats");
  }

  /** Whether no number becomes infinite. */
  private static boolean fits(Tensor weight) {
    for (long at = 0; at < weight.elementCount(); at += BLOCK) {
      for (float number : block(weight, at)) {
        if (!(Math.abs(number) <= LARGEST)) {
          return false;
        }
      }
    }
    return true;
  }

  private static Value restored(Value weight, Tensor floats, Node reader) {
    Graph graph = weight.graph();
    Tensor halves = Tensor.deferred(new Halves(floats)).getFirst();
    return graph
        .node("Cast")
        .inputs(graph.addInitializer(graph.freeName(weight.name() + "_halves"), halves))
        .attribute("to", DataType.FLOAT.code())
        .insertBefore(reader)
        .output();
  }

  private static float[] block(Tensor tensor, long at) {
    return tensor.toFloats(at, (int) Math.min(BLOCK, tensor.elementCount() - at));
  }

  /** Computed while the model is written, so that a weight of any size needs little memory. */
  private record Halves(Tensor floats) implements Computation {
    @Override
    public List<Result> results() {
      return List.of(Result.of(DataType.FLOAT16, floats.sizes()));
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      for (long at = 0; at < floats.elementCount(); at += BLOCK) {
        float[] numbers = block(floats, at);
        for (int i = 0; i < numbers.length; i++) {
          destinations
              .getFirst()
              .set(Tensor.I16, (at + i) * Short.BYTES, Float.floatToFloat16(numbers[i]));
        }
      }
    }
  }
}
