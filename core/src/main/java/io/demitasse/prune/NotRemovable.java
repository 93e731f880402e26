package io.demitasse.prune;

/** Why units cannot be removed. */
final class NotRemovable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotRemovable(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
