package io.demitasse.evaluate;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Confidence intervals of means. */
public final class Intervals {
  private static final int RESAMPLES = 2_000;

  /** Two-sided 95 % quantiles of Student's t for 1, 2, ... degrees of freedom. */
  private static final double[] STUDENT = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048,
        2.045, 2.042
  };

  private Intervals() {}

  /**
   * The mean with a percentile bootstrap interval over samples (Bradley Efron, "Bootstrap Methods:
   * Another Look at the Jackknife", Annals of Statistics, 1979). The seed is fixed: the same values
   * give the same interval.
   *
   * @param values at least one value
   */
  public static Interval bootstrapMean(double[] values) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    SplittableRandom random = new SplittableRandom(17);
    double[] means = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[r] = sum / values.length;
    }
    Arrays.sort(means);
    return new Interval(means[(int) (RESAMPLES * .025)], mean, means[(int) (RESAMPLES * .975)]);
  }

  /**
   * How much worse the candidate scores than the baseline, sample by sample: positive is worse.
   *
   * @throws IllegalArgumentException when the scores are not of the same samples
   */
  public static Interval degradation(double[] baseline, double[] candidate) {
    if (baseline.length != candidate.length || baseline.length == 0) {
      throw new IllegalArgumentException(
          "paired scores need the same samples, got "
              + baseline.length
              + " and "
              + candidate.length);
    }
    double[] differences = new double[baseline.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = baseline[i] - candidate[i];
    }
    return bootstrapMean(differences);
  }

  /**
   * The geometric mean of ratios with Student's interval on their logarithms, which holds for the
   * handful of ratios that paired timing yields.
   *
   * @param ratios at least two positive values
   */
  public static Interval geometricMean(double[] ratios) {
    double[] logs = Arrays.stream(ratios).map(Math::log).toArray();
    double mean = Arrays.stream(logs).average().orElseThrow();
    double squares = Arrays.stream(logs).map(log -> (log - mean) * (log - mean)).sum();
    double standardError = Math.sqrt(squares / (logs.length - 1) / logs.length);
    double half = STUDENT[Math.min(logs.length - 2, STUDENT.length - 1)] * standardError;
    return new Interval(Math.exp(mean - half), Math.exp(mean), Math.exp(mean + half));
  }
}
