package io.demitasse.ops;

/** Why the outputs of a node cannot be told from what is known of its inputs. */
final class NotInferable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotInferable(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
