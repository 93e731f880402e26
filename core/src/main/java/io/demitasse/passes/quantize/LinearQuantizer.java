package io.demitasse.passes.quantize;

import io.demitasse.ir.DataType;

/**
 * The mathematics of 8-bit linear quantization: {@code x ≈ scale · (q − zero)}.
 *
 * @param least the least integer, -128 to 0
 * @param greatest the greatest integer, at least 1 and at most 127, or 255 when none is negative
 * @param symmetric whether the zero point is always 0
 */
record LinearQuantizer(int least, int greatest, boolean symmetric) {

  /**
   * Adding this float rounds to the nearest integer, ties to even, which is then in the low
   * mantissa bits.
   */
  private static final float ROUND = 0x1.8p23f;

  /** Scale and zero point of one channel. */
  record Grid(float scale, int zero) {}

  LinearQuantizer {
    if (least < -128 || least > 0 || greatest < 1 || greatest > (least < 0 ? 127 : 255)) {
      throw new IllegalArgumentException("no 8-bit integers from " + least + " to " + greatest);
    }
  }

  /**
   * For weights: symmetric over [-127, 127], or asymmetric over [-128, 127]; half of that in a
   * reduced range.
   */
  static LinearQuantizer forWeights(boolean symmetric, boolean reduceRange) {
    int bound = reduceRange ? 64 : 127;
    return new LinearQuantizer(symmetric || reduceRange ? -bound : -128, bound, symmetric);
  }

  /** For activations: all bytes without a sign. */
  static LinearQuantizer forActivations() {
    return new LinearQuantizer(0, 255, false);
  }

  /** The type that holds the integers. */
  DataType dataType() {
    return least < 0 ? DataType.INT8 : DataType.UINT8;
  }

  /**
   * The grid for values from {@code min} to {@code max}, both finite. Zero is always on it, and the
   * scale is never so small that its reciprocal overflows; values that are all zero get scale 1.
   */
  Grid grid(float min, float max) {
    double low = Math.min(min, 0);
    double high = Math.max(max, 0);
    if (low == high) {
      return new Grid(1, 0);
    }
    if (symmetric) {
      return new Grid(scale(Math.max(-low / -least, high / greatest)), 0);
    }
    float scale = scale((high - low) / (greatest - least));
    return new Grid(scale, clamp((int) Math.rint(least - low / scale)));
  }

  private static float scale(double exact) {
    return (float) Math.max(exact, Float.MIN_NORMAL);
  }

  private int clamp(int q) {
    return Math.max(least, Math.min(greatest, q));
  }

  /** Quantizes a run of values of one channel. */
  void quantize(float[] values, int count, Grid grid, byte[] quantized) {
    float inverse = 1 / grid.scale;
    int zero = grid.zero;
    for (int i = 0; i < count; i++) {
      quantized[i] = (byte) clamp(round(values[i] * inverse) + zero);
    }
  }

  /** Quantizes a row of values, each of another channel. */
  void quantizeEach(float[] values, float[] inverseScales, int[] zeros, byte[] quantized) {
    for (int i = 0; i < values.length; i++) {
      quantized[i] = (byte) clamp(round(values[i] * inverseScales[i]) + zeros[i]);
    }
  }

  /** The nearest integer to a number of magnitude under 2^22. */
  private static int round(float x) {
    return Float.floatToRawIntBits(x + ROUND) - Float.floatToRawIntBits(ROUND);
  }
}
