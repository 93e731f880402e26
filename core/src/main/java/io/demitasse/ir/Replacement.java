package io.demitasse.ir;

import java.util.Map;

/** One value in the place of another, under the name that others know. */
final class Replacement {
  private final Graph graph;
  private final Value old;
  private final Value replacement;

  Replacement(Graph graph, Value old, Value replacement) {
    this.graph = graph;
    this.old = old;
    this.replacement = replacement;
  }

  /** Moves readers, graph outputs and the name. */
  void carryOut() {
    graph.replaceUses(old, replacement);
    if (!graph.outputs().contains(old) && !isFreeToRename()) {
      return;
    }
    Value successor = successor();
    if (old.type() != null) {
      successor.type(old.type());
    }
    Map<String, String> annotation = graph.quantizationAnnotations().remove(old.name());
    if (annotation != null) {
      graph.quantizationAnnotations().put(successor.name(), annotation);
    }
    for (int i = 0; i < graph.outputs().size(); i++) {
      if (graph.outputs().get(i) == old) {
        graph.setOutput(i, successor);
      }
    }
  }

  /** The replacement, or a copy of it, with the name of the old value. */
  private Value successor() {
    boolean free = isFreeToRename();
    String kept = old.name();
    old.rename(graph.freeName(kept + "_replaced"));
    if (free) {
      replacement.rename(kept);
      return replacement;
    }
    return graph.node("Identity").inputs(replacement).outputs(kept).append().output();
  }

  private boolean isFreeToRename() {
    return old.graph() == graph
        && replacement.graph() == graph
        && !replacement.isInput()
        && !replacement.isOutput()
        && replacement.initializer() == null;
  }
}
