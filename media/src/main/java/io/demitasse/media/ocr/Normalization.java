package io.demitasse.media.ocr;

import java.util.List;

/**
 * How 8-bit levels become numbers: {@code (level / 255 - mean) / deviation}, one of each for blue,
 * green and red.
 */
public record Normalization(List<Double> mean, List<Double> deviation) {
  private static final int LEVELS = 256;

  /** From -1 to 1, as PP-OCR's models are given their pictures. */
  public static final Normalization HALF =
      new Normalization(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  public Normalization {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != 3 || deviation.size() != 3) {
      throw new IllegalArgumentException(
          "a normalization has three means and deviations, got " + mean + " and " + deviation);
    }
    if (deviation.stream().anyMatch(value -> !(value > 0))) {
      throw new IllegalArgumentException("deviations must be above 0, got " + deviation);
    }
  }

  /** The number that each level of a channel becomes; 0 is blue, 2 is red. */
  float[] table(int channel) {
    float[] table = new float[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      table[level] = (float) ((level / 255.0 - mean.get(channel)) / deviation.get(channel));
    }
    return table;
  }
}
