package io.demitasse.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies structure, mapping each old value to its new one; tensors are shared. */
final class ModelCopy {
  private final Map<Value, Value> copies = new HashMap<>();

  private ModelCopy() {}

  static Model of(Model model) {
    ModelCopy copier = new ModelCopy();
    Model copy = new Model(copier.graph(model.graph(), null));
    copy.irVersion(model.irVersion());
    copy.producer(model.producerName(), model.producerVersion());
    copy.domain(model.domain());
    copy.modelVersion(model.modelVersion());
    copy.doc(model.doc());
    copy.opsets().putAll(model.opsets());
    copy.metadata().putAll(model.metadata());
    for (Function function : model.functions()) {
      copy.functions().add(copier.function(function));
    }
    for (TrainingInfo info : model.training()) {
      copy.training().add(copier.training(info, copy.graph()));
    }
    return copy;
  }

  private Function function(Function function) {
    Graph body = graph(function.body(), null);
    Map<String, Attribute> defaults = new LinkedHashMap<>();
    function.defaults().forEach((name, value) -> defaults.put(name, attribute(value, body)));
    return new Function(
        function.domain(),
        function.name(),
        function.overload(),
        function.doc(),
        body,
        function.attributes(),
        defaults,
        function.opsets());
  }

  private TrainingInfo training(TrainingInfo info, Graph main) {
    return new TrainingInfo(
        info.initialization() == null ? null : graph(info.initialization(), null),
        info.algorithm() == null ? null : graph(info.algorithm(), main),
        info.initializationBinding(),
        info.updateBinding());
  }

  private Graph graph(Graph original, @Nullable Graph outer) {
    Graph copy = new Graph(original.name(), outer);
    copy.doc(original.doc());
    copy.metadata().putAll(original.metadata());
    copy.sparseInitializers().addAll(original.sparseInitializers());
    original
        .quantizationAnnotations()
        .forEach(
            (name, facts) -> copy.quantizationAnnotations().put(name, new LinkedHashMap<>(facts)));
    original.values().forEach(value -> define(copy, value));
    original.inputs().forEach(input -> copy.addInput(mapped(input)));
    original.nodes().forEach(node -> node(copy, node));
    original.outputs().forEach(output -> copy.addOutput(mapped(output)));
    return copy;
  }

  private void define(Graph graph, Value original) {
    Value value = graph.define(original.name()).type(original.type());
    value.metadata().putAll(original.metadata());
    value.initializer(original.initializer());
    copies.put(original, value);
  }

  private void node(Graph graph, Node original) {
    Node node = new Node(graph, original.domain(), original.opType(), original.name());
    node.doc(original.doc());
    node.overload(original.overload());
    node.metadata().putAll(original.metadata());
    for (int i = 0; i < original.inputs().size(); i++) {
      Value input = original.input(i);
      node.input(i, input == null ? null : mapped(input));
    }
    original.attributes().forEach((name, value) -> node.attribute(name, attribute(value, graph)));
    for (Value output : original.outputs()) {
      if (output == null) {
        node.addOutput("");
      } else {
        node.adopt(mapped(output));
      }
    }
    graph.link(node, null);
  }

  private Attribute attribute(Attribute attribute, Graph graph) {
    return switch (attribute) {
      case Attribute.OfGraph(Graph inner) -> new Attribute.OfGraph(graph(inner, graph));
      case Attribute.Graphs(List<Graph> inner) -> {
        List<Graph> graphs = new ArrayList<>();
        inner.forEach(each -> graphs.add(graph(each, graph)));
        yield new Attribute.Graphs(graphs);
      }
      default -> attribute;
    };
  }

  /**
   * The copy of a value.
   *
   * @throws IllegalStateException when no graph around the reader defines it
   */
  private Value mapped(Value original) {
    Value copy = copies.get(original);
    if (copy == null) {
      throw new IllegalStateException(
          "value '"
              + original.name()
              + "' of "
              + original.graph()
              + " is read where it is not visible");
    }
    return copy;
  }
}
