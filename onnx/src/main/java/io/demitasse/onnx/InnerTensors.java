package io.demitasse.onnx;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import java.util.List;

/** The tensors inside nodes and subgraphs, which only the model file itself can hold. */
final class InnerTensors {
  private InnerTensors() {}

  /** Their bytes together. */
  static long bytes(Model model) {
    long[] total = {0};
    model.forEachGraph(
        graph -> total[0] += attributes(graph) + (graph == model.graph() ? 0 : weights(graph)));
    return total[0];
  }

  private static long weights(Graph graph) {
    return graph.initializers().stream()
        .mapToLong(value -> GraphEncoder.content(value).byteSize())
        .sum();
  }

  private static long attributes(Graph graph) {
    return graph.nodes().stream()
        .flatMap(node -> node.attributes().values().stream())
        .mapToLong(InnerTensors::bytes)
        .sum();
  }

  private static long bytes(Attribute attribute) {
    return switch (attribute) {
      case Attribute.OfTensor(Tensor tensor) -> tensor.byteSize();
      case Attribute.Tensors(List<Tensor> tensors) ->
          tensors.stream().mapToLong(Tensor::byteSize).sum();
      default -> 0;
    };
  }
}
