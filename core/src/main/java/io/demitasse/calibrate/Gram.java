package io.demitasse.calibrate;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.Arrays;

/**
 * The products of all pairs of channels, summed over everything that was seen: Xᵀ·X, where each row
 * of X is what all channels were at one place.
 *
 * @param channels how many there are, n
 * @param sums n · n numbers, row by row, symmetric
 * @param rows how many places were seen
 */
public record Gram(int channels, double[] sums, long rows) {
  /** What is added to a diagonal of zeros. */
  private static final double LEAST = 1e-12;

  /** The sum of products of two channels. */
  public double of(int channel, int other) {
    return sums[channel * channels + other];
  }

  /**
   * The products of channels that are at several places each, which were laid side by side here:
   * summed up over places, as if each place were one more sample.
   *
   * @param places for each channel its indices here, place by place; as many for all
   */
  public Gram pooled(int[][] places) {
    int pooled = places.length;
    double[] products = new double[pooled * pooled];
    for (int i = 0; i < pooled; i++) {
      for (int k = 0; k < pooled; k++) {
        for (int place = 0; place < places[i].length; place++) {
          products[i * pooled + k] += of(places[i][place], places[k][place]);
        }
      }
    }
    return new Gram(pooled, products, rows * places[0].length);
  }

  /**
   * All sums, with something added to the diagonal, so that what no sample told apart is taken for
   * nothing and the matrix has an inverse.
   *
   * @param share of the diagonal's mean
   */
  public double[] damped(double share) {
    double[] damped = sums.clone();
    double trace = 0;
    for (int i = 0; i < channels; i++) {
      trace += of(i, i);
    }
    double added = Math.max(share * trace / channels, LEAST);
    for (int i = 0; i < channels; i++) {
      damped[i * channels + i] += added;
    }
    return damped;
  }

  /** The same as a matrix of doubles, {@code [channels, channels]}. */
  public Tensor dampedMatrix(double share) {
    return Tensor.ofNumbers(DataType.DOUBLE, new long[] {channels, channels}, damped(share));
  }

  /**
   * Makes sure that an option says how much is to be added.
   *
   * @throws IllegalArgumentException when it is not above 0 and at most 1
   */
  public static void requireDamping(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("damping must be above 0 and at most 1, got " + share);
    }
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Gram other
        && channels == other.channels
        && rows == other.rows
        && Arrays.equals(sums, other.sums);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(sums) + Long.hashCode(rows);
  }
}
