package io.demitasse.sensitivity;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.Where;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The output of a layer, which two forms of a part both have.
 *
 * @param node the node's label
 * @param before the value in the form to compare with
 * @param after the value in the other, as its readers take it
 */
record LayerOutput(String node, String before, String after) {

  /**
   * Finds the outputs of nodes, in order of execution.
   *
   * @param nodes labels of nodes of either form; those without a value that both have are left out,
   *     as are those of subgraphs, whose values do not leave them
   */
  static List<LayerOutput> find(Graph before, Graph after, Collection<String> nodes) {
    Map<String, Value> afterByLabel = firstOutputs(after);
    Map<String, Value> beforeByLabel = firstOutputs(before);
    Map<Value, List<LayerOutput>> found = new HashMap<>();
    for (String node : new LinkedHashSet<>(nodes)) {
      // The result comes first: a node that has swallowed others gives out what the last of them
      // did, under its name.
      Stream.of(afterByLabel, beforeByLabel)
          .map(outputs -> common(outputs.get(node), before, after))
          .flatMap(Optional::stream)
          .findFirst()
          .ifPresent(
              value ->
                  found
                      .computeIfAbsent(value, _ -> new ArrayList<>())
                      .add(new LayerOutput(node, value.name(), read(value.name(), after))));
    }
    return before.nodes().stream()
        .flatMap(node -> node.outputs().stream())
        .filter(Objects::nonNull)
        .flatMap(value -> found.getOrDefault(value, List.of()).stream())
        .toList();
  }

  private static Map<String, Value> firstOutputs(Graph graph) {
    Map<String, Value> outputs = new HashMap<>();
    for (Node node : graph.nodes()) {
      Value first = node.output(0);
      if (first != null) {
        outputs.putIfAbsent(Where.label(node), first);
      }
    }
    return outputs;
  }

  /** The value of that name in the form before, when both forms compute one. */
  private static Optional<Value> common(@Nullable Value output, Graph before, Graph after) {
    return Optional.ofNullable(output)
        .filter(value -> isComputed(after.find(value.name())))
        .map(value -> before.find(value.name()))
        .filter(LayerOutput::isComputed);
  }

  private static boolean isComputed(@Nullable Value value) {
    return value != null && value.producer() != null && value.constant().isEmpty();
  }

  /**
   * What readers take for a value: where it is rounded to integers and back on one grid, what comes
   * back.
   */
  private static String read(String name, Graph graph) {
    Value value = Objects.requireNonNull(graph.find(name));
    return readers(value, Op.QUANTIZE_LINEAR)
        .flatMap(
            quantize ->
                readers(quantize.output(), Op.DEQUANTIZE_LINEAR)
                    .filter(dequantize -> isSameGrid(quantize, dequantize)))
        .map(dequantize -> dequantize.output().name())
        .findFirst()
        .orElse(name);
  }

  /** Nodes of the same graph that take a value as their first input. */
  private static Stream<Node> readers(Value value, Op op) {
    return value.uses().stream()
        .filter(use -> use.index() == 0 && use.node().graph() == value.graph())
        .map(Value.Use::node)
        .filter(op::is);
  }

  private static boolean isSameGrid(Node quantize, Node dequantize) {
    return quantize.input(1) == dequantize.input(1) && quantize.input(2) == dequantize.input(2);
  }
}
