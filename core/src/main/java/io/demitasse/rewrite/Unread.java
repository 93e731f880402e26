package io.demitasse.rewrite;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import java.util.LinkedHashSet;
import java.util.Set;

/** Nodes and constants that lost their last reader. */
public final class Unread {
  private Unread() {}

  /**
   * Removes an initializer, or a {@code Constant} node that the scope selects, if nobody reads it
   * any more.
   */
  public static void remove(Value constant, Scope scope) {
    Node producer = constant.producer();
    if (producer == null || scope.selects(producer)) {
      remove(constant);
    }
  }

  /** Removes an initializer or a {@code Constant} node if nobody reads it any more. */
  public static void remove(Value constant) {
    Node producer = constant.producer();
    if (isRead(constant) || constant.isInput()) {
      return;
    }
    if (producer == null) {
      constant.graph().remove(constant);
    } else if (producer.is("Constant")) {
      constant.graph().remove(producer);
    }
  }

  /**
   * Removes a node with the constants that only it read.
   *
   * @throws IllegalStateException when one of its outputs has a reader, naming the readers
   */
  public static void remove(Node node, Scope scope) {
    Set<Value> constants = new LinkedHashSet<>();
    for (Value input : node.inputs()) {
      if (input != null && input.constant().isPresent()) {
        constants.add(input);
      }
    }
    node.graph().remove(node);
    constants.forEach(constant -> remove(constant, scope));
  }

  /** Whether a node reads a value, or it is an output of its graph. */
  public static boolean isRead(Value value) {
    return !value.uses().isEmpty() || value.isOutput();
  }
}
