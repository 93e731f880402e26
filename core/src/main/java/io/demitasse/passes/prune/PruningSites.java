package io.demitasse.passes.prune;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tie;
import io.demitasse.pass.PassContext;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.DependencyGraph;
import io.demitasse.prune.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The groups of a model, or of what ties several, that a step may take units from. */
final class PruningSites {
  private final DependencyGraph graph;
  private final Map<String, Model> models;
  private final Map<String, PassContext> contexts;
  private final List<Tie> ties;
  private final List<PruningSite> all = new ArrayList<>();
  private final Map<Node, String> refused = new LinkedHashMap<>();

  /**
   * @param models by part, as the graph calls it
   * @param ties what they have in common
   */
  private PruningSites(
      DependencyGraph graph,
      Map<String, Model> models,
      Map<String, PassContext> contexts,
      List<Tie> ties) {
    this.graph = graph;
    this.models = models;
    this.contexts = contexts;
    this.ties = ties;
  }

  static PruningSites of(Model model, PruneChannels pass, PassContext context) {
    PruningSites sites =
        new PruningSites(
            DependencyGraph.of(model), Map.of("", model), Map.of("", context), List.of());
    sites.graph.groups().forEach(group -> sites.take(group, pass));
    return sites;
  }

  /**
   * Those of which units lie in several parts.
   *
   * @param outputs whether the program's results may lose numbers
   */
  static PruningSites between(
      Bundle bundle, PruneChannels pass, boolean outputs, Map<String, PassContext> contexts) {
    DependencyGraph graph = DependencyGraph.of(bundle, contexts.keySet(), outputs);
    PruningSites sites = new PruningSites(graph, bundle.parts(), contexts, bundle.ties());
    graph.groups().stream().filter(graph::isTied).forEach(group -> sites.take(group, pass));
    return sites;
  }

  /** How many units each group had in the original, by its id. */
  Map<String, Integer> originals() {
    Map<String, Model> references = new LinkedHashMap<>();
    contexts.forEach((part, context) -> references.put(part, context.reference()));
    DependencyGraph original =
        isOfOne()
            ? DependencyGraph.of(context().reference())
            : DependencyGraph.of(new Bundle(references, ties), contexts.keySet(), true);
    Map<String, Integer> units = new LinkedHashMap<>();
    original.groups().forEach(group -> units.put(group.id(), group.units()));
    return units;
  }

  /** The one model, where it is one. */
  Model model() {
    return Objects.requireNonNull(models.get(""));
  }

  /** Who is told of what concerns a node. */
  PassContext context(Node node) {
    return Objects.requireNonNull(contexts.get(graph.part(node.graph())));
  }

  /** Who is asked for what concerns all of it. */
  PassContext context() {
    return contexts.values().iterator().next();
  }

  /** Whether all lies in one model by itself. */
  boolean isOfOne() {
    return contexts.containsKey("");
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
    } else if (!nodes.stream().allMatch(node -> context(node).selects(node))) {
      refused.put(first, "layers that its channels go through are not selected");
    } else if (pass.importance() == Importance.BATCH_NORM_SCALE && !NormScales.exist(group)) {
      refused.put(
          first,
          "no batch normalization scales its units: where fuse-batch-norm took it away, prune"
              + " before that step");
    } else if (pass.importance().needsGradients()
        && !UnitGates.fit(graph, group, context().shapes())) {
      refused.put(first, "of no layer that reads its units it is known how it does");
    } else {
      List<Reader> plain =
          graph.readers(group).stream()
              .filter(reader -> reader.isPlain(group))
              .filter(reader -> !graph.isTied(reader.weight().dimension().value()))
              .toList();
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
          if (context(node).selects(node)) {
            context(node).skipped(node, why);
          }
        });
  }
}
