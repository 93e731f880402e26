package io.demitasse.ir;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An edge of the graph: an input, an initializer or the output of a node, with everyone who reads
 * it.
 *
 * <p>Nodes of a subgraph read values of the graphs around it directly, so the readers of a value
 * may live in nested graphs. Wiring is by identity; the name is a label that must be unique within
 * its graph.
 */
public final class Value {

  /** A reader: one input position of one node. */
  public record Use(Node node, int index) {}

  private String name;
  private @Nullable ValueType type;
  private @Nullable Node producer;
  private @Nullable Tensor initializer;
  private boolean input;
  private int outputs;
  private final List<Use> uses = new ArrayList<>();
  private final Graph graph;
  private final Map<String, String> metadata = new TreeMap<>();

  Value(Graph graph, String name) {
    this.graph = graph;
    this.name = name;
  }

  public String name() {
    return name;
  }

  /**
   * Gives the value another name; the caller sees to it that it is free ({@link Graph#freeName}).
   */
  public void rename(String newName) {
    graph.renamed(this, name, newName);
    name = newName;
  }

  /** The type, or null where the file does not say. */
  public @Nullable ValueType type() {
    return type;
  }

  public Value type(@Nullable ValueType newType) {
    if (!Objects.equals(type, newType)) {
      type = newType;
      graph.changed(this);
    }
    return this;
  }

  /** The tensor type with a known shape, when the file gives one. */
  public Optional<Shape> shape() {
    return type instanceof ValueType.OfTensor(DataType _, Shape shape)
        ? Optional.ofNullable(shape)
        : Optional.empty();
  }

  /** The element type when this is known to be a tensor. */
  public Optional<DataType> dataType() {
    return type instanceof ValueType.OfTensor tensor
        ? Optional.of(tensor.dataType())
        : Optional.empty();
  }

  /** The node that computes this value, or null for inputs and initializers. */
  public @Nullable Node producer() {
    return producer;
  }

  void producedBy(@Nullable Node node) {
    producer = node;
    graph.changed(this);
  }

  /** The graph that defines this value. */
  public Graph graph() {
    return graph;
  }

  /**
   * The constant content, whether it is held by an initializer or by a {@code Constant} node. An
   * initializer that is also a graph input is a default that a caller may override and so no
   * constant.
   */
  public Optional<Tensor> constant() {
    if (initializer != null) {
      return isInput() ? Optional.empty() : Optional.of(initializer);
    }
    return producer == null ? Optional.empty() : producer.constantContent();
  }

  /** The initializer's content, overridable by a caller or not; null when there is none. */
  public @Nullable Tensor initializer() {
    return initializer;
  }

  void initializer(@Nullable Tensor tensor) {
    initializer = tensor;
    graph.changed(this);
  }

  public boolean isInput() {
    return input;
  }

  /** Whether this is an output of its graph, or given out by a graph nested in it. */
  public boolean isOutput() {
    return outputs > 0;
  }

  void listedAsInput(boolean listed) {
    input = listed;
    graph.changed(this);
  }

  void listedAsOutput(int times) {
    outputs += times;
  }

  /**
   * Every node that reads this value, in this graph and in nested ones, once for each input
   * position.
   */
  public List<Use> uses() {
    return Collections.unmodifiableList(uses);
  }

  /**
   * Whether exactly one node input reads this value and it is no graph output: a rewrite may then
   * swallow it.
   */
  public boolean isUsedOnce() {
    return uses.size() == 1 && !isOutput();
  }

  /**
   * Facts that travel with the value and are written to the file where the format has a place for
   * them.
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * @param what what is to be removed
   * @throws IllegalStateException when a node or graph still wants this value, naming the readers
   */
  void requireUnread(String what) {
    if (!uses.isEmpty()) {
      String readers =
          uses.stream()
              .map(use -> use.node().toString())
              .distinct()
              .collect(Collectors.joining(", "));
      throw new IllegalStateException(
          "cannot remove " + what + ": '" + name + "' is read by " + readers);
    }
    if (isOutput()) {
      throw new IllegalStateException(
          "cannot remove " + what + ": '" + name + "' is a graph output");
    }
  }

  void addUse(Node node, int index) {
    uses.add(new Use(node, index));
  }

  void removeUse(Node node, int index) {
    uses.remove(new Use(node, index));
  }

  @Override
  public String toString() {
    return name + (type == null ? "" : ": " + type);
  }
}
