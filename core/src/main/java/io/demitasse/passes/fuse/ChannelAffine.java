package io.demitasse.passes.fuse;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import java.util.Arrays;

/**
 * y = x · factor + shift, one of each a channel, in double precision.
 *
 * @param factors one a channel
 * @param shifts as many
 */
record ChannelAffine(double[] factors, double[] shifts) {

  static ChannelAffine identity(int channels) {
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    return new ChannelAffine(ones, new double[channels]);
  }

  /** A batch normalization: factors γ / √(σ² + ε), shifts β − μ · factor. */
  static ChannelAffine ofNormalization(Node norm) {
    float[] scale = numbers(norm, 1);
    float[] bias = numbers(norm, 2);
    float[] mean = numbers(norm, 3);
    float[] variance = numbers(norm, 4);
    double epsilon = norm.realAttribute("epsilon", 1e-5f);
    double[] factors = new double[scale.length];
    double[] shifts = new double[scale.length];
    for (int c = 0; c < factors.length; c++) {
      factors[c] = scale[c] / Math.sqrt(variance[c] + epsilon);
      shifts[c] = bias[c] - mean[c] * factors[c];
    }
    return new ChannelAffine(factors, shifts);
  }

  private static float[] numbers(Node norm, int input) {
    return norm.constantInput(input).map(Tensor::toFloats).orElseThrow();
  }

  /** The same with a factor and a shift of its own for each channel behind it. */
  ChannelAffine then(ChannelAffine next) {
    double[] composed = new double[factors.length];
    double[] shifted = new double[factors.length];
    for (int c = 0; c < composed.length; c++) {
      composed[c] = factors[c] * next.factors[c];
      shifted[c] = shifts[c] * next.factors[c] + next.shifts[c];
    }
    return new ChannelAffine(composed, shifted);
  }

  /** Whether every factor and shift is a finite number that a float can hold. */
  boolean isFinite() {
    return Arrays.stream(factors).allMatch(ChannelAffine::fitsFloat)
        && Arrays.stream(shifts).allMatch(ChannelAffine::fitsFloat);
  }

  private static boolean fitsFloat(double number) {
    return Float.isFinite((float) number);
  }

  boolean hasFactors() {
    return Arrays.stream(factors).anyMatch(factor -> factor != 1);
  }

  boolean hasShifts() {
    return Arrays.stream(shifts).anyMatch(shift -> shift != 0);
  }

  /**
   * What becomes of a bias.
   *
   * @param old the bias, one a channel, or none
   * @param factor what it is multiplied by before
   */
  float[] bias(float[] old, double factor) {
    float[] folded = new float[factors.length];
    for (int c = 0; c < folded.length; c++) {
      double before = old.length == 0 ? 0 : old[c] * factor;
      folded[c] = (float) (before * factors[c] + shifts[c]);
    }
    return folded;
  }
}
