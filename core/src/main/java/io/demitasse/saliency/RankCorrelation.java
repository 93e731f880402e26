package io.demitasse.saliency;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How far two lists order the same things alike, from -1 to 1: Spearman's coefficient (Charles
 * Spearman, "The Proof and Measurement of Association between Two Things", American Journal of
 * Psychology, 1904). Equal values share the mean of their ranks.
 */
final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * Of two lists of the same length.
   *
   * @return empty where one of them orders nothing, for all of its values are equal
   */
  static OptionalDouble of(List<Double> one, List<Double> other) {
    double[] ranks = ranks(one);
    double[] others = ranks(other);
    double mean = (one.size() - 1) / 2.0;
    double both = 0;
    double first = 0;
    double second = 0;
    for (int i = 0; i < ranks.length; i++) {
      both += (ranks[i] - mean) * (others[i] - mean);
      first += (ranks[i] - mean) * (ranks[i] - mean);
      second += (others[i] - mean) * (others[i] - mean);
    }
    return first == 0 || second == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(both / Math.sqrt(first * second));
  }

  private static double[] ranks(List<Double> values) {
    int[] order =
        IntStream.range(0, values.size())
            .boxed()
            .sorted(Comparator.comparing(values::get))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[order.length];
    for (int from = 0, to; from < order.length; from = to) {
      to = from + 1;
      while (to < order.length && values.get(order[to]).equals(values.get(order[from]))) {
        to++;
      }
      double rank = (from + to - 1) / 2.0;
      Arrays.stream(order, from, to).forEach(place -> ranks[place] = rank);
    }
    return ranks;
  }
}
