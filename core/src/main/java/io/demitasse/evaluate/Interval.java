package io.demitasse.evaluate;

/** An estimate with its 95 % confidence interval; {@code low <= value <= high} up to rounding. */
public record Interval(double low, double value, double high) {
  public Interval {
    if (low > high) {
      throw new IllegalArgumentException(
          "an interval needs low <= high, got " + low + " and " + high);
    }
  }
}
