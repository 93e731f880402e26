package io.demitasse.evaluate;

import java.util.Optional;

/**
 * How far outputs of a model that should compute the same as another are from it, as the runtime
 * optimizes both and as both are written.
 *
 * @param deviation the largest of any output, relative to its largest magnitude
 * @param isFelt whether an output has moved by more than the runtime's own optimizer moves it, so
 *     that scores can tell
 * @param wrong what deviates by more than is allowed, in words; empty when nothing does
 */
public record Drift(double deviation, boolean isFelt, Optional<String> wrong) {
  /** What is no drift at all. */
  public static final double TOLERANCE = 1e-5;

  /** That nothing has moved. */
  public static final Drift NONE = new Drift(0, false, Optional.empty());

  /** The larger of two, and what is wrong with either. */
  public Drift and(Drift other) {
    return new Drift(
        Math.max(deviation, other.deviation), isFelt || other.isFelt, wrong.or(other::wrong));
  }
}
