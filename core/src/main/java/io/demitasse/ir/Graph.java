package io.demitasse.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Nodes in topological order, with the values they read and make.
 *
 * <p>The graph owns its nodes and values. A node can be inserted anywhere, so keeping the order
 * topological is the caller's part and the {@link Verifier}'s check; nothing that still has a
 * reader can be removed.
 */
public final class Graph {
  private String name;
  private String doc = "";
  private final @Nullable Graph outer;
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final List<SparseTensor> sparseInitializers = new ArrayList<>();
  private final Map<String, Map<String, String>> quantizationAnnotations = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();
  private @Nullable Node first;
  private @Nullable Node last;
  private int nodeCount;
  private int freshNumber;

  /**
   * @param outer the graph whose node holds this one as an attribute, or null for the main graph
   */
  public Graph(String name, @Nullable Graph outer) {
    this.name = name;
    this.outer = outer;
  }

  public String name() {
    return name;
  }

  public void rename(String newName) {
    name = newName;
  }

  public String doc() {
    return doc;
  }

  public void doc(String newDoc) {
    doc = newDoc;
  }

  /** The graph around this one, or null for the main graph. */
  public @Nullable Graph outer() {
    return outer;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  /** Sparse weights, carried as they are. */
  public List<SparseTensor> sparseInitializers() {
    return sparseInitializers;
  }

  /** Quantization annotations by value name, carried as they are. */
  public Map<String, Map<String, String>> quantizationAnnotations() {
    return quantizationAnnotations;
  }

  // ---- values ----

  public List<Value> inputs() {
    return Collections.unmodifiableList(inputs);
  }

  public List<Value> outputs() {
    return Collections.unmodifiableList(outputs);
  }

  /** The values that hold a tensor, in the order they were added. */
  public List<Value> initializers() {
    return values.values().stream().filter(value -> value.initializer() != null).toList();
  }

  /** All values this graph defines. */
  public List<Value> values() {
    return List.copyOf(values.values());
  }

  /**
   * The value this graph or one around it defines under a name, innermost first; null when there is
   * none.
   */
  public @Nullable Value find(String valueName) {
    Value own = values.get(valueName);
    return own != null || outer == null ? own : outer.find(valueName);
  }

  public Value addInput(String valueName, @Nullable ValueType type) {
    Value value = define(valueName).type(type);
    inputs.add(value);
    return value;
  }

  /** Makes an existing value, such as an initializer with a default, a graph input as well. */
  public void addInput(Value value) {
    inputs.add(value);
  }

  /**
   * Takes an input that has an initializer off the list of inputs: a constant from now on, which no
   * caller overrides.
   *
   * @throws IllegalArgumentException when it has no initializer, which would leave it without a
   *     definition
   */
  public void closeInput(Value value) {
    if (value.initializer() == null) {
      throw new IllegalArgumentException("input '" + value.name() + "' has no initializer");
    }
    inputs.remove(value);
  }

  public Value addInitializer(String valueName, Tensor tensor) {
    Value value = define(valueName).type(tensor.type());
    value.initializer(tensor);
    return value;
  }

  /** Adds a sparse weight and the value of its name, which nodes can read. */
  public Value addSparseInitializer(SparseTensor tensor) {
    ValueType type =
        new ValueType.OfSparseTensor(
            tensor.values().dataType(),
            Shape.of(tensor.sizes().stream().mapToLong(Long::longValue).toArray()));
    Value value = define(tensor.name()).type(type);
    sparseInitializers.add(tensor);
    return value;
  }

  /** Replaces the content of an initializer, or gives one to an input. */
  public void setInitializer(Value value, Tensor tensor) {
    value.initializer(tensor);
    value.type(tensor.type());
  }

  /** Makes a value a graph output; a value may be listed more than once. */
  public void addOutput(Value value) {
    outputs.add(value);
  }

  public void setOutput(int index, Value value) {
    outputs.set(index, value);
  }

  public void removeOutput(int index) {
    outputs.remove(index);
  }

  /**
   * Removes an input or initializer that nobody reads.
   *
   * @throws IllegalStateException when it has readers or a producer, naming them
   */
  public void remove(Value value) {
    requireUnread(value, "value '" + value.name() + "'");
    if (value.producer() != null) {
      throw new IllegalStateException(
          "value '" + value.name() + "' is made by " + value.producer() + "; remove that");
    }
    inputs.remove(value);
    values.remove(value.name());
  }

  /** Defines a value that has no producer yet. */
  Value define(String valueName) {
    Value value = new Value(this, valueName);
    if (valueName.isEmpty()) {
      throw new IllegalArgumentException("a value needs a name");
    }
    if (values.putIfAbsent(valueName, value) != null) {
      throw new IllegalArgumentException(
          "graph '" + name + "' already defines a value '" + valueName + "'");
    }
    return value;
  }

  void renamed(Value value, String oldName, String newName) {
    if (oldName.equals(newName)) {
      return;
    }
    if (values.putIfAbsent(newName, value) != null) {
      throw new IllegalArgumentException(
          "graph '" + name + "' already defines a value '" + newName + "'");
    }
    values.remove(oldName);
  }

  /** A name starting with the hint that no value visible from here or in a nested graph has. */
  public String freeName(String hint) {
    String candidate = hint;
    while (find(candidate) != null || definedInside(candidate)) {
      candidate = hint + "_" + ++freshNumber;
    }
    return candidate;
  }

  private boolean definedInside(String valueName) {
    for (Node node = first; node != null; node = node.next) {
      for (Graph inner : node.subgraphs()) {
        if (inner.values.containsKey(valueName) || inner.definedInside(valueName)) {
          return true;
        }
      }
    }
    return false;
  }

  // ---- nodes ----

  /**
   * The nodes of this graph alone, as they are now: changing the graph does not disturb the list.
   */
  public List<Node> nodes() {
    List<Node> nodes = new ArrayList<>(nodeCount);
    for (Node node = first; node != null; node = node.next) {
      nodes.add(node);
    }
    return nodes;
  }

  public int nodeCount() {
    return nodeCount;
  }

  /**
   * Visits every node of this graph and of all graphs nested in it, each before those inside it.
   */
  public void forEachNode(Consumer<Node> visitor) {
    for (Node node : nodes()) {
      visitor.accept(node);
      node.subgraphs().forEach(inner -> inner.forEachNode(visitor));
    }
  }

  /** Visits this graph and all graphs nested in it. */
  public void forEachGraph(Consumer<Graph> visitor) {
    visitor.accept(this);
    for (Node node : nodes()) {
      node.subgraphs().forEach(inner -> inner.forEachGraph(visitor));
    }
  }

  /**
   * Starts a node that becomes part of the graph by {@link NodeBuilder#append} or one of its
   * siblings.
   */
  public NodeBuilder node(String opType) {
    return new NodeBuilder(this, "", opType);
  }

  public NodeBuilder node(String domain, String opType) {
    return new NodeBuilder(this, domain, opType);
  }

  /** Links a node before another, or at the end when that is null. */
  void link(Node node, @Nullable Node before) {
    Node after = before == null ? last : before.previous;
    node.previous = after;
    node.next = before;
    if (after == null) {
      first = node;
    } else {
      after.next = node;
    }
    if (before == null) {
      last = node;
    } else {
      before.previous = node;
    }
    nodeCount++;
  }

  /** The first node in order, or null when there is none. */
  @Nullable Node firstNode() {
    return first;
  }

  /**
   * Removes a node whose outputs nobody reads.
   *
   * @throws IllegalStateException when an output has a reader, naming the readers
   */
  public void remove(Node node) {
    for (Value output : node.presentOutputs()) {
      requireUnread(output, node.toString());
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      node.input(i, null);
    }
    node.subgraphs().forEach(Graph::detach);
    node.presentOutputs().forEach(output -> values.remove(output.name()));
    unlink(node);
  }

  /** Lets go of everything that nodes in here read from outside. */
  private void detach() {
    forEachNode(
        node -> {
          for (int i = 0; i < node.inputs().size(); i++) {
            node.input(i, null);
          }
        });
  }

  private void unlink(Node node) {
    if (node.previous == null) {
      first = node.next;
    } else {
      node.previous.next = node.next;
    }
    if (node.next == null) {
      last = node.previous;
    } else {
      node.next.previous = node.previous;
    }
    node.removed = true;
    nodeCount--;
  }

  private void requireUnread(Value value, String what) {
    if (!value.uses().isEmpty()) {
      String readers =
          value.uses().stream()
              .map(use -> use.node().toString())
              .distinct()
              .collect(Collectors.joining(", "));
      throw new IllegalStateException(
          "cannot remove " + what + ": '" + value.name() + "' is read by " + readers);
    }
    if (outputs.contains(value)) {
      throw new IllegalStateException(
          "cannot remove " + what + ": '" + value.name() + "' is a graph output");
    }
  }

  /** Lets every node that reads one value read another instead; graph outputs stay. */
  public void replaceUses(Value old, Value replacement) {
    for (Value.Use use : List.copyOf(old.uses())) {
      use.node().input(use.index(), replacement);
    }
  }

  /**
   * Puts a new value in the place of an old one everywhere: readers and graph outputs move over,
   * and the replacement takes the old name, so that whoever fetches outputs by name notices
   * nothing. The old value is left without readers, under another name.
   */
  public void replace(Value old, Value replacement) {
    replaceUses(old, replacement);
    if (old.graph() == this
        && replacement.graph() == this
        && !replacement.isInput()
        && !replacement.isOutput()
        && replacement.initializer() == null) {
      String kept = old.name();
      ValueType type = old.type();
      old.rename(freeName(kept + "_replaced"));
      replacement.rename(kept);
      if (type != null) {
        replacement.type(type);
      }
    }
    Collections.replaceAll(outputs, old, replacement);
  }

  @Override
  public String toString() {
    return "graph '" + name + "' of " + nodeCount + " nodes";
  }
}
