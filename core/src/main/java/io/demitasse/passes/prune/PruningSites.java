package io.demitasse.passes.prune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.pass.PassContext;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.DependencyGraph;
import io.demitasse.prune.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The groups of a model that a step may take units from. */
final class PruningSites {
  private final DependencyGraph graph;
  private final PassContext context;
  private final List<PruningSite> all = new ArrayList<>();
  private final Map<Node, String> refused = new LinkedHashMap<>();

  private PruningSites(DependencyGraph graph, PassContext context) {
    this.graph = graph;
    this.context = context;
  }

  static PruningSites of(Model model, PruneChannels pass, PassContext context) {
    PruningSites sites = new PruningSites(DependencyGraph.of(model), context);
    sites.graph.groups().forEach(group -> sites.take(group, pass));
    return sites;
  }

  /** How many units each group of a model has, by its id. */
  static Map<String, Integer> units(Model model) {
    Map<String, Integer> units = new LinkedHashMap<>();
    DependencyGraph.of(model).groups().forEach(group -> units.put(group.id(), group.units()));
    return units;
  }

  DependencyGraph graph() {
    return graph;
  }

  List<PruningSite> all() {
    return all;
  }

  private void take(ChannelGroup group, PruneChannels pass) {
    Set<Node> nodes = graph.nodes(group);
    Node first = first(group);
    if (!group.isExact() && !pass.normalized()) {
      refused.put(first, "its channels are normalized over each other");
    } else if (!nodes.stream().allMatch(context::selects)) {
      refused.put(first, "layers that its channels go through are not selected");
    } else if (pass.importance() == Importance.BATCH_NORM_SCALE && !NormScales.exist(group)) {
      refused.put(
          first,
          "no batch normalization scales its units: where fuse-batch-norm took it away, prune"
              + " before that step");
    } else if (pass.importance().needsGradients()
        && !UnitGates.fit(graph, group, context.shapes())) {
      refused.put(first, "of no layer that reads its units it is known how it does");
    } else {
      List<Reader> plain =
          graph.readers(group).stream().filter(reader -> reader.isPlain(group)).toList();
      all.add(new PruningSite(group, first, plain));
    }
  }

  /** The node of which the group has its name. */
  private static Node first(ChannelGroup group) {
    return group.constants().getFirst().dimension().value().uses().getFirst().node();
  }

  /** Tells why other weights keep all they have. */
  void tellRefusals() {
    graph
        .blocked()
        .forEach(
            blocked ->
                refused.putIfAbsent(
                    blocked.dimension().value().uses().getFirst().node(),
                    blocked.dimension() + " stays: " + blocked.reason()));
    refused.forEach(
        (node, why) -> {
          if (context.selects(node)) {
            context.skipped(node, why);
          }
        });
  }
}
