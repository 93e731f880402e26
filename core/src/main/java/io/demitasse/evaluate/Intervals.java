package io.demitasse.evaluate;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Confidence intervals of means and of other statistics. */
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
   * The mean with the interval that {@link #bootstrap} tells.
   *
   * @param values at least one value
   */
  public static Interval bootstrapMean(double[] values) {
    return bootstrap(Statistic.mean(values));
  }

  /**
   * A statistic with a percentile bootstrap interval: it is computed again from as many records as
   * there are, drawn with replacement (Bradley Efron, "Bootstrap Methods: Another Look at the
   * Jackknife", Annals of Statistics, 1979). The seed is fixed: the same records give the same
   * interval. Draws for which it is not a number count as the greatest.
   *
   * @param statistic of at least one record
   */
  public static Interval bootstrap(Statistic statistic) {
    return bootstrap(statistic.size(), statistic.value(), statistic::of);
  }

  /**
   * The quotient of two numbers of the same records, with the interval that {@link #bootstrap}
   * tells.
   *
   * @param records at least one
   * @param numerator of records at some places
   * @param denominator likewise
   */
  static Interval quotient(
      int records, ToDoubleFunction<int[]> numerator, ToDoubleFunction<int[]> denominator) {
    ToDoubleFunction<int[]> quotient =
        places -> numerator.applyAsDouble(places) / denominator.applyAsDouble(places);
    return bootstrap(
        records, quotient.applyAsDouble(IntStream.range(0, records).toArray()), quotient);
  }

  private static Interval bootstrap(int records, double value, ToDoubleFunction<int[]> statistic) {
    SplittableRandom random = new SplittableRandom(17);
    double[] drawn = new double[RESAMPLES];
    int[] places = new int[records];
    for (int r = 0; r < RESAMPLES; r++) {
      for (int i = 0; i < records; i++) {
        places[i] = random.nextInt(records);
      }
      drawn[r] = statistic.applyAsDouble(places);
    }
    Arrays.sort(drawn);
    return new Interval(drawn[(int) (RESAMPLES * .025)], value, drawn[(int) (RESAMPLES * .975)]);
  }

  /**
   * How much worse the candidate scores than the baseline, sample by sample: positive is worse.
   *
   * @throws IllegalArgumentException when the scores are not of the same samples
   */
  public static Interval degradation(double[] baseline, double[] candidate) {
    return degradation(Statistic.mean(baseline), Statistic.mean(candidate));
  }

  /**
   * How much worse the candidate scores than the baseline, both on the same records in every draw:
   * positive is worse.
   *
   * @throws IllegalArgumentException when the scores are not of the same samples
   */
  public static Interval degradation(Statistic baseline, Statistic candidate) {
    int records = baseline.size();
    if (records != candidate.size() || records == 0) {
      throw new IllegalArgumentException(
          "paired scores need the same samples, got " + records + " and " + candidate.size());
    }
    if (baseline instanceof Statistic.Mean(double[] before)
        && candidate instanceof Statistic.Mean(double[] after)) {
      return bootstrapMean(
          IntStream.range(0, records).mapToDouble(i -> before[i] - after[i]).toArray());
    }
    return bootstrap(
        records,
        baseline.value() - candidate.value(),
        places -> baseline.of(places) - candidate.of(places));
  }

  /**
   * The geometric mean of ratios with Student's interval on their logarithms, which holds for the
   * handful of ratios that paired timing yields.
   *
   * @param ratios at least two positive values
   */
  public static Interval geometricMean(double[] ratios) {
    Interval logs = mean(Arrays.stream(ratios).map(Math::log).toArray());
    return new Interval(Math.exp(logs.low()), Math.exp(logs.value()), Math.exp(logs.high()));
  }

  /**
   * The mean of a handful of values with Student's interval, which holds where they are spread as
   * errors usually are.
   *
   * @param values at least two
   */
  public static Interval mean(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    double standardError = Math.sqrt(squares / (values.length - 1) / values.length);
    double half = STUDENT[Math.min(values.length - 2, STUDENT.length - 1)] * standardError;
    return new Interval(mean - half, mean, mean + half);
  }
}
