package io.demitasse.ir;

import io.demitasse.error.VisibleText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a graph. Inputs that are absent are null; so are outputs that nobody asked for.
 *
 * <p>Nodes are made by their {@link Graph} and belong to it until they are removed.
 */
public final class Node {
  private static final int LONGEST_SHOWN = 300;

  private final Graph graph;
  private final String domain;
  private final String opType;
  private String name;
  private String overload = "";
  private String doc = "";
  private final List<@Nullable Value> inputs = new ArrayList<>();
  private final List<@Nullable Value> outputs = new ArrayList<>();
  private final Map<String, Attribute> attributes = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();
  @Nullable Node previous;
  @Nullable Node next;
  boolean linked;
  boolean removed;

  Node(Graph graph, String domain, String opType, String name) {
    this.graph = graph;
    this.domain = domain.equals("ai.onnx") ? "" : domain;
    this.opType = opType;
    this.name = name;
  }

  public Graph graph() {
    return graph;
  }

  /** The operator's domain; the empty string is ONNX itself. */
  public String domain() {
    return domain;
  }

  public String opType() {
    return opType;
  }

  /** Whether this is an operator of ONNX itself with the given type. */
  public boolean is(String type) {
    return domain.isEmpty() && opType.equals(type);
  }

  public String name() {
    return name;
  }

  public void rename(String newName) {
    if (linked) {
      graph.nodeRenamed(name, newName);
    }
    name = newName;
  }

  /** Which overload of a model-local function is called; empty nearly always. */
  public String overload() {
    return overload;
  }

  public void overload(String newOverload) {
    overload = newOverload;
  }

  public String doc() {
    return doc;
  }

