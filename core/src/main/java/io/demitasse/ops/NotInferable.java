package io.demitasse.ops;

/** Why the outputs of a node cannot be told from what is known of its inputs. */
final class NotInferable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean contradiction;

  NotInferable(String reason) {
    this(reason, false);
  }

  private NotInferable(String reason, boolean contradiction) {
    super(reason, null, false, false);
    this.contradiction = contradiction;
  }

  /** The inputs are known and do not go together: no runtime can compute the node. */
  static NotInferable contradiction(String reason) {
    return new NotInferable(reason, true);
  }

  boolean isContradiction() {
    return contradiction;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
