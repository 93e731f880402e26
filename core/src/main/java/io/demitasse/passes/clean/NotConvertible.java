package io.demitasse.passes.clean;

/** Why a node cannot be written in a later operator set without changing what it computes. */
final class NotConvertible extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NotConvertible(String reason) {
    super(reason, null, false, false);
  }
}
