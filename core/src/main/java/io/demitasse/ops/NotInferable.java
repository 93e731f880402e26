package io.demitasse.ops;

/** Why the outputs of a node cannot be told from what is known of its inputs. */
final class NotInferable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean contradiction;
  private final boolean large;

  NotInferable(String reason) {
    this(reason, false, false);
  }

  private NotInferable(String reason, boolean contradiction, boolean large) {
    super(reason, null, false, false);
    this.contradiction = contradiction;
    this.large = large;
  }

  /** No memory holds what the node would make. */
  static NotInferable tooLarge(String reason) {
    return new NotInferable(reason, false, true);
  }

  boolean isTooLarge() {
    return large;
  }

  /** The inputs are known and do not go together: no runtime can compute the node. */
  static NotInferable contradiction(String reason) {
    return new NotInferable(reason, true, false);
  }

  boolean isContradiction() {
    return contradiction;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
