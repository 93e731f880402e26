package io.demitasse.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
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
  private final NodeList nodes = new NodeList();
  private final Set<Graph> nested = new LinkedHashSet<>();
  private final Listeners listeners;
  private @Nullable Node owner;
  private int freshNumber;

  /**
   * @param outer the graph whose node holds this one as an attribute, or null for the main graph
   */
  public Graph(String name, @Nullable Graph outer) {
    this.name = name;
    this.outer = outer;
    this.listeners = outer == null ? new Listeners() : outer.listeners;
    if (outer != null) {
      outer.nested.add(this);
    }
  }

  /** Tells a listener, as long as anyone holds it, of changes here and in graphs around and in. */
  public void tell(ChangeListener listener) {
    listeners.add(listener);
  }

  void changed(Value value) {
    listeners.tell(value);
  }

  private void outputsChanged() {
    Optional.ofNullable(owner).ifPresent(Node::changed);
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

  /**
   * The node that has this graph as an attribute; null for the main graph and before there is one.
   */
  public @Nullable Node owner() {
    return owner;
  }

  void ownedBy(Node node) {
    owner = node;
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

  /** The value of a name that is visible here, innermost first; null when there is none. */
  public @Nullable Value find(String valueName) {
    Value own = values.get(valueName);
    return own != null || outer == null ? own : outer.find(valueName);
  }

  public Value addInput(String valueName, @Nullable ValueType type) {
    Value value = define(valueName).type(type);
    addInput(value);
    return value;
  }

  /** Makes an existing value, such as an initializer with a default, a graph input as well. */
  public void addInput(Value value) {
    if (value.graph() != this || value.isInput()) {
      throw new IllegalArgumentException(
          "'" + value.name() + "' of " + value.graph() + " cannot become an input of " + this);
    }
    inputs.add(value);
    value.listedAsInput(true);
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
    value.listedAsInput(false);
  }

  public Value addInitializer(String valueName, Tensor tensor) {
    Value value = define(valueName).type(tensor.type());
    value.initializer(tensor);
    return value;
  }

  /** Adds a sparse weight and the value of its name, which nodes can read. */
  public Value addSparseInitializer(SparseTensor tensor) {
    Value value = define(tensor.name()).type(tensor.type());
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
    value.listedAsOutput(1);
    outputsChanged();
  }

  public void setOutput(int index, Value value) {
    outputs.set(index, value).listedAsOutput(-1);
    value.listedAsOutput(1);
    outputsChanged();
  }

  public void removeOutput(int index) {
    outputs.remove(index).listedAsOutput(-1);
    outputsChanged();
  }

  /**
   * Removes an input or initializer that nobody reads.
   *
   * @throws IllegalStateException when it has readers or a producer, naming them
   */
  public void remove(Value value) {
    value.requireUnread("value '" + value.name() + "'");
    if (value.producer() != null) {
      throw new IllegalStateException(
          "value '" + value.name() + "' is made by " + value.producer() + "; remove that");
    }
    inputs.remove(value);
    value.listedAsInput(false);
    sparseInitializers.removeIf(sparse -> sparse.name().equals(value.name()));
    forget(value);
  }

  /** Defines a value that has no producer yet. */
  Value define(String valueName) {
    Value value = new Value(this, valueName);
    enter(valueName, value);
    return value;
  }

  private void enter(String valueName, Value value) {
    if (valueName.isEmpty()) {
      throw new IllegalArgumentException("a value needs a name");
    }
    if (values.putIfAbsent(valueName, value) != null) {
      throw new IllegalArgumentException(this + " already defines a value '" + valueName + "'");
    }
  }

  void renamed(Value value, String oldName, String newName) {
    if (oldName.equals(newName)) {
      return;
    }
    enter(newName, value);
    values.remove(oldName);
    Map<String, String> annotation = quantizationAnnotations.remove(oldName);
    if (annotation != null) {
      quantizationAnnotations.put(newName, annotation);
    }
    sparseInitializers.replaceAll(
        sparse -> sparse.name().equals(oldName) ? sparse.named(newName) : sparse);
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
    for (Graph inner : nested) {
      if (inner.values.containsKey(valueName) || inner.definedInside(valueName)) {
        return true;
      }
    }
    return false;
  }

  /** The nodes of this graph alone, as they are now: later changes do not disturb the list. */
  public List<Node> nodes() {
    return nodes.toList();
  }

  public int nodeCount() {
    return nodes.size();
  }

  /** Visits every node of this graph and of all nested in it, each before those inside it. */
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

  /**
   * A name starting with the hint that no node of this graph has; empty for an empty hint. Runtimes
   * refuse graphs in which two nodes have the same name.
   */
  public String freeNodeName(String hint) {
    String candidate = hint;
    while (nodes.hasNamed(candidate)) {
      candidate = hint + "_" + ++freshNumber;
    }
    return candidate;
  }

  void nodeRenamed(String oldName, String newName) {
    nodes.named(oldName, -1);
    nodes.named(newName, 1);
  }

  /** Links a node before another, or at the end when that is null. */
  void link(Node node, @Nullable Node before) {
    nodes.link(node, before);
  }

  /** The first node in order, or null when there is none. */
  @Nullable Node firstNode() {
    return nodes.first();
  }

  /**
   * Removes a node whose outputs nobody reads.
   *
   * @throws IllegalStateException when an output has a reader, naming the readers
   */
  public void remove(Node node) {
    if (node.graph() != this || node.removed) {
      throw new IllegalStateException(node + " is not in " + this);
    }
    for (Value output : node.presentOutputs()) {
      output.requireUnread(node.toString());
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      node.input(i, null);
    }
    nodes.unlink(node);
    node.letGo(node.subgraphs());
    node.presentOutputs().forEach(this::forget);
  }

  private void forget(Value value) {
    values.remove(value.name(), value);
    quantizationAnnotations.remove(value.name());
    changed(value);
  }

  /** Ends the life of a nested graph: it reads nothing from outside any more. */
  void detach() {
    if (outer != null) {
      outer.nested.remove(this);
    }
    forEachNode(
        node -> {
          for (int i = 0; i < node.inputs().size(); i++) {
            node.input(i, null);
          }
        });
    forEachGraph(graph -> graph.outputs.forEach(output -> output.listedAsOutput(-1)));
    owner = null;
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
   *
   * <p>An input, an initializer, an output and a value from outside keep their own names; a graph
   * output that one of these replaces is then copied by an {@code Identity} under the old name.
   */
  public void replace(Value old, Value replacement) {
    if (old != replacement) {
      new Replacement(this, old, replacement).carryOut();
    }
  }

  @Override
  public String toString() {
    return "graph '" + name + "' of " + nodes.size() + " nodes";
  }
}
