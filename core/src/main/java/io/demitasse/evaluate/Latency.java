package io.demitasse.evaluate;

import java.util.Arrays;

/**
 * What one run takes, in milliseconds. A latency without spread cannot be built.
 *
 * @param median the middle of all runs
 * @param low the tenth percentile
 * @param high the ninetieth percentile
 * @param runs how many runs were timed
 */
public record Latency(double median, double low, double high, int runs) {
  public Latency {
    if (runs < 2) {
      throw new IllegalArgumentException("a latency needs at least two runs, got " + runs);
    }
  }

  /** Summarizes times of single runs in milliseconds. */
  public static Latency of(double[] milliseconds) {
    double[] sorted = milliseconds.clone();
    Arrays.sort(sorted);
    return new Latency(
        quantile(sorted, .5), quantile(sorted, .1), quantile(sorted, .9), sorted.length);
  }

  static double quantile(double[] sorted, double q) {
    double position = q * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
