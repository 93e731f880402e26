package io.demitasse.passes.clean;

import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the nodes of one model, one after the other, through all changes up to the target version.
 */
final class OpsetConversion {
  private final long target;
  private final InferredShapes shapes;
  private final Map<Graph, Long> versions = new HashMap<>();
  private final Set<Graph> functionGraphs = new HashSet<>();
  private final Set<String> functionNames = new HashSet<>();

  /**
   * @param shapes what is known of the model's values, while it is converted
   */
  OpsetConversion(Model model, long target, InferredShapes shapes) {
    this.target = target;
    this.shapes = shapes;
    model.graph().forEachGraph(graph -> versions.put(graph, model.opset()));
    for (Function function : model.functions()) {
      long version = function.opsets().getOrDefault("", model.opset());
      function.body().forEachGraph(graph -> versions.put(graph, version));
      function.body().forEachGraph(functionGraphs::add);
      functionNames.add(function.domain() + "::" + function.name());
    }
  }

  long target() {
    return target;
  }

  /** Whether constants of a graph must be nodes, because functions have no initializers. */
  boolean needsConstantNodes(Graph graph) {
    return functionGraphs.contains(graph);
  }

  Optional<TensorFacts> facts(Value value) {
    return shapes.of(value);
  }

  /**
   * Converts one node.
   *
   * @return what was changed, empty when it means the same in both versions
   * @throws NotConvertible with the reason; the model is then of no use any more
   */
  List<String> convert(Node node) {
    if (!node.domain().isEmpty() || functionNames.contains("::" + node.opType())) {
      return List.of();
    }
    if (Op.of(node).isEmpty()) {
      throw new NotConvertible("its operator is unknown");
    }
    long version = versions.getOrDefault(node.graph(), target);
    NodeConversion conversion = new NodeConversion(this, node);
    List<String> changes = new ArrayList<>();
    OpsetChange change = OpsetChanges.next(node, version, target);
    while (change != null) {
      String what = conversion.apply(change);
      if (!what.isEmpty()) {
        changes.add(what + " (opset " + change.version() + ")");
      }
      change = OpsetChanges.next(conversion.node(), change.version(), target);
    }
    return changes;
  }
}
