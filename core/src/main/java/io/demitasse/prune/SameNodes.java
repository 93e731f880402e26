package io.demitasse.prune;

import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nodes of a model by what they give, so that they are found in another that was made of it.
 * Constants are none of them: they may lie in nodes or in initializers.
 */
final class SameNodes {
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  private SameNodes() {}

  static Map<String, Node> of(Model model) {
    SameNodes found = new SameNodes();
    found.add("", model.graph());
    for (Function function : model.functions()) {
      found.add(function.domain() + "." + function.name() + "/", function.body());
    }
    return found.nodes;
  }

  /** Names are unique in a graph and those around it. */
  private void add(String place, Graph graph) {
    for (Node node : graph.nodes()) {
      if (node.is("Constant") || node.presentOutputs().isEmpty()) {
        continue;
      }
      String key = place + node.presentOutputs().getFirst().name();
      nodes.put(key, node);
      List<Graph> inner = node.subgraphs();
      for (int i = 0; i < inner.size(); i++) {
        add(key + "/" + i + "/", inner.get(i));
      }
    }
  }
}
