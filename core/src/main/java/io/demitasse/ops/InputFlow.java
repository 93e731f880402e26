package io.demitasse.ops;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What each value and node of a graph depends on, told by labels of the inputs, such as their names
 * or what they are of.
 *
 * <pre>
 *   pixels {picture} ── Conv {picture} ──┐
 *                                        ├── Mul {picture, words} ── MatMul {picture, words}
 *   ids {words} ───── Gather {words} ────┘   ▲ here they meet
 *                       └ table: read by {words}
 * </pre>
 *
 * <p>Sizes alone carry nothing: what follows from the {@code Shape} of a value does not depend on
 * it. A node with nested graphs depends on all that it and they read, and so do their nodes. What
 * is computed of weights alone belongs to those who read it, as weights do.
 *
 * <p>It is of a graph as it was; a graph that changed needs another. Time is linear in nodes.
 */
public final class InputFlow<L extends Comparable<L>> {
  private static final Set<String> OF_SIZES = Set.of("Shape", "Size");

  private final Map<Value, Set<L>> values = new HashMap<>();
  private final Map<Node, Set<L>> nodes = new HashMap<>();
  private final Map<Value, Set<L>> readers = new HashMap<>();
  private final List<Node> meetings = new ArrayList<>();

  /** Equal sets are one object, of which there are few. */
  private final Map<Set<L>, Set<L>> known = new HashMap<>();

  private InputFlow(Graph graph, Function<Value, ? extends Set<L>> labels) {
    graph.inputs().stream()
        .filter(input -> input.initializer() == null)
        .forEach(input -> values.put(input, one(labels.apply(input))));
    graph.nodes().forEach(node -> flow(node, Set.of()));
    for (Node node : graph.nodes().reversed()) {
      back(node);
    }
  }

  /**
   * Follows the inputs of a graph.
   *
   * @param labels of an input; none where it is not to be followed
   */
  public static <L extends Comparable<L>> InputFlow<L> of(
      Graph graph, Function<Value, ? extends Set<L>> labels) {
    return new InputFlow<>(graph, labels);
  }

  /** What a value depends on; empty for weights and what is computed of them alone. */
  public Set<L> of(Value value) {
    return values.getOrDefault(value, Set.of());
  }

  /** What a node depends on, or who reads it where it depends on no input. */
  public Set<L> of(Node node) {
    Set<L> own = nodes.getOrDefault(node, Set.of());
    return own.isEmpty() ? ofReaders(node.presentOutputs()) : own;
  }

  /** What those depend on who read a weight. */
  public Set<L> ofReaders(Value weight) {
    return readers.getOrDefault(weight, Set.of());
  }

  private Set<L> ofReaders(Collection<Value> weights) {
    return union(weights.stream().map(this::ofReaders).toList());
  }

  /**
   * The nodes at which what depends on different inputs comes together first, in order: none of
   * their inputs depends on all that they depend on.
   */
  public List<Node> meetings() {
    return Collections.unmodifiableList(meetings);
  }

  /**
   * @param around what a node depends on that holds the graph of this one
   */
  private void flow(Node node, Set<L> around) {
    List<Set<L>> read = new ArrayList<>();
    read(node).forEach(value -> read.add(of(value)));
    read.add(around);
    Set<L> all = OF_SIZES.contains(node.opType()) ? Set.of() : union(read);
    nodes.put(node, all);
    node.presentOutputs().forEach(output -> values.put(output, all));
    if (all.size() > 1 && around.isEmpty() && read.stream().noneMatch(all::equals)) {
      meetings.add(node);
    }
    for (Graph nested : node.subgraphs()) {
      nested.inputs().forEach(input -> values.put(input, all));
      nested.nodes().forEach(inner -> flow(inner, all));
    }
  }

  /** What a node and the graphs nested in it read. */
  private static Set<Value> read(Node node) {
    Set<Value> read = new LinkedHashSet<>(node.inputs());
    for (Graph nested : node.subgraphs()) {
      nested.forEachNode(inner -> read.addAll(inner.inputs()));
    }
    read.remove(null);
    return read;
  }

  /** Tells weights who reads them, the last reader first. */
  private void back(Node node) {
    for (Graph nested : node.subgraphs()) {
      nested.nodes().reversed().forEach(this::back);
    }
    Set<L> own = of(node);
    for (Value input : node.inputs()) {
      if (input != null && of(input).isEmpty()) {
        readers.merge(input, own, (one, other) -> union(List.of(one, other)));
      }
    }
  }

  private Set<L> union(List<Set<L>> sets) {
    Set<L> all = Set.of();
    for (Set<L> set : sets) {
      if (all.isEmpty()) {
        all = set;
      } else if (!all.equals(set) && !all.containsAll(set)) {
        Set<L> both = new TreeSet<>(all);
        both.addAll(set);
        all = one(both);
      }
    }
    return all;
  }

  private Set<L> one(Set<L> set) {
    return known.computeIfAbsent(
        set, _ -> Collections.unmodifiableSet(new LinkedHashSet<>(new TreeSet<>(set))));
  }
}
