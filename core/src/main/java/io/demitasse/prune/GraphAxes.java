package io.demitasse.prune;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.axes.Axis;
import io.demitasse.ops.axes.AxisMap;
import io.demitasse.ops.axes.AxisMaps;
import io.demitasse.pass.Where;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is known of the axes of all nodes of some models, each asked for once. */
final class GraphAxes {
  private final Map<Graph, Before> models;
  private final TiedAxes tied;
  private final Map<Node, AxisMaps> maps = new HashMap<>();

  /**
   * @param models by their main graphs
   * @param tied what the models have in common
   */
  GraphAxes(Map<Graph, Before> models, TiedAxes tied) {
    this.models = models;
    this.tied = tied;
  }

  TiedAxes tied() {
    return tied;
  }

  /** The model of a graph as it was. */
  Before before(Graph graph) {
    Graph main = graph;
    for (Graph outer = main.outer(); outer != null; outer = main.outer()) {
      main = outer;
    }
    return Objects.requireNonNull(models.get(main));
  }

  /** Which dimension an axis of a node is. */
  static Dimension dimension(Node node, Axis axis) {
    int position = axis.position();
    Value value = axis.isOutput() ? node.output(position) : node.input(position);
    return new Dimension(Objects.requireNonNull(value), axis.axis());
  }

  /** All maps of a node. */
  AxisMaps of(Node node) {
    return maps.computeIfAbsent(node, each -> AxisMaps.of(each, before(each.graph()).shapes()));
  }

  /**
   * The maps that an axis takes part in, seen from there.
   *
   * @throws NotRemovable when there are none, or numbers of the node cannot follow
   */
  List<AxisMap> at(Node node, Axis axis) {
    List<AxisMap> found = of(node).at(axis);
    if (found.isEmpty()) {
      throw new NotRemovable(
          name(node)
              + ": "
              + of(node).reason().orElse("how its " + axis + " belongs to others is not known"));
    }
    BakedNumbers.refusal(node, axis, before(node.graph()))
        .ifPresent(
            why -> {
              throw new NotRemovable(name(node) + ": " + why);
            });
    return found;
  }

  private static String name(Node node) {
    return Where.operator(node) + " '" + Where.label(node) + "'";
  }
}
