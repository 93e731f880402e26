package io.demitasse.ops.axes;

/** Why nothing can be told of the axes of a node. */
final class UnknownAxes extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownAxes(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
