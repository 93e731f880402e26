package io.demitasse.evaluate;

import java.util.Arrays;
import java.util.List;

/**
 * What one run takes, in milliseconds. A latency without spread cannot be built.
 *
 * @param time the geometric mean, over fresh sessions, of the lower quartile of their runs:
 *     whatever else the machine does can only add to a time, so the lower end is what the model
 *     takes. The ratio of a {@link TimingComparison} is one such time over the other
 * @param low the tenth percentile of all runs
 * @param high the ninetieth percentile of all runs
 * @param runs how many runs were timed
 */
public record Latency(Interval time, double low, double high, int runs) {
  public Latency {
    if (runs < 2) {
      throw new IllegalArgumentException("a latency needs at least two runs, got " + runs);
    }
  }

  /**
   * Summarizes times of single runs in milliseconds.
   *
   * @param sessions the runs of each of at least two sessions
   */
  static Latency of(List<double[]> sessions) {
    double[] all = sessions.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    double[] quartiles = sessions.stream().mapToDouble(Latency::lowerQuartile).toArray();
    return new Latency(
        Intervals.geometricMean(quartiles), quantile(all, .1), quantile(all, .9), all.length);
  }

  /** The lower quartile of some times. */
  static double lowerQuartile(double[] milliseconds) {
    double[] sorted = milliseconds.clone();
    Arrays.sort(sorted);
    return quantile(sorted, .25);
  }

  private static double quantile(double[] sorted, double q) {
    double position = q * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
