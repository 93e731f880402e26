package io.demitasse.passes.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How many blocks of weights each layer loses when they go where they matter least. A layer has at
 * most half of what a uniform share would have left taken off in addition, so that none goes as a
 * whole.
 */
final class ZeroAllocation {

  /** How it is told which share of each layer goes. */
  public enum Kind {
    /** The same of each. */
    UNIFORM,
    /** Where weights are least, relative to those of their layer. */
    GLOBAL,
    /** Where the outputs of the model err least: {@link LayerSensitivity}. */
    SENSITIVITY
  }

  private final double ratio;
  private final List<double[]> layers = new ArrayList<>();

  ZeroAllocation(double ratio) {
    this.ratio = ratio;
  }

  /**
   * Adds a layer by what its blocks matter.
   *
   * @param layer what the layer matters against others
   * @param shares what its blocks matter, relative to the layer
   */
  void add(double layer, double... shares) {
    double[] sorted = Arrays.stream(shares).map(share -> layer * share).toArray();
    Arrays.sort(sorted);
    layers.add(sorted);
  }

  private long most(double... layer) {
    return (long) Math.floor((ratio + (1 - ratio) / 2) * layer.length);
  }

  /** For each layer the share of its blocks that goes. */
  double[] shares() {
    long wanted = Math.round(ratio * layers.stream().mapToLong(layer -> layer.length).sum());
    double limit = limit(wanted);
    long[] counts = counts(limit);
    long over = Arrays.stream(counts).sum() - wanted;
    double[] shares = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      double[] layer = layers.get(i);
      while (over > 0 && counts[i] > 0 && layer[(int) counts[i] - 1] >= limit) {
        counts[i]--;
        over--;
      }
      shares[i] = (double) counts[i] / layer.length;
    }
    return shares;
  }

  /**
   * The least score up to which enough blocks go; numbers above 0 are in the order of their bits.
   */
  private double limit(long wanted) {
    long low = 0;
    long high = Double.doubleToLongBits(Double.MAX_VALUE);
    while (low < high) {
      long middle = low + (high - low) / 2;
      boolean enough = Arrays.stream(counts(Double.longBitsToDouble(middle))).sum() >= wanted;
      low = enough ? low : middle + 1;
      high = enough ? middle : high;
    }
    return Double.longBitsToDouble(low);
  }

  private long[] counts(double limit) {
    return layers.stream().mapToLong(layer -> Math.min(most(layer), upTo(layer, limit))).toArray();
  }

  /** How many numbers of a sorted list are no more than a limit. */
  private static long upTo(double[] sorted, double limit) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] <= limit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
