package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts sizes that are the same in every run in the place of the nodes that compute them.
 *
 * <pre>
 *   x: [N, T, 120] ─ Shape ─ Slice 2..3 ─ Reshape w     becomes   [120] ─ Reshape w
 * </pre>
 *
 * <p>What inputs declare is followed through the graph; sizes that vary stay as they are. Shape
 * nodes that nobody reads any more are left to {@code remove-dead-nodes}.
 */
@PassInfo(
    summary = "Put sizes that never vary in the place of the nodes that compute them",
    effect = PassInfo.Effect.EXACT)
public record FoldShapes() implements ModelPass {
  private static final Set<DataType> INTEGERS = Set.of(DataType.INT64, DataType.INT32);

  /** Beyond, not every whole number is a double, which is what inference reckons with. */
  private static final double LARGEST = 1L << 53;

  @Override
  public void apply(Model model, PassContext context) {
    InferredShapes shapes = context.shapes();
    for (Node node : context.nodes().reversed()) {
      List<Value> outputs = node.presentOutputs();
      if (outputs.size() == 1 && isRead(outputs.getFirst()) && isComputed(node)) {
        known(outputs.getFirst(), shapes).ifPresent(content -> replace(node, content, context));
      }
    }
  }

  private static boolean isRead(Value value) {
    return !value.uses().isEmpty() || value.isOutput();
  }

  /** Whether a node computes something, and not from constants alone. */
  private static boolean isComputed(Node node) {
    return Op.of(node).filter(op -> op != Op.CONSTANT && op.isPure()).isPresent()
        && node.inputs().stream().anyMatch(input -> input != null && input.constant().isEmpty());
  }

  private static Optional<Tensor> known(Value value, InferredShapes shapes) {
    return shapes
        .of(value)
        .filter(TensorFacts::isFixed)
        .filter(facts -> INTEGERS.contains(facts.dataType()))
        .flatMap(FoldShapes::content);
  }

  private static Optional<Tensor> content(TensorFacts facts) {
    double[] numbers = facts.numbers();
    return numbers == null || !Arrays.stream(numbers).allMatch(n -> Math.abs(n) < LARGEST)
        ? Optional.empty()
        : Optional.of(Tensor.ofNumbers(facts.dataType(), facts.sizes(), numbers));
  }

  private static void replace(Node node, Tensor content, PassContext context) {
    Graph graph = node.graph();
    Value output = node.output();
    context.changed(node, "is " + Arrays.toString(content.toLongs()) + " in every run");
    if (output.isOutput()) {
      Node constant =
          graph.node("Constant").attribute("value", Attribute.of(content)).insertBefore(node);
      graph.replace(output, constant.output());
    } else {
      String name = output.name();
      output.rename(graph.freeName(name + "_computed"));
      graph.replaceUses(output, graph.addInitializer(name, content));
    }
    graph.remove(node);
  }
}
