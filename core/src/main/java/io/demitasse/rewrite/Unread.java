package io.demitasse.rewrite;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;

/** Constants that lost their last reader. */
public final class Unread {
  private Unread() {}

  /**
   * Removes an initializer, or a {@code Constant} node that the scope selects, if nobody reads it
   * any more.
   */
  public static void remove(Value constant, Scope scope) {
    Node producer = constant.producer();
    if (isRead(constant) || constant.isInput()) {
      return;
    }
    if (producer == null) {
      constant.graph().remove(constant);
    } else if (producer.is("Constant") && scope.selects(producer)) {
      constant.graph().remove(producer);
    }
  }

  static boolean isRead(Value value) {
    return !value.uses().isEmpty() || value.isOutput();
  }
}
