package io.demitasse.rewrite;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The nodes and values that a pattern was found to be. */
public final class Match {
  private final Map<ValuePattern, Value> values;
  private final Map<NodePattern, Node> nodes;
  private final Node root;

  Match(Node root, Map<NodePattern, Node> nodes, Map<ValuePattern, Value> values) {
    this.root = root;
    this.nodes = nodes;
    this.values = values;
  }

  /** The node whose output the whole pattern is. */
  public Node root() {
    return root;
  }

  /**
   * The node that a part of the pattern is.
   *
   * @throws IllegalArgumentException when that part is an alternative that was not taken
   */
  public Node get(NodePattern pattern) {
    return present(nodes.get(pattern), pattern);
  }

  /**
   * The value that a part of the pattern is.
   *
   * @throws IllegalArgumentException when that part is an alternative that was not taken
   */
  public Value get(ValuePattern pattern) {
    return present(values.get(pattern), pattern);
  }

  /** The content of a constant part. */
  public Tensor constant(ValuePattern.Constant pattern) {
    return get(pattern).constant().orElseThrow();
  }

  /** Whether a part was taken. */
  public boolean has(ValuePattern pattern) {
    return pattern instanceof NodePattern node
        ? nodes.containsKey(node)
        : values.containsKey(pattern);
  }

  /** Every node of the match, the root included, each once. */
  public List<Node> nodes() {
    return nodes.values().stream().distinct().toList();
  }

  /**
   * Puts a value in the place of the root's output, under the same name, and removes the nodes of
   * the match, with the constants only they read. What is still read stays.
   *
   * @param scope whose nodes may be removed
   */
  public void replace(Value replacement, Scope scope) {
    root.graph().replace(root.output(), replacement);
    List<Value> constants =
        nodes().stream()
            .flatMap(node -> node.inputs().stream())
            .filter(value -> value != null && value.constant().isPresent())
            .distinct()
            .toList();
    removeUnread();
    constants.forEach(constant -> Unread.remove(constant, scope));
  }

  private void removeUnread() {
    List<Node> left = new ArrayList<>(nodes());
    boolean removed = true;
    while (removed) {
      removed = left.removeIf(Match::removeIfUnread);
    }
  }

  private static boolean removeIfUnread(Node node) {
    if (node.presentOutputs().stream().anyMatch(Unread::isRead)) {
      return false;
    }
    node.graph().remove(node);
    return true;
  }

  private static <T> T present(@Nullable T found, ValuePattern pattern) {
    if (found == null) {
      throw new IllegalArgumentException("the match has no " + pattern);
    }
    return found;
  }
}
