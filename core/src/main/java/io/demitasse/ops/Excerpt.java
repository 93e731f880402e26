package io.demitasse.kernels;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.InferredShapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One layer of a model as a model of its own, on the sizes that it is run on.
 *
 * <pre>
 *   ... ─▶ MatMul(x, w) ─▶ ...       x: float[1,128,384] ─▶ MatMul(x, w) ─▶ y
 * </pre>
 */
final class LayerModel {
  private final InferredShapes shapes;
  private final Graph graph = new Graph("layer", null);
  private final Map<Value, Value> copies = new LinkedHashMap<>();

  private LayerModel(InferredShapes shapes) {
    this.shapes = shapes;
  }

  /**
   * The model of a node, which shares its weights.
   *
   * @return empty where the sizes of its inputs are not known, or it holds graphs of its own
   */
  static Optional<Model> of(Model whole, Node node, InferredShapes shapes) {
    if (!node.subgraphs().isEmpty() || !new LayerModel(shapes).holds(node)) {
      return Optional.empty();
    }
    LayerModel layer = new LayerModel(shapes);
    layer.copy(node);
    Model model = new Model(layer.graph);
    model.opsets().putAll(whole.opsets());
    model.irVersion(whole.irVersion());
    return Optional.of(model);
  }

  private boolean holds(Node node) {
    return node.inputs().stream()
        .allMatch(value -> value == null || value.constant().isPresent() || type(value) != null);
  }

  private void copy(Node node) {
    List<@Nullable Value> inputs = new ArrayList<>();
    for (Value value : node.inputs()) {
      inputs.add(value == null ? null : copies.computeIfAbsent(value, this::input));
    }
    Node copy =
        graph
            .node(node.domain(), node.opType())
            .name(node.name())
            .inputs(inputs)
            .outputs(
                node.outputs().stream()
                    .map(value -> value == null ? "" : value.name())
                    .toArray(String[]::new))
            .attributes(node.attributes())
            .append();
    for (int i = 0; i < node.outputs().size(); i++) {
      Value output = copy.output(i);
      Value original = node.output(i);
      if (output != null && original != null) {
        graph.addOutput(output.type(type(original)));
      }
    }
  }

  private Value input(Value value) {
    Optional<Tensor> constant = value.constant();
    return constant.isPresent()
        ? graph.addInitializer(value.name(), constant.get())
        : graph.addInput(value.name(), type(value));
  }

  private @Nullable ValueType type(Value value) {
    Optional<DataType> type = shapes.dataType(value);
    Optional<long[]> sizes = shapes.sizes(value);
    return type.isEmpty() || sizes.isEmpty()
        ? null
        : new ValueType.OfTensor(type.get(), Shape.of(sizes.get()));
  }
}
