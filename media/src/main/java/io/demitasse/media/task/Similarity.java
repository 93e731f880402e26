package io.demitasse.media.task;

/** How alike two vectors are. Positions where both hold the same non-finite value are left out. */
final class Similarity {
  /** The signal-to-noise ratio of equal vectors, in dB. */
  static final double MOST_DECIBELS = 100;

  private Similarity() {}

  /**
   * The cosine of the angle between two vectors; 1 for two zero vectors, 0 where only one is zero,
   * where lengths differ or a value is not finite in one alone.
   */
  static double cosine(float[] a, float[] b) {
    Sums sums = Sums.of(a, b);
    if (!sums.comparable) {
      return 0;
    }
    if (sums.noise == 0) {
      return 1;
    }
    double norms = Math.sqrt(sums.first) * Math.sqrt(sums.second);
    return norms == 0 ? 0 : Math.clamp(sums.product / norms, -1, 1);
  }

  /**
   * Signal to quantization noise, {@code 10 log10(sum reference^2 / sum (value - reference)^2)} in
   * dB, from 0 (noise as loud as the signal, or not comparable) to {@link #MOST_DECIBELS}.
   */
  static double decibels(float[] values, float[] reference) {
    Sums sums = Sums.of(values, reference);
    if (!sums.comparable) {
      return 0;
    }
    if (sums.noise == 0) {
      return MOST_DECIBELS;
    }
    return Math.clamp(10 * Math.log10(sums.second / sums.noise), 0, MOST_DECIBELS);
  }

  /** Sums over two vectors, in double. */
  private static final class Sums {
    boolean comparable;
    double product;
    double first;
    double second;
    double noise;

    static Sums of(float[] a, float[] b) {
      Sums sums = new Sums();
      sums.comparable = a.length == b.length;
      for (int i = 0; i < a.length && sums.comparable; i++) {
        sums.add(a[i], b[i]);
      }
      return sums;
    }

    private void add(float a, float b) {
      if (!Float.isFinite(a) || !Float.isFinite(b)) {
        comparable = Float.compare(a, b) == 0;
        return;
      }
      product += (double) a * b;
      first += (double) a * a;
      second += (double) b * b;
      noise += ((double) a - b) * ((double) a - b);
    }
  }
}
