package io.demitasse.media.metric;

/** How far two distributions over the same things are apart, in nats. */
public final class Divergence {
  private Divergence() {}

  /**
   * The information that is lost where one distribution is taken for another: the sum of {@code p
   * ln(p / q)}. 0 where they are equal, infinite where something happens that was held impossible.
   *
   * <p>After Kullback, Leibler, "On Information and Sufficiency", Annals of Mathematical
   * Statistics, 1951.
   *
   * @param right probabilities, which add up to 1
   * @param taken as many
   * @throws IllegalArgumentException when they are not as many
   */
  public static double kullbackLeibler(double[] right, double[] taken) {
    requireAsMany(right, taken);
    double sum = 0;
    for (int i = 0; i < right.length; i++) {
      sum += right[i] == 0 ? 0 : right[i] * Math.log(right[i] / taken[i]);
    }
    return Math.max(0, sum);
  }

  /**
   * The mean divergence of both from their mean, 0 to ln 2, the same either way.
   *
   * <p>After Lin, "Divergence Measures Based on the Shannon Entropy", IEEE Transactions on
   * Information Theory, 1991.
   *
   * @param one probabilities, which add up to 1
   * @param other as many
   * @throws IllegalArgumentException when they are not as many
   */
  public static double jensenShannon(double[] one, double[] other) {
    requireAsMany(one, other);
    double[] mean = new double[one.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (one[i] + other[i]) / 2;
    }
    return (kullbackLeibler(one, mean) + kullbackLeibler(other, mean)) / 2;
  }

  private static void requireAsMany(double[] one, double[] other) {
    if (one.length != other.length) {
      throw new IllegalArgumentException(
          "distributions over " + one.length + " and " + other.length + " things");
    }
  }
}
