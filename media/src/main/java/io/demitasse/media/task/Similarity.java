package io.demitasse.media.task;

import io.demitasse.evaluate.ElementPairs;
import io.demitasse.ir.Tensor;

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
    return Sums.of(a, b).cosine();
  }

  /** The same of two tensors, of any size. */
  static double cosine(Tensor a, Tensor b) {
    return Sums.of(a, b).cosine();
  }

  /**
   * Signal to quantization noise, {@code 10 log10(sum reference^2 / sum (value - reference)^2)} in
   * dB, from 0 (noise as loud as the signal, or not comparable) to {@link #MOST_DECIBELS}.
   */
  static double decibels(float[] values, float[] reference) {
    return Sums.of(values, reference).decibels();
  }

  /** The same of two tensors, of any size. */
  static double decibels(Tensor values, Tensor reference) {
    return Sums.of(values, reference).decibels();
  }

  /** Sums over two vectors, in double. */
  private static final class Sums {
    boolean comparable;
    double product;
    double first;
    double second;
    double noise;

    static Sums of(float[] a, float[] b) {
      return of(
          Tensor.ofFloats(new long[] {a.length}, a), Tensor.ofFloats(new long[] {b.length}, b));
    }

    static Sums of(Tensor a, Tensor b) {
      Sums sums = new Sums();
      sums.comparable = a.elementCount() == b.elementCount() && ElementPairs.read(a, b, sums::add);
      return sums;
    }

    /** Whether the two are comparable. */
    private boolean add(float a, float b) {
      if (!Float.isFinite(a) || !Float.isFinite(b)) {
        return Float.compare(a, b) == 0;
      }
      product += (double) a * b;
      first += (double) a * a;
      second += (double) b * b;
      noise += ((double) a - b) * ((double) a - b);
      return true;
    }

    double cosine() {
      if (!comparable) {
        return 0;
      }
      if (noise == 0) {
        return 1;
      }
      double norms = Math.sqrt(first) * Math.sqrt(second);
      return norms == 0 ? 0 : Math.clamp(product / norms, -1, 1);
    }

    double decibels() {
      if (!comparable) {
        return 0;
      }
      return noise == 0
          ? MOST_DECIBELS
          : Math.clamp(10 * Math.log10(second / noise), 0, MOST_DECIBELS);
    }
  }
}
