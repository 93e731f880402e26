package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Gathers what a {@link ModelSummary} holds. */
final class Summarizing {
  private final Model model;
  private final InferredShapes shapes;
  private final Set<Value> counted = new HashSet<>();
  private final List<ModelSummary.Layer> layers = new ArrayList<>();
  private final Map<String, ModelSummary.OperatorRow> operators = new TreeMap<>();
  private final Set<String> unknown = new TreeSet<>();
  private final Set<String> gaps = new LinkedHashSet<>();

  Summarizing(Model model, InferredShapes shapes) {
    this.model = model;
    this.shapes = shapes;
  }

  ModelSummary summary() {
    shapes.gaps().forEach(gap -> gaps.add(gap.node() + ": " + gap.reason()));
    long multiplyAccumulates = visit(model.graph());
    long peak = peak();
    return new ModelSummary(
        ports(model.graph().inputs()),
        ports(model.graph().outputs()),
        weights(),
        new ModelSummary.Work(multiplyAccumulates, peak, List.copyOf(gaps)),
        operators.values().stream()
            .sorted(Comparator.comparingInt(ModelSummary.OperatorRow::count).reversed())
            .toList(),
        layers,
        List.copyOf(unknown));
  }

  private List<ModelSummary.Port> ports(List<Value> values) {
    return values.stream()
        .map(v -> new ModelSummary.Port(v.name(), v.type(), shapes.of(v).orElse(null)))
        .toList();
  }

  /** Visits nodes in order and gives the multiply-accumulates of one run of the graph. */
  private long visit(Graph graph) {
    long sum = 0;
    for (Node node : graph.nodes()) {
      sum = Sizes.sum(sum, visit(node));
      long most = 0;
      for (Graph nested : node.subgraphs()) {
        most = Math.max(most, visit(nested));
      }
      sum = Sizes.sum(sum, most);
    }
    return sum;
  }

  private long visit(Node node) {
    String operator = node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType();
    if (Op.of(node).isEmpty() && !isFunction(node)) {
      unknown.add(operator);
    }
    OptionalLong cost = Costs.multiplyAccumulates(node, shapes);
    if (cost.isEmpty()) {
      gaps.add(node + ": its multiply-accumulates are not known");
    }
    long parameters = 0;
    long weights = 0;
    for (Value input : node.inputs()) {
      Tensor content = input == null ? null : input.constant().orElse(null);
      if (content != null && counted.add(input)) {
        parameters += parameters(content);
        weights += content.byteSize();
      }
    }
    var row = new ModelSummary.OperatorRow(operator, 1, parameters, weights, cost.orElse(0));
    operators.merge(operator, row, Summarizing::sum);
    if (row.multiplyAccumulates() > 0 || parameters > 1) {
      layers.add(layer(node, row));
    }
    return row.multiplyAccumulates();
  }

  private boolean isFunction(Node node) {
    return model.functions().stream()
        .anyMatch(f -> f.domain().equals(node.domain()) && f.name().equals(node.opType()));
  }

  private ModelSummary.Layer layer(Node node, ModelSummary.OperatorRow row) {
    Value first = node.output(0);
    String name = node.name().isEmpty() && first != null ? first.name() : node.name();
    return new ModelSummary.Layer(
        name,
        row.operator(),
        row.parameters(),
        row.weights(),
        row.multiplyAccumulates(),
        first == null ? null : shapes.of(first).orElse(null));
  }

  private static ModelSummary.OperatorRow sum(
      ModelSummary.OperatorRow one, ModelSummary.OperatorRow other) {
    return new ModelSummary.OperatorRow(
        one.operator(),
        one.count() + other.count(),
        one.parameters() + other.parameters(),
        one.weights() + other.weights(),
        Sizes.sum(one.multiplyAccumulates(), other.multiplyAccumulates()));
  }

  private long peak() {
    Liveness liveness = new Liveness(shapes);
    long peak = liveness.peak(model.graph());
    if (!liveness.unknown().isEmpty()) {
      Value first = liveness.unknown().iterator().next();
      gaps.add(
          "the sizes of "
              + liveness.unknown().size()
              + " values are not known, of which '"
              + first.name()
              + "' is the first");
    }
    return peak;
  }

  private ModelSummary.Weights weights() {
    Map<DataType, Long> bytes = new TreeMap<>();
    long[] parameters = {0};
    model.forEachGraph(
        graph -> {
          for (Value value : graph.values()) {
            Tensor content = value.constant().orElse(value.initializer());
            if (content != null) {
              parameters[0] += parameters(content);
              bytes.merge(content.dataType(), content.byteSize(), Long::sum);
            }
          }
        });
    Map<DataType, Long> sorted = new LinkedHashMap<>();
    bytes.entrySet().stream()
        .sorted(Map.Entry.<DataType, Long>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return new ModelSummary.Weights(parameters[0], Collections.unmodifiableMap(sorted));
  }

  private static long parameters(Tensor content) {
    return switch (content.dataType()) {
      case INT64, BOOL, STRING -> 0;
      default -> content.elementCount();
    };
  }
}
