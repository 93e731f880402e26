package io.demitasse.prune;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ops.Excerpt;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.prune.ChannelGroup.Slice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the units of a group go through, as a model of its own that can be made with fewer of them:
 * to see what they cost without the rest of the model.
 *
 * <pre>
 *   ... ─ Conv 32 ─ Relu ─ Conv 64 ─ ...      x ─ Conv 32 ─ Relu ─ Conv 64      x ─ Conv 24 ─ Relu ─ Conv 64
 *                                             with all units                    without 8 of them
 * </pre>
 */
public final class GroupExcerpt {
  private final ChannelGroup group;
  private final Model whole;

  private GroupExcerpt(ChannelGroup group, Model whole) {
    this.group = group;
    this.whole = whole;
  }

  /**
   * That of a group.
   *
   * @param shapes of the model on the sizes that it is run on
   * @return empty where the size of something that the units go through is not known
   */
  public static Optional<GroupExcerpt> of(
      Model model, DependencyGraph graph, ChannelGroup group, InferredShapes shapes) {
    Set<Node> touched = graph.nodes(group);
    List<Node> nodes = model.graph().nodes().stream().filter(touched::contains).toList();
    return Excerpt.of(model, nodes, shapes).map(whole -> new GroupExcerpt(group, whole));
  }

  /** The model without some units, at least one of which stays. */
  public Model without(int... units) {
    Model model = whole.copy();
    Graph graph = model.graph();
    List<Slice> slices =
        group.slices().stream().flatMap(slice -> in(graph, slice).stream()).toList();
    ChannelGroup here = new ChannelGroup(group.id(), group.units(), slices, group.isExact());
    Before before = new Before(ShapeInference.proved(model), model.opset());
    new Cut(graph, before, new RemovedIndices(Map.of(here, units))).apply();
    return model;
  }

  /** The same of what is called the same. */
  private static Optional<Slice> in(Graph graph, Slice slice) {
    return Optional.ofNullable(graph.find(slice.dimension().value().name()))
        .map(value -> new Slice(new Dimension(value, slice.dimension().axis()), slice.map()));
  }
}
