package io.demitasse.torch.graph;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.torch.kernel.Kernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes of a graph in order, each with what is no longer needed once it has been computed.
 *
 * @param steps of all nodes but constants
 */
record Plan(List<Step> steps) {

  /**
   * A node to compute.
   *
   * @param last values that it reads, or makes, and nobody reads after it
   */
  record Step(Node node, Kernel kernel, List<Value> last) {}

  /**
   * Plans a graph.
   *
   * @param kernels what computes each node
   */
  static Plan of(Graph graph, java.util.function.Function<Node, Kernel> kernels) {
    List<Node> nodes =
        graph.nodes().stream().filter(node -> constantOutput(node).isEmpty()).toList();
    Map<Value, Integer> last = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      int place = i;
      read(nodes.get(i)).forEach(value -> last.put(value, place));
      nodes.get(i).presentOutputs().forEach(value -> last.putIfAbsent(value, place));
    }
    List<List<Value>> ending = new ArrayList<>();
    nodes.forEach(_ -> ending.add(new ArrayList<>()));
    last.forEach(
        (value, place) -> {
          if (value.graph() == graph && value.producer() != null && value.constant().isEmpty()) {
            ending.get(place).add(value);
          }
        });
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      steps.add(new Step(nodes.get(i), kernels.apply(nodes.get(i)), List.copyOf(ending.get(i))));
    }
    return new Plan(List.copyOf(steps));
  }

  private static List<Value> constantOutput(Node node) {
    return node.presentOutputs().stream().filter(value -> value.constant().isPresent()).toList();
  }

  /** What a node reads, graphs inside of it included. */
  private static List<Value> read(Node node) {
    List<Value> read = new ArrayList<>();
    read(node, read);
    return read;
  }

  private static void read(Node node, List<Value> read) {
    for (Value input : node.inputs()) {
      if (input != null) {
        read.add(input);
      }
    }
    for (Graph inner : node.subgraphs()) {
      inner.nodes().forEach(nested -> read(nested, read));
      read.addAll(inner.outputs());
    }
  }
}
