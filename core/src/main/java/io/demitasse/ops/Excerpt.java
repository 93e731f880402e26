package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Some nodes of a model as a model of its own, on the sizes that they are run on.
 *
 * <pre>
 *   ... ─▶ MatMul(x, w) ─ Relu ─▶ ...       x: float[1,128,384] ─▶ MatMul(x, w) ─ Relu ─▶ y
 * </pre>
 *
 * <p>Values keep their names. What nodes outside read of it is its outputs.
 */
public final class Excerpt {
  private final InferredShapes shapes;
  private final Graph graph = new Graph("excerpt", null);
  private final Map<Value, Value> copies = new LinkedHashMap<>();

  private Excerpt(InferredShapes shapes) {
    this.shapes = shapes;
  }

  /**
   * The model of some nodes of the main graph, which shares their weights.
   *
   * @param nodes in the order of the graph
   * @return empty where the sizes of inputs are not known, or a node holds graphs of its own
   */
  public static Optional<Model> of(Model whole, Collection<Node> nodes, InferredShapes shapes) {
    Excerpt excerpt = new Excerpt(shapes);
    for (Node node : nodes) {
      if (!node.subgraphs().isEmpty() || !excerpt.holds(node)) {
        return Optional.empty();
      }
      excerpt.copy(node);
    }
    nodes.forEach(node -> excerpt.giveOutputs(node, nodes));
    Model model = new Model(excerpt.graph);
    model.opsets().putAll(whole.opsets());
    model.irVersion(whole.irVersion());
    return Optional.of(model);
  }

  private boolean holds(Node node) {
    return node.inputs().stream()
        .allMatch(
            value ->
                value == null
                    || copies.containsKey(value)
                    || value.constant().isPresent()
                    || type(value) != null);
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
        copies.put(original, output.type(type(original)));
      }
    }
  }

  private void giveOutputs(Node node, Collection<Node> nodes) {
    for (Value output : node.presentOutputs()) {
      boolean inside =
          !output.isOutput()
              && !output.uses().isEmpty()
              && output.uses().stream().allMatch(use -> nodes.contains(use.node()));
      if (!inside) {
        graph.addOutput(Objects.requireNonNull(copies.get(output)));
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
