package io.demitasse.ir;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node in the making. Without names of its own, the node and its output are named after the
 * operator.
 */
public final class NodeBuilder {
  private final Graph graph;
  private final String domain;
  private final String opType;
  private String name = "";
  private final List<@Nullable Value> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final Map<String, Attribute> attributes = new LinkedHashMap<>();

  NodeBuilder(Graph graph, String domain, String opType) {
    this.graph = graph;
    this.domain = domain;
    this.opType = opType;
  }

  public NodeBuilder name(String nodeName) {
    name = nodeName;
    return this;
  }

  /** Appends inputs; null is an absent one. */
  public NodeBuilder inputs(@Nullable Value... values) {
    for (Value value : values) {
      inputs.add(value);
    }
    return this;
  }

  public NodeBuilder inputs(List<? extends @Nullable Value> values) {
    inputs.addAll(values);
    return this;
  }

  /** Appends outputs by name; the empty name is an absent one. */
  public NodeBuilder outputs(String... names) {
    outputs.addAll(List.of(names));
    return this;
  }

  public NodeBuilder attribute(String attributeName, Attribute value) {
    attributes.put(attributeName, value);
    return this;
  }

  public NodeBuilder attribute(String attributeName, long value) {
    return attribute(attributeName, Attribute.of(value));
  }

  public NodeBuilder attribute(String attributeName, float value) {
    return attribute(attributeName, Attribute.of(value));
  }

  public NodeBuilder attribute(String attributeName, String value) {
    return attribute(attributeName, Attribute.of(value));
  }

  public NodeBuilder attributes(Map<String, Attribute> values) {
    attributes.putAll(values);
    return this;
  }

  /** Adds the node behind all others. */
  public Node append() {
    return insert(null);
  }

  /** Adds the node before all others. */
  public Node prepend() {
    return insert(graph.firstNode());
  }

  public Node insertBefore(Node reader) {
    return insert(neighbor(reader));
  }

  public Node insertAfter(Node producer) {
    return insert(neighbor(producer).next);
  }

  private Node neighbor(Node node) {
    if (node.graph() != graph || node.isRemoved()) {
      throw new IllegalArgumentException(
          node + " is not in " + graph + ": nothing can be inserted beside it");
    }
    return node;
  }

  private Node insert(@Nullable Node before) {
    Node node = new Node(graph, domain, opType, name);
    List<String> outputNames =
        outputs.isEmpty() ? List.of(graph.freeName(defaultOutput())) : outputs;
    outputNames.forEach(node::addOutput);
    for (int i = 0; i < inputs.size(); i++) {
      node.input(i, inputs.get(i));
    }
    attributes.forEach(node::attribute);
    graph.link(node, before);
    return node;
  }

  private String defaultOutput() {
    return name.isEmpty() ? opType : name;
  }
}
