package io.demitasse.train;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.ops.Parameters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which values of a main graph depend both on its inputs and on weights: what flows through the
 * layers of a model, without what is made of its inputs or of its weights alone, such as masks,
 * positions and weights that are dequantized.
 */
final class ActivationFlow {
  private final Graph graph;
  private final Set<Value> varying = new HashSet<>();
  private final Set<Value> activations = new HashSet<>();

  ActivationFlow(Model model) {
    this.graph = model.graph();
    graph.inputs().stream().filter(input -> input.initializer() == null).forEach(varying::add);
    graph.nodes().forEach(this::follow);
  }

  private void follow(Node node) {
    List<Value> read = read(node);
    if (read.stream().anyMatch(varying::contains)) {
      varying.addAll(node.presentOutputs());
      if (read.stream().anyMatch(activations::contains) || readsWeights(node)) {
        activations.addAll(node.presentOutputs());
      }
    }
  }

  private static boolean readsWeights(Node node) {
    for (int input = 0; input < node.inputs().size(); input++) {
      if (Parameters.of(node, input).isPresent()) {
        return true;
      }
    }
    return node.subgraphs().stream().anyMatch(ActivationFlow::readsWeights);
  }

  private static boolean readsWeights(Graph inner) {
    return inner.nodes().stream().anyMatch(ActivationFlow::readsWeights);
  }

  /** What a node reads, graphs inside of it included. */
  private static List<Value> read(Node node) {
    List<Value> read = new ArrayList<>(node.captured());
    for (Value input : node.inputs()) {
      if (input != null) {
        read.add(input);
      }
    }
    return read;
  }

  Graph graph() {
    return graph;
  }

  boolean contains(Value value) {
    return activations.contains(value);
  }

  /** The activations that a node reads. */
  Set<Value> readBy(Node node) {
    Set<Value> read = new LinkedHashSet<>(read(node));
    read.retainAll(activations);
    return read;
  }

  /** The activations that a node makes. */
  List<Value> madeBy(Node node) {
    return node.presentOutputs().stream().filter(activations::contains).toList();
  }

  /** How many matrices a node multiplies by, or windows it convolves with. */
  static int layers(Node node) {
    Optional<Op> op = Op.of(node).filter(known -> !isLookUp(known));
    return (int)
        op.map(Op::weightInputs).orElse(List.of()).stream()
            .flatMap(input -> Parameters.of(node, input).stream())
            .filter(weight -> weight.constant().orElseThrow().rank() > 1)
            .count();
  }

  private static boolean isLookUp(Op op) {
    return op == Op.GATHER || op == Op.CONTRIB_GATHER_BLOCK_QUANTIZED;
  }

  /**
   * What some values are computed from, but for weights.
   *
   * @param ends names of values before which nothing is looked for
   * @return names of ends and of inputs of the graph
   */
  static Set<String> sources(Graph graph, Set<String> ends, List<String> outputs) {
    Set<String> sources = new LinkedHashSet<>();
    Set<Value> seen = new HashSet<>();
    List<Node> next = new ArrayList<>();
    outputs.stream()
        .flatMap(name -> Optional.ofNullable(graph.find(name)).stream())
        .flatMap(value -> Optional.ofNullable(value.producer()).stream())
        .forEach(next::add);
    while (!next.isEmpty()) {
      for (Value value : read(next.removeLast())) {
        if (value.graph() == graph && value.constant().isEmpty() && seen.add(value)) {
          if (ends.contains(value.name()) || (value.isInput() && value.initializer() == null)) {
            sources.add(value.name());
          } else if (value.producer() != null) {
            next.add(value.producer());
          }
        }
      }
    }
    return sources;
  }
}
