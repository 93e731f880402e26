package io.demitasse.evaluate;

import java.util.Optional;

/**
 * How far outputs of a model that should compute the same as another are from it, as the runtime
 * optimizes both and as both are written.
 *
 * @param deviation the largest of any output, relative to its largest magnitude
 * @param wrong what deviates by more than is allowed, in words; empty when nothing does
 */
public record Drift(double deviation, Optional<String> wrong) {
  /** What is no drift at all. */
  public static final double TOLERANCE = 1e-5;

  /** Whether outputs have moved so far that scores can tell. */
  public boolean isFelt() {
    return deviation > TOLERANCE;
  }

  /** The larger of two, and what is wrong with either. */
  public Drift and(Drift other) {
    return new Drift(Math.max(deviation, other.deviation), wrong.or(other::wrong));
  }
}
