package io.demitasse.cost;

import java.time.Instant;

/**
 * What a kernel took, measured in pairs of sessions against the same in another form.
 *
 * @param against the other form, mostly {@link #FLOAT}
 * @param milliseconds one run, the call of the session included; positive
 * @param againstMilliseconds the same of the other form
 * @param low lower end of the 95 % interval of the ratio
 * @param ratio {@code milliseconds} over {@code againstMilliseconds}
 * @param high upper end of the interval
 * @param measured when
 */
public record KernelCost(
    Kernel kernel,
    String against,
    double milliseconds,
    double againstMilliseconds,
    double low,
    double ratio,
    double high,
    Instant measured) {

  /** A ratio of times up to this is not called slower. */
  public static final double TOLERANCE = 1.03;

  /** The form in which an exporter writes it. */
  public static final String FLOAT = "float";

  public KernelCost {
    requirePositive(milliseconds);
    requirePositive(againstMilliseconds);
    requirePositive(ratio);
    if (!(low > 0 && low <= ratio * (1 + ROUNDING) && high >= ratio * (1 - ROUNDING))
        || Double.isInfinite(high)) {
      throw new IllegalArgumentException(
          "a ratio lies inside its interval, got " + low + ", " + ratio + ", " + high);
    }
  }

  private static final double ROUNDING = 1e-9;

  private static void requirePositive(double number) {
    if (!(number > 0) || Double.isInfinite(number)) {
      throw new IllegalArgumentException("times and ratios are positive, got " + number);
    }
  }

  /** Whether the whole interval lies above {@link #TOLERANCE}. */
  public boolean isSlower() {
    return low > TOLERANCE;
  }

  /** Whether the whole interval lies below 1. */
  public boolean isFaster() {
    return high < 1;
  }
}
