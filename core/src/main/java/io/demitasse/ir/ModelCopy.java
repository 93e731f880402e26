package io.demitasse.ir;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies structure, mapping each old value to its new one; tensors are shared. */
final class ModelCopy {
  private final IdentityHashMap<Value, Value> copies = new IdentityHashMap<>();

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
    return new Function(
        function.domain(),
        function.name(),
        function.overload(),
        function.doc(),
        graph(function.body(), null),
        function.attributes(),
        function.defaults(),
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
    copy.quantizationAnnotations().putAll(original.quantizationAnnotations());
    for (Value value : original.values()) {
      if (value.producer() == null) {
        define(copy, value);
      }
    }
    original.inputs().forEach(input -> copy.addInput(mapped(input)));
    for (Node node : original.nodes()) {
      node(copy, node);
    }
    original.outputs().forEach(output -> copy.addOutput(mapped(output)));
    return copy;
  }

  private Value define(Graph graph, Value original) {
    Value value = graph.define(original.name()).type(original.type());
    value.metadata().putAll(original.metadata());
    if (original.initializer() != null) {
      value.initializer(original.initializer());
    }
    copies.put(original, value);
    return value;
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
    original
        .attributes()
        .forEach((name, attribute) -> node.attribute(name, attribute(attribute, graph)));
    for (Value output : original.outputs()) {
      if (output == null) {
        node.addOutput("");
      } else {
        node.adopt(define(graph, output));
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
   * The copy of a value, or the value itself where it belongs to a graph that is not being copied.
   */
  private Value mapped(Value original) {
    Value copy = copies.get(original);
    return copy == null ? original : copy;
  }
}
