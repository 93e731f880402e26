package io.demitasse.affine;

/** Why something cannot become part of the weights. */
public final class NotFoldable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NotFoldable(String reason) {
    super(reason, null, false, false);
  }

  public String reason() {
    return String.valueOf(getMessage());
  }
}
