package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the names of a file mean in one graph and the graphs around it.
 *
 * <p>In a file a subgraph may use a name that a graph around it uses as well. The in-memory form
 * wants names that say which value is meant wherever they stand, so such a value gets another name;
 * its place among inputs and outputs is what the node around it goes by.
 */
final class Scope {
  private final @Nullable Scope outer;
  private final Graph graph;
  private final Set<String> names;
  private final Map<String, Value> values = new HashMap<>();

  private Scope(@Nullable Scope outer, Graph graph, Set<String> names) {
    this.outer = outer;
    this.graph = graph;
    this.names = names;
  }

  /** The scope of a graph that is about to be decoded. */
  static Scope of(GraphProto proto, @Nullable Scope outer) {
    Graph graph = new Graph(proto.getName(), outer == null ? null : outer.graph);
    return new Scope(outer, graph, defined(proto));
  }

  /** The names a graph defines for itself. */
  static Set<String> defined(GraphProto proto) {
    Set<String> names = new HashSet<>();
    proto.getInputList().forEach(input -> names.add(input.getName()));
    proto.getInitializerList().forEach(initializer -> names.add(initializer.getName()));
    proto
        .getSparseInitializerList()
        .forEach(initializer -> names.add(initializer.getValues().getName()));
    proto.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
    return names;
  }

  Graph graph() {
    return graph;
  }

  /** The value of this graph alone that the file calls so. */
  @Nullable Value own(String name) {
    return values.get(name);
  }

  /** The value the file calls so here, innermost first. */
  @Nullable Value find(String name) {
    Value value = values.get(name);
    return value != null || outer == null ? value : outer.find(name);
  }

  /** What the value the file calls so is called in memory; the same where there is none. */
  String known(String name) {
    Value value = find(name);
    return value == null ? name : value.name();
  }

  void add(String name, Value value) {
    names.add(value.name());
    values.put(name, value);
  }

  /** The name under which a value of this graph is known in memory. */
  String nameFor(String name) {
    if (outer == null || !outer.uses(name)) {
      return name;
    }
    String free = name;
    for (int i = 1; names.contains(free) || outer.uses(free); i++) {
      free = name + "_" + i;
    }
    names.add(free);
    return free;
  }

  private boolean uses(String name) {
    return names.contains(name) || (outer != null && outer.uses(name));
  }
}
