package io.demitasse.ops;

import io.demitasse.ops.InferredShapes.Cause;

/** Why the outputs of a node cannot be told from what is known of its inputs. */
final class NotInferable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Cause cause;

  NotInferable(String reason) {
    this(reason, Cause.UNKNOWN);
  }

  NotInferable(String reason, Cause cause) {
    super(reason, null, false, false);
    this.cause = cause;
  }

  /** The inputs are known and do not go together: no runtime can compute the node. */
  static NotInferable contradiction(String reason) {
    return new NotInferable(reason, Cause.CONTRADICTION);
  }

  Cause cause() {
    return cause;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
