package io.demitasse.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/** Compares two models piece by piece, wiring included, and says where they differ. */
final class SameModel {
  private final List<String> differences = new ArrayList<>();
  private final Map<Value, Value> twins = new HashMap<>();

  private SameModel() {}

  static List<String> differences(Model one, Model other) {
    SameModel comparison = new SameModel();
    comparison.model(one, other);
    return comparison.differences;
  }

  private void model(Model one, Model other) {
    same("ir version", one.irVersion(), other.irVersion());
    same("opsets", one.opsets(), other.opsets());
    graph(one.graph(), other.graph());
    each("functions", one.functions(), other.functions(), this::function);
  }

  private void function(Function one, Function other) {
    same(
        "function",
        one.domain() + one.name() + one.overload(),
        other.domain() + other.name() + other.overload());
    same("function attributes", one.attributes(), other.attributes());
    same("function defaults", one.defaults(), other.defaults());
    same("function opsets", one.opsets(), other.opsets());
    graph(one.body(), other.body());
  }

  private void graph(Graph one, Graph other) {
    same("graph name", one.name(), other.name());
    each("inputs", one.inputs(), other.inputs(), this::twin);
    each("initializers", one.initializers(), other.initializers(), this::twin);
    each("sparse initializers", one.sparseInitializers(), other.sparseInitializers(), this::sparse);
    one.sparseInitializers().forEach(each -> twin(one.find(each.name()), other.find(each.name())));
    each("nodes", one.nodes(), other.nodes(), this::node);
    each("outputs", one.outputs(), other.outputs(), this::reader);
  }

  private void node(Node one, Node other) {
    String where = one.toString();
    same(where + " operator", one.domain() + one.opType(), other.domain() + other.opType());
    same(where + " name", one.name(), other.name());
    same(where + " overload", one.overload(), other.overload());
    each(where + " inputs", one.inputs(), other.inputs(), this::reader);
    same(
        where + " attributes",
        List.copyOf(one.attributes().keySet()),
        List.copyOf(other.attributes().keySet()));
    one.attributes()
        .forEach((name, value) -> attribute(where + " " + name, value, other.attribute(name)));
    each(where + " outputs", one.outputs(), other.outputs(), this::twin);
  }

  private void attribute(String where, Attribute one, Attribute other) {
    switch (one) {
      case Attribute.OfGraph(Graph graph) when other instanceof Attribute.OfGraph(Graph its) ->
          graph(graph, its);
      case Attribute.Graphs(List<Graph> graphs)
          when other instanceof Attribute.Graphs(List<Graph> its) ->
          each(where, graphs, its, this::graph);
      case Attribute.OfTensor(Tensor tensor) when other instanceof Attribute.OfTensor(Tensor its) ->
          tensor(tensor, its);
      case Attribute.Tensors(List<Tensor> tensors)
          when other instanceof Attribute.Tensors(List<Tensor> its) ->
          each(where, tensors, its, this::tensor);
      case Attribute.OfSparseTensor(SparseTensor sparse)
          when other instanceof Attribute.OfSparseTensor(SparseTensor its) ->
          sparse(sparse, its);
      default -> same(where, one, other);
    }
  }

  private void tensor(Tensor one, Tensor other) {
    same("content of " + one, true, one.contentEquals(other));
  }

  private void sparse(SparseTensor one, SparseTensor other) {
    same("sparse", one.name() + one.sizes(), other.name() + other.sizes());
    tensor(one.values(), other.values());
    tensor(one.indices(), other.indices());
  }

  /** Pairs the definitions of two values. */
  private void twin(Value one, Value other) {
    if (one == null || other == null) {
      same("value", one, other);
      return;
    }
    twins.put(one, other);
    same("value name", one.name(), other.name());
    same("type of " + one.name(), one.type(), other.type());
    same("is constant: " + one.name(), one.initializer() == null, other.initializer() == null);
    if (one.initializer() != null && other.initializer() != null) {
      tensor(one.initializer(), other.initializer());
    }
  }

  /** Requires that two readers read paired values. */
  private void reader(Value one, Value other) {
    if (one == null ? other != null : twins.get(one) != other) {
      differences.add("reads " + one + " and " + other);
    }
  }

  private void same(String what, Object one, Object other) {
    if (!Objects.equals(one, other)) {
      differences.add(what + ": " + one + " and " + other);
    }
  }

  private <T> void each(String what, List<T> one, List<T> other, BiConsumer<T, T> comparison) {
    same("number of " + what, one.size(), other.size());
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      comparison.accept(one.get(i), other.get(i));
    }
  }
}
