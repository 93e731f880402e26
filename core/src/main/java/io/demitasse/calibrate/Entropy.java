package io.demitasse.calibrate;

import java.util.Arrays;

/**
 * The range on whose 256 steps the distribution of what a value was is told best, by the
 * Kullback-Leibler divergence: S. Migacz, "8-bit Inference with TensorRT", GPU Technology
 * Conference, 2017.
 *
 * <p>For each of some thresholds {@code T}, the counts P of the bins within {@code [-T, T]} (and
 * within what was seen), those beyond added to the outermost bins, are set against Q: the counts
 * within alone, summed over each of 256 steps and spread over the bins of the step that are not
 * empty. Of all thresholds that with the least {@code Σ P log(P / Q)} is taken.
 */
public record Entropy() implements HistogramReducer {
  private static final int LEVELS = 256;

  /** How many thresholds are tried. */
  private static final int THRESHOLDS = 128;

  @Override
  public String name() {
    return "entropy";
  }

  @Override
  public Range range(Histogram histogram) {
    long[] counts = histogram.counts();
    double reach = Math.max(-(double) histogram.min(), histogram.max());
    double least = Double.POSITIVE_INFINITY;
    double best = reach;
    for (int i = THRESHOLDS; i > 0; i--) {
      double threshold = reach * i / THRESHOLDS;
      int from = Math.clamp(bin(histogram, -threshold), 0, counts.length);
      int to = Math.clamp(bin(histogram, threshold) + 1L, 0, counts.length);
      if (to - from < LEVELS) {
        break;
      }
      double divergence = divergence(counts, from, to);
      if (divergence < least) {
        least = divergence;
        best = threshold;
      }
    }
    return new Range(
        (float) Math.max(-best, histogram.min()), (float) Math.min(best, histogram.max()));
  }

  private static long bin(Histogram histogram, double number) {
    return (long) Math.floor((number - histogram.start()) / histogram.width());
  }

  /**
   * The divergence of the bins {@code from} to {@code to}, with all beyond added to the outermost,
   * from what 256 steps tell of them.
   */
  static double divergence(long[] counts, int from, int to) {
    double[] expected = new double[to - from];
    for (int i = 0; i < counts.length; i++) {
      expected[Math.clamp(i - from, 0, expected.length - 1)] += counts[i];
    }
    double[] told = told(counts, from, expected);
    double all = Arrays.stream(expected).sum();
    double within = Arrays.stream(told).sum();
    double divergence = 0;
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] > 0) {
        divergence += expected[i] / all * Math.log(expected[i] * within / (told[i] * all));
      }
    }
    return divergence;
  }

  /**
   * The sum of each step, spread over those of its bins that are expected to hold something; half a
   * number where that leaves nothing, which happens to the outermost.
   */
  private static double[] told(long[] counts, int from, double[] expected) {
    double[] sums = new double[LEVELS];
    int[] filled = new int[LEVELS];
    for (int i = 0; i < expected.length; i++) {
      int level = (int) ((long) i * LEVELS / expected.length);
      sums[level] += counts[from + i];
      filled[level] += expected[i] > 0 ? 1 : 0;
    }
    double[] told = new double[expected.length];
    for (int i = 0; i < told.length; i++) {
      int level = (int) ((long) i * LEVELS / told.length);
      told[i] = expected[i] > 0 ? Math.max(.5, sums[level]) / filled[level] : 0;
    }
    return told;
  }
}
