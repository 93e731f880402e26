package io.demitasse.torch.graph;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.torch.kernel.Kernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a graph in order, each with what is no longer needed once it has been computed.
 *
 * @param all steps, but for constants
 * @param varying those whose results are not the same whenever the sizes of inputs are
 * @param kept what these read of the others, and what the graph gives of them
 */
record Plan(List<Step> all, List<Step> varying, Set<Value> kept) {

  /**
   * Something to compute: a node, or two that libtorch computes in one ({@link Pairs}).
   *
   * @param node which errors name
   * @param inputs by position; null where the node leaves one out
   * @param last values that it reads, or makes, and nobody reads after it
   */
  record Step(
      Node node,
      List<@Nullable Value> inputs,
      List<@Nullable Value> outputs,
      Kernel kernel,
      List<Value> last) {

    private static Step of(Node node, Kernel kernel) {
      return new Step(node, node.inputs(), node.outputs(), kernel, List.of());
    }

    private boolean isAmong(Set<Value> fixed) {
      for (Value output : outputs) {
        if (output != null && !fixed.contains(output)) {
          return false;
        }
      }
      return true;
    }

    /** What it reads, graphs inside of its node included. */
    List<Value> read() {
      List<Value> read = new ArrayList<>();
      for (Value value : inputs) {
        if (value != null) {
          read.add(value);
        }
      }
      read.addAll(node.captured());
      return read;
    }

    private Step with(List<Value> ending) {
      return new Step(node, inputs, outputs, kernel, List.copyOf(ending));
    }
  }

  /**
   * Plans a graph.
   *
   * @param kernels what computes each node
   * @param fixed values that are the same whenever the sizes of inputs are
   */
  static Plan of(Graph graph, Function<Node, Kernel> kernels, Set<Value> fixed) {
    List<Step> all = steps(graph, kernels);
    List<Step> varying = all.stream().filter(step -> !step.isAmong(fixed)).toList();
    Set<Value> kept = new HashSet<>(graph.outputs());
    varying.forEach(step -> kept.addAll(step.read()));
    kept.retainAll(fixed);
    return new Plan(closing(graph, all, kept), closing(graph, varying, kept), Set.copyOf(kept));
  }

  private static List<Step> closing(Graph graph, List<Step> steps, Set<Value> kept) {
    Map<Value, Integer> last = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      int place = i;
      steps.get(i).read().forEach(value -> last.put(value, place));
      for (Value output : steps.get(i).outputs()) {
        if (output != null) {
          last.putIfAbsent(output, place);
        }
      }
    }
    List<List<Value>> ending = new ArrayList<>();
    steps.forEach(_ -> ending.add(new ArrayList<>()));
    last.forEach(
        (value, place) -> {
          if (value.graph() == graph
              && value.producer() != null
              && value.constant().isEmpty()
              && !kept.contains(value)) {
            ending.get(place).add(value);
          }
        });
    List<Step> planned = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      planned.add(steps.get(i).with(ending.get(i)));
    }
    return List.copyOf(planned);
  }

  private static List<Step> steps(Graph graph, Function<Node, Kernel> kernels) {
    List<Step> steps = new ArrayList<>();
    Set<Node> done = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (done.contains(node) || isConstant(node)) {
        continue;
      }
      Optional<Pairs.Pair> pair = Pairs.from(node);
      pair.map(Pairs.Pair::others).ifPresent(done::addAll);
      steps.add(pair.map(Pairs.Pair::step).orElseGet(() -> Step.of(node, kernels.apply(node))));
    }
    return steps;
  }

  private static boolean isConstant(Node node) {
    return node.presentOutputs().stream().anyMatch(value -> value.constant().isPresent());
  }
}
