package io.demitasse.pipeline;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.rewrite.Unread;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Constants that nothing reads any more since a pass has worked: a runtime warns of each whenever
 * it loads the model. What nobody read before stays; it is someone else's to remove.
 */
final class Orphans {
  private Orphans() {}

  /**
   * Removes from a model what its parent still read.
   *
   * @param before the model before the pass
   */
  static void remove(Model before, Model after) {
    if (!after.training().isEmpty()) { // training refers to weights by name
      return;
    }
    Set<String> known = new HashSet<>();
    before.forEachGraph(graph -> unread(graph).forEach(value -> known.add(value.name())));
    after.forEachGraph(
        graph ->
            unread(graph).stream()
                .filter(value -> !known.contains(value.name()))
                .forEach(Unread::remove));
  }

  private static List<Value> unread(Graph graph) {
    List<Value> unread = new ArrayList<>();
    graph.initializers().stream()
        .filter(weight -> !weight.isInput() && !Unread.isRead(weight))
        .forEach(unread::add);
    graph.nodes().stream()
        .filter(Op.CONSTANT::is)
        .map(Node::output)
        .filter(value -> !Unread.isRead(value))
        .forEach(unread::add);
    return unread;
  }
}
