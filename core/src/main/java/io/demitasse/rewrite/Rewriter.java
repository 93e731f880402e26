package io.demitasse.rewrite;

import io.demitasse.ir.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds patterns in a scope and lets a rule replace them.
 *
 * <p>Where several patterns, or several ends of one, overlap, the one that ends last wins: with and
 * without a trailing part, the longer is found. Rules are applied in the order of the graph, each
 * on a fresh match.
 *
 * @param patterns tried in order at every node as the root
 * @param anchor the part that tells that a node is meant: every selected node that matches it by
 *     itself and becomes part of no rewrite is reported with the reason. It is a part of every
 *     pattern.
 */
public record Rewriter(List<NodePattern> patterns, NodePattern anchor) {

  /** Replaces one match, or refuses to. */
  public interface Rule {
    Outcome apply(Match match);
  }

  /** What a rule did with a match. */
  public sealed interface Outcome {

    /** The match was replaced; {@code node} is what is reported. */
    record Changed(Node node, String what) implements Outcome {}

    /** The match was left alone, and nothing was changed. */
    record Refused(String why) implements Outcome {}
  }

  public Rewriter {
    patterns = List.copyOf(patterns);
  }

  /** Rewrites everything that matches and reports it, and every anchor left, to the scope. */
  public void run(Scope scope, Rule rule) {
    Map<Node, Solver.Failure> open = anchors(scope);
    for (Node root : roots(scope, open)) {
      match(root, open)
          .ifPresent(
              match -> {
                Node anchored = match.get(anchor);
                apply(match, scope, rule, anchored);
                open.remove(anchored);
              });
    }
    open.forEach((node, failure) -> scope.skipped(node, failure.reason()));
  }

  private static void apply(Match match, Scope scope, Rule rule, Node anchored) {
    Optional<Node> foreign =
        match.nodes().stream().filter(node -> !scope.selects(node)).findFirst();
    if (foreign.isPresent()) {
      scope.skipped(anchored, "the step does not select " + foreign.get());
      return;
    }
    switch (rule.apply(match)) {
      case Outcome.Changed(Node node, String what) -> scope.changed(node, what);
      case Outcome.Refused(String why) -> scope.skipped(anchored, why);
    }
  }

  private Map<Node, Solver.Failure> anchors(Scope scope) {
    Map<Node, Solver.Failure> anchors = new LinkedHashMap<>();
    for (Node node : scope.nodes()) {
      if (new Solver(null).match(anchor, node).isPresent()) {
        anchors.put(
            node, new Solver.Failure(0, node, "what reads it does not complete the pattern"));
      }
    }
    return anchors;
  }

  /** The roots of matches that do not overlap, in the order of the graph. */
  private List<Node> roots(Scope scope, Map<Node, Solver.Failure> open) {
    Set<Node> claimed = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Node> roots = new ArrayList<>();
    for (Node node : scope.nodes().reversed()) {
      Optional<Match> match = claimed.contains(node) ? Optional.empty() : match(node, open);
      if (match.isPresent() && match.get().nodes().stream().noneMatch(claimed::contains)) {
        claimed.addAll(match.get().nodes());
        roots.add(node);
      }
    }
    return roots.reversed();
  }

  private Optional<Match> match(Node root, Map<Node, Solver.Failure> open) {
    if (root.isRemoved()) {
      return Optional.empty();
    }
    for (NodePattern pattern : patterns) {
      Solver solver = new Solver(anchor);
      Optional<Match> match = solver.match(pattern, root);
      if (match.isPresent()) {
        return match;
      }
      Solver.Failure failure = solver.closest();
      if (failure != null && failure.anchor() != null) {
        open.computeIfPresent(
            failure.anchor(),
            (_, known) -> failure.boundNodes() > known.boundNodes() ? failure : known);
      }
    }
    return Optional.empty();
  }
}
