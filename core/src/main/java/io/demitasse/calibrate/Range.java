package io.demitasse.calibrate;

/** The least and the greatest element a value had; {@code min <= max}, both finite. */
public record Range(float min, float max) {
  public Range {
    if (!(min <= max) || Float.isInfinite(min) || Float.isInfinite(max)) {
      throw new IllegalArgumentException(
          "a range needs finite min <= max, got " + min + " and " + max);
    }
  }
}
