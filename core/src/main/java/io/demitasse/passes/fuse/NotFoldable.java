package io.demitasse.passes.fuse;

/** Why something cannot become part of the weights. */
final class NotFoldable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotFoldable(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