  public void doc(String newDoc) {
    doc = newDoc;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  public List<@Nullable Value> inputs() {
    return Collections.unmodifiableList(inputs);
  }

  /** The input at a position, or null when it is absent or the node has fewer. */
  public @Nullable Value input(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /**
   * The input at a position that the operator requires.
   *
   * @throws IllegalStateException when it is absent, naming the node
   */
  public Value requiredInput(int index) {
    Value value = input(index);
    if (value == null) {
      throw new IllegalStateException(this + " lacks its input " + index);
    }
    return value;
  }

  /** The constant content of an input, if it is there and constant. */
  public Optional<Tensor> constantInput(int index) {
    Value value = input(index);
    return value == null ? Optional.empty() : value.constant();
  }

  /** Rewires one input, growing the list with absent inputs as needed. */
  public void input(int index, @Nullable Value value) {
    while (inputs.size() <= index) {
      inputs.add(null);
    }
    Value old = inputs.set(index, value);
    if (old != null) {
      old.removeUse(this, index);
    }
    if (value != null) {
      value.addUse(this, index);
    }
    changed();
  }

  /** Tells of all outputs that they may be others now. */
  void changed() {
    for (Value output : outputs) {
      if (output != null) {
        graph.changed(output);
      }
    }
  }

  /** Drops inputs from the end so that {@code count} remain. */
  public void truncateInputs(int count) {
    for (int i = inputs.size() - 1; i >= count; i--) {
      input(i, null);
      inputs.removeLast();
    }
  }

  public List<@Nullable Value> outputs() {
    return Collections.unmodifiableList(outputs);
  }

  /** The outputs that exist, in order. */
  public List<Value> presentOutputs() {
    List<Value> present = new ArrayList<>();
    for (Value output : outputs) {
      if (output != null) {
        present.add(output);
      }
    }
    return present;
  }

  /**
   * The first output, which nearly every operator has.
   *
   * @throws IllegalStateException when the node has none
   */
  public Value output() {
    Value first = output(0);
    if (first == null) {
      throw new IllegalStateException(this + " has no first output");
    }
    return first;
  }

  public @Nullable Value output(int index) {
    return index < outputs.size() ? outputs.get(index) : null;
  }

  /**
   * Appends a further output that is made under the given name; an empty name is an absent output.
   */
  public @Nullable Value addOutput(String outputName) {
    if (outputName.isEmpty()) {
      outputs.add(null);
      return null;
    }
    Value value = graph.define(outputName);
    adopt(value);
    return value;
  }

  /** Takes over a value that has no producer yet as the next output. */
  void adopt(Value value) {
    value.producedBy(this);
    outputs.add(value);
  }

  /** Gives an output away: the position becomes absent and the value has no producer. */
  void release(int index) {
    Value value = outputs.set(index, null);
    if (value != null) {
      value.producedBy(null);
    }
  }

  public Map<String, Attribute> attributes() {
    return Collections.unmodifiableMap(attributes);
  }

  public @Nullable Attribute attribute(String attributeName) {
    return attributes.get(attributeName);
  }

  /**
   * Sets an attribute. Nodes of a subgraph may read what is visible from here; a subgraph that was
   * another node's becomes this one's, and one that is replaced is at its end.
   */
  public Node attribute(String attributeName, Attribute value) {
    Attribute old = attributes.put(attributeName, value);
    graphs(value).forEach(graph -> graph.ownedBy(this));
    if (old != null) {
      letGo(graphs(old));
    }
    changed();
    return this;
  }

  /** Removes an attribute; a subgraph in it is at its end unless it became another node's. */
  public void removeAttribute(String attributeName) {
    Attribute old = attributes.remove(attributeName);
    if (old != null) {
      letGo(graphs(old));
      changed();
    }
  }

  /** Ends the life of subgraphs that were this node's and are not any more. */
  void letGo(List<Graph> graphs) {
    List<Graph> kept = removed ? List.of() : subgraphs();
    for (Graph graph : graphs) {
      if (graph.owner() == this && !kept.contains(graph)) {
        graph.detach();
      }
    }
  }

  /** An integer attribute, or the default when it is absent. */
  public long intAttribute(String attributeName, long otherwise) {
    return attributes.get(attributeName) instanceof Attribute.Int(long value) ? value : otherwise;
  }

  /** A float attribute, or the default when it is absent. */
  public float realAttribute(String attributeName, float otherwise) {
    return attributes.get(attributeName) instanceof Attribute.Real(float value) ? value : otherwise;
  }

  /** A string attribute, or the default when it is absent. */
  public String textAttribute(String attributeName, String otherwise) {
    return attributes.get(attributeName) instanceof Attribute.Bytes bytes
        ? bytes.text()
        : otherwise;
  }

  /** A list of integers, or the default when it is absent. */
  public long[] intsAttribute(String attributeName, long... otherwise) {
    return attributes.get(attributeName) instanceof Attribute.Ints ints
        ? ints.toArray()
        : otherwise;
  }

  /** One of a list of integers, or the default where the list is absent or not so long. */
  public long intAttribute(String attributeName, int index, long otherwise) {
    long[] numbers = intsAttribute(attributeName);
    return index < numbers.length ? numbers[index] : otherwise;
  }

  /** The subgraphs among the attributes, in order. */
  public List<Graph> subgraphs() {
    List<Graph> graphs = new ArrayList<>();
    attributes.values().forEach(attribute -> graphs.addAll(graphs(attribute)));
    return graphs;
  }

  private static List<Graph> graphs(Attribute attribute) {
    return switch (attribute) {
      case Attribute.OfGraph(Graph graph) -> List.of(graph);
      case Attribute.Graphs(List<Graph> several) -> several;
      default -> List.of();
    };
  }

  /** What graphs inside of this node read of the graphs around them; a value may come twice. */
  public List<Value> captured() {
    List<Value> read = new ArrayList<>();
    Set<Graph> inside = new HashSet<>();
    for (Graph graph : subgraphs()) {
      graph.forEachGraph(
          inner -> {
            inside.add(inner);
            read.addAll(inner.outputs());
          });
      graph.forEachNode(node -> node.inputs.stream().filter(Objects::nonNull).forEach(read::add));
    }
    read.removeIf(value -> inside.contains(value.graph()));
    return read;
  }

  /** The content of a {@code Constant} node, whichever attribute holds it. */
  Optional<Tensor> constantContent() {
    if (!is("Constant")) {
      return Optional.empty();
    }
    for (Map.Entry<String, Attribute> entry : attributes.entrySet()) {
      Tensor content = ConstantAttribute.tensor(entry.getKey(), entry.getValue());
      if (content != null) {
        return Optional.of(content);
      }
    }
    return Optional.empty();
  }

  /** Whether the node was removed from its graph. */
  public boolean isRemoved() {
    return removed;
  }

  @Override
  public String toString() {
    String type = domain.isEmpty() ? opType : domain + "." + opType;
    Value first = output(0);
    String shown =
        !name.isEmpty()
            ? type + " '" + name + "'"
            : first == null ? type : type + " -> '" + first.name() + "'";
    return VisibleText.line(shown, LONGEST_SHOWN);
  }
}
