package io.demitasse.torch.graph;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.torch.kernel.Kernel;
import io.demitasse.torch.kernel.Kernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a graph in order, each with what is no longer needed once it has been computed.
 *
 * @param fixed steps whose results are the same whenever the sizes of inputs are; nothing of them
 *     is closed
 * @param steps all others, but for constants
 */
record Plan(List<Step> fixed, List<Step> steps) {

  /**
   * Something to compute: a node, or a product with the addition of its bias.
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
      return outputs.stream().filter(Objects::nonNull).allMatch(fixed::contains);
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
    Map<Boolean, List<Step>> parts =
        steps(graph, kernels).stream()
            .collect(Collectors.partitioningBy(step -> step.isAmong(fixed)));
    List<Step> steps = parts.getOrDefault(false, List.of());
    return new Plan(parts.getOrDefault(true, List.of()), closing(graph, steps, fixed));
  }

  private static List<Step> closing(Graph graph, List<Step> steps, Set<Value> fixed) {
    Map<Value, Integer> last = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      int place = i;
      read(steps.get(i)).forEach(value -> last.put(value, place));
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
              && !fixed.contains(value)) {
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
      Optional<Step> affine = withBias(node);
      affine.ifPresent(step -> step.outputs().forEach(output -> done.add(output.producer())));
      steps.add(affine.orElseGet(() -> Step.of(node, kernels.apply(node))));
    }
    return steps;
  }

  private static boolean isConstant(Node node) {
    return node.presentOutputs().stream().anyMatch(value -> value.constant().isPresent());
  }

  /** A product and the addition of a constant to it, which libtorch computes in one. */
  private static Optional<Step> withBias(Node product) {
    if (!Op.MAT_MUL.is(product) || !product.output().isUsedOnce()) {
      return Optional.empty();
    }
    Value.Use use = product.output().uses().getFirst();
    Node addition = use.node();
    if (!Op.ADD.is(addition) || addition.graph() != product.graph()) {
      return Optional.empty();
    }
    Value bias = addition.requiredInput(1 - use.index());
    return bias.constant().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Step(
                product,
                List.of(product.requiredInput(0), product.requiredInput(1), bias),
                List.of(addition.output()),
                Kernels.PRODUCT_WITH_BIAS,
                List.of()));
  }

  /** What a step reads, graphs inside of its node included. */
  private static List<Value> read(Step step) {
    List<Value> read = new ArrayList<>();
    present(step.inputs(), read);
    inside(step.node(), read);
    return read;
  }

  private static void present(List<@Nullable Value> values, List<Value> read) {
    for (Value value : values) {
      if (value != null) {
        read.add(value);
      }
    }
  }

  private static void inside(Node node, List<Value> read) {
    for (Graph inner : node.subgraphs()) {
      for (Node nested : inner.nodes()) {
        present(nested.inputs(), read);
        inside(nested, read);
      }
      read.addAll(inner.outputs());
    }
  }
}
