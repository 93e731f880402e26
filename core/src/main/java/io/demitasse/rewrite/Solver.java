package io.demitasse.rewrite;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds one way to make a pattern true, trying both orders of commutative inputs and all
 * alternatives, and remembers the reason of the failure that came closest.
 */
final class Solver {

  /** What is still to be shown, as a list that alternatives can share. */
  private record Goals(ValuePattern pattern, Value value, @Nullable Goals rest) {}

  /**
   * Why it failed at the point where most nodes were bound, and the anchor's node if that was among
   * them.
   */
  record Failure(int boundNodes, @Nullable Node anchor, String reason) {}

  private final @Nullable NodePattern anchor;
  private final Map<NodePattern, Node> nodes = new LinkedHashMap<>();
  private final Map<ValuePattern, Value> values = new LinkedHashMap<>();
  private final List<ValuePattern> trail = new ArrayList<>();
  private @Nullable Failure closest;
  private @Nullable Node root;

  /**
   * @param anchor failures count only when this part was bound; null when the pattern is matched
   *     for itself, and readers outside do not matter
   */
  Solver(@Nullable NodePattern anchor) {
    this.anchor = anchor;
  }

  Optional<Match> match(NodePattern pattern, Node node) {
    root = node;
    Value output = node.output(0);
    if (output == null || !prove(new Goals(pattern, output, null))) {
      return Optional.empty();
    }
    return Optional.of(new Match(node, nodes, values));
  }

  /** The failure that came closest; null when the anchor was never bound. */
  @Nullable Failure closest() {
    return closest;
  }

  private boolean prove(@Nullable Goals goals) {
    if (goals == null) {
      return anchor == null || readersAreInside();
    }
    return switch (goals.pattern) {
      case ValuePattern.Any any -> proveValue(any, goals);
      case ValuePattern.Constant constant ->
          accepts(constant, goals.value) && proveValue(constant, goals);
      case ValuePattern.Either either -> proveEither(either, goals);
      case NodePattern node -> proveNode(node, goals);
    };
  }

  private boolean proveValue(ValuePattern pattern, Goals goals) {
    Value known = values.get(pattern);
    if (known != null) {
      return known == goals.value
          ? prove(goals.rest)
          : fail("'" + goals.value.name() + "' is not the same value as '" + known.name() + "'");
    }
    int mark = trail.size();
    values.put(pattern, goals.value);
    trail.add(pattern);
    return prove(goals.rest) || undo(mark);
  }

  private boolean accepts(ValuePattern.Constant pattern, Value value) {
    Optional<Tensor> constant = value.constant();
    if (constant.isEmpty()) {
      return fail("'" + value.name() + "' is not constant");
    }
    return pattern.accepts(constant.get())
        || fail(
            "the constant '"
                + value.name()
                + "' is not what is needed: expected "
                + pattern.expected());
  }

  private boolean proveEither(ValuePattern.Either either, Goals goals) {
    for (ValuePattern alternative : either.alternatives()) {
      int mark = trail.size();
      values.put(either, goals.value);
      trail.add(either);
      if (prove(new Goals(alternative, goals.value, goals.rest))) {
        return true;
      }
      undo(mark);
    }
    return false;
  }

  private boolean proveNode(NodePattern pattern, Goals goals) {
    Node node = goals.value.producer();
    if (!fits(pattern, goals.value, node) || node == null) {
      return false;
    }
    Node known = nodes.get(pattern);
    if (known != null) {
      return known == node ? prove(goals.rest) : fail(node + " is not the same node as " + known);
    }
    int mark = trail.size();
    nodes.put(pattern, node);
    values.put(pattern, goals.value);
    trail.add(pattern);
    boolean proved =
        proveInputs(pattern, node, goals.rest, false)
            || (pattern.isCommutative() && proveInputs(pattern, node, goals.rest, true));
    return proved || undo(mark);
  }

  private boolean fits(NodePattern pattern, Value value, @Nullable Node node) {
    if (node == null) {
      return fail("'" + value.name() + "' is computed by no node, expected " + pattern);
    }
    if (!pattern.acceptsOperator(node) || node.output(0) != value) {
      return fail("'" + value.name() + "' is made by " + node + ", expected " + pattern);
    }
    if (!pattern.acceptsInputs(node)) {
      return fail(
          node + " has " + node.inputs().size() + " inputs, expected " + pattern.inputs().size());
    }
    if (root != null && node.graph() != root.graph()) {
      return fail(node + " lies in another graph");
    }
    for (NodePattern.Check check : pattern.checks()) {
      if (!check.test().test(node)) {
        return fail(node + ": " + check.otherwise());
      }
    }
    return true;
  }

  private boolean proveInputs(
      NodePattern pattern, Node node, @Nullable Goals rest, boolean swapped) {
    Goals goals = rest;
    for (int position = pattern.inputs().size() - 1; position >= 0; position--) {
      Value value = node.input(swapped ? 1 - position : position);
      if (value == null) {
        return fail(node + " has no input " + position);
      }
      goals = new Goals(pattern.inputs().get(position), value, goals);
    }
    return prove(goals);
  }

  private boolean readersAreInside() {
    for (Map.Entry<NodePattern, Node> entry : nodes.entrySet()) {
      Node node = entry.getValue();
      if (node == root || entry.getKey().isReadElsewhere()) {
        continue;
      }
      for (Value output : node.presentOutputs()) {
        if (output.isOutput()) {
          return fail("the inner value '" + output.name() + "' is a graph output");
        }
        for (Value.Use use : output.uses()) {
          if (!nodes.containsValue(use.node())) {
            return fail("the inner value '" + output.name() + "' is also read by " + use.node());
          }
        }
      }
    }
    return true;
  }

  private boolean fail(String reason) {
    Node anchored = anchor == null ? null : nodes.get(anchor);
    if (anchored != null && (closest == null || nodes.size() > closest.boundNodes)) {
      closest = new Failure(nodes.size(), anchored, reason);
    }
    return false;
  }

  private boolean undo(int mark) {
    while (trail.size() > mark) {
      ValuePattern pattern = trail.removeLast();
      values.remove(pattern);
      if (pattern instanceof NodePattern node) {
        nodes.remove(node);
      }
    }
    return false;
  }
}
