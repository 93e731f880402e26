package io.demitasse.passes.quantize;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * By how much each channel of an activation is divided before products read it, whose weights are
 * multiplied by the same.
 *
 * @param form how the scales are reckoned
 * @param strength from 0 to 1: how much of what is hard to round moves into the weights
 */
record SmoothingScales(Form form, double strength) {

  /** How scales are reckoned. */
  enum Form {
    /**
     * The largest activation of each channel to the power of the strength, over its largest weight
     * to the power of what is left of 1.
     */
    BALANCED(0),
    /**
     * 1, and for channels with larger activations than the median channel has, how many times as
     * large they are, to the power of the strength.
     */
    LOWERED(1);

    private final int code;

    Form(int code) {
      this.code = code;
    }

    /** What stands for it among numbers. */
    int code() {
      return code;
    }

    private static Form of(int code) {
      return code == LOWERED.code ? LOWERED : BALANCED;
    }
  }

  /** Channels that are nothing beside the largest are taken to be as large as this part of it. */
  private static final double LEAST = 1e-4;

  /** Channels that are larger than the median channel become as large as that one. */
  static final SmoothingScales LOWERED = new SmoothingScales(Form.LOWERED, 1);

  /** What a search tries, from no change at all to the most. */
  static final List<SmoothingScales> LADDER =
      List.of(
          new SmoothingScales(Form.BALANCED, .35),
          new SmoothingScales(Form.BALANCED, .5),
          new SmoothingScales(Form.BALANCED, .65),
          new SmoothingScales(Form.BALANCED, .8),
          new SmoothingScales(Form.LOWERED, .5),
          new SmoothingScales(Form.LOWERED, .75),
          LOWERED);

  /**
   * The one that was written as numbers.
   *
   * @param code of its form
   */
  static SmoothingScales of(int code, double strength) {
    return new SmoothingScales(Form.of(code), strength);
  }

  /**
   * The scales, each positive and finite.
   *
   * @param activations the largest magnitude of each channel
   * @param weights the largest magnitude of what each channel is multiplied by; as many
   */
  double[] of(double[] activations, double[] weights) {
    double[] large = atLeast(activations);
    if (large.length == 0) {
      return ones(activations.length);
    }
    return form == Form.LOWERED ? lowered(large) : balanced(large, atLeast(weights));
  }

  private double[] balanced(double[] activations, double[] weights) {
    if (weights.length == 0) {
      return ones(activations.length);
    }
    double[] logarithms = new double[activations.length];
    double sum = 0;
    for (int c = 0; c < logarithms.length; c++) {
      logarithms[c] = strength * Math.log(activations[c]) - (1 - strength) * Math.log(weights[c]);
      sum += logarithms[c];
    }
    // Only the relation between channels counts; around 1 nothing comes near to what floats hold.
    double mean = sum / logarithms.length;
    return Arrays.stream(logarithms).map(logarithm -> Math.exp(logarithm - mean)).toArray();
  }

  private double[] lowered(double[] activations) {
    double[] sorted = activations.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    return Arrays.stream(activations)
        .map(largest -> Math.pow(Math.max(1, largest / median), strength))
        .toArray();
  }

  /** The same, none of them next to nothing; none at all when all are zero. */
  private static double[] atLeast(double[] maxima) {
    double largest = Arrays.stream(maxima).max().orElse(0);
    double least = Math.max(LEAST * largest, Float.MIN_NORMAL);
    return largest < Float.MIN_NORMAL
        ? new double[0]
        : Arrays.stream(maxima).map(maximum -> Math.max(maximum, least)).toArray();
  }

  private static double[] ones(int channels) {
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s at %.2f", form.name().toLowerCase(Locale.ROOT), strength);
  }
}
