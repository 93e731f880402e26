package io.demitasse.media.image;

import java.util.List;

/**
 * What becomes of a sample: {@code (sample * scale - mean) / deviation}.
 *
 * @param scale usually 1/255
 * @param mean of each channel in the order in which the model takes them, or one for all
 * @param deviation of each channel likewise; positive
 */
public record Normalization(double scale, List<Double> mean, List<Double> deviation) {
  private static final int LEVELS = 256;

  /** Samples between 0 and 1. */
  public static final Normalization UNIT = new Normalization(1 / 255.0, List.of(0.0), List.of(1.0));

  /** Samples between -1 and 1. */
  public static final Normalization HALF = new Normalization(1 / 255.0, List.of(0.5), List.of(0.5));

  public Normalization {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (!Double.isFinite(scale) || scale <= 0) {
      throw new IllegalArgumentException("the scale must be positive, got " + scale);
    }
    if (mean.isEmpty() || !mean.stream().allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("the mean must be finite numbers, got " + mean);
    }
    if (deviation.isEmpty()
        || !deviation.stream().allMatch(value -> Double.isFinite(value) && value > 0)) {
      throw new IllegalArgumentException(
          "the standard deviation must be positive numbers, got " + deviation);
    }
  }

  /** Whether there is a mean and a deviation for each of some channels. */
  public boolean isFor(int channels) {
    return (mean.size() == 1 || mean.size() == channels)
        && (deviation.size() == 1 || deviation.size() == channels);
  }

  /** What each of the 256 samples of a channel becomes; the arithmetic is done once, in double. */
  public float[] table(int channel) {
    float[] table = new float[LEVELS];
    for (int sample = 0; sample < LEVELS; sample++) {
      table[sample] = (float) ((sample * scale - of(mean, channel)) / of(deviation, channel));
    }
    return table;
  }

  private static double of(List<Double> values, int channel) {
    return values.get(values.size() == 1 ? 0 : channel);
  }
}
