package io.demitasse.passes.fuse;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import java.util.Arrays;

/**
 * A batch normalization as y = x · factor + shift, one of each a channel, in double precision.
 *
 * @param factors γ / √(σ² + ε)
 * @param shifts β − μ · factor
 */
record Normalization(double[] factors, double[] shifts) {

  static Normalization of(Node norm) {
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
    return new Normalization(factors, shifts);
  }

  private static float[] numbers(Node norm, int input) {
    return norm.constantInput(input).map(Tensor::toFloats).orElseThrow();
  }

  boolean isFinite() {
    return Arrays.stream(factors).allMatch(Double::isFinite)
        && Arrays.stream(shifts).allMatch(Double::isFinite);
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
