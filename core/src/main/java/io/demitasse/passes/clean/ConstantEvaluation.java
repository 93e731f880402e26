package io.demitasse.passes.clean;

import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs nodes whose inputs are constant, or outputs of one another, in a model of their own.
 *
 * <p>What the runtime refuses is found by halving, so that one bad node does not spoil the others.
 */
final class ConstantEvaluation {
  private static final Runtime.SessionOptions AS_WRITTEN =
      Runtime.SessionOptions.of(1).with(Runtime.Optimization.NONE);

  private final Model source;
  private final PassContext context;
  private final Map<Value, Tensor> results = new HashMap<>();

  ConstantEvaluation(Model source, PassContext context) {
    this.source = source;
    this.context = context;
  }

  /** The results that could be computed, by the value that has them. */
  Map<Value, Tensor> run(List<Node> nodes) {
    evaluate(nodes);
    return results;
  }

  private void evaluate(List<Node> nodes) {
    if (nodes.isEmpty()) {
      return;
    }
    try {
      evaluateAtOnce(nodes);
    } catch (DemitasseException e) {
      Cancellation.check();
      if (nodes.size() == 1) {
        context.skipped(nodes.getFirst(), "the runtime cannot compute it: " + e.getMessage());
        return;
      }
      int half = nodes.size() / 2;
      evaluate(nodes.subList(0, half));
      evaluate(computable(nodes.subList(half, nodes.size())));
    }
  }

  /** Those of the nodes that do not need a result that is missing. */
  private List<Node> computable(List<Node> nodes) {
    Set<Value> known = new HashSet<>(results.keySet());
    List<Node> computable = new ArrayList<>();
    for (Node node : nodes) {
      if (node.inputs().stream().allMatch(input -> isKnown(input, known))) {
        computable.add(node);
        known.addAll(node.presentOutputs());
      }
    }
    return computable;
  }

  private static boolean isKnown(@Nullable Value input, Set<Value> known) {
    return input == null || known.contains(input) || input.constant().isPresent();
  }

  private void evaluateAtOnce(List<Node> nodes) {
    Graph graph = new Graph("constants", null);
    Model model = new Model(graph);
    model.irVersion(Math.max(source.irVersion(), IrVersions.INITIALIZERS_ARE_CONSTANT));
    model.opsets().putAll(source.opsets());
    Map<Value, Value> copies = new LinkedHashMap<>();
    for (Node node : nodes) {
      copy(node, graph, copies);
    }
    try (Runtime.Session session = context.port(Runtime.class).open(model, AS_WRITTEN)) {
      Map<String, Tensor> outputs = session.run(Map.of());
      copies.forEach(
          (original, copy) -> {
            Tensor result = outputs.get(copy.name());
            if (result != null) {
              results.put(original, result);
            }
          });
    }
  }

  private void copy(Node node, Graph graph, Map<Value, Value> copies) {
    NodeBuilder builder = graph.node(node.domain(), node.opType()).attributes(node.attributes());
    for (Value input : node.inputs()) {
      builder.inputs(input == null ? null : copies.computeIfAbsent(input, v -> leaf(v, graph)));
    }
    List<@Nullable Value> outputs = node.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      builder.outputs(outputs.get(i) == null ? "" : "result" + copies.size() + "_" + i);
    }
    Node copy = builder.append();
    for (int i = 0; i < outputs.size(); i++) {
      Value original = outputs.get(i);
      Value output = copy.output(i);
      if (original != null && output != null) {
        graph.addOutput(output.type(original.type()));
        copies.put(original, output);
      }
    }
  }

  private Value leaf(Value original, Graph graph) {
    Tensor known = results.get(original);
    Tensor content = known != null ? known : original.constant().orElseThrow();
    return graph.addInitializer(graph.freeName("constant"), content);
  }
}
