package io.demitasse.affine;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * y = x · factor + shift, one of each a channel, in double precision.
 *
 * @param factors one a channel
 * @param shifts as many
 */
public record ChannelAffine(double[] factors, double[] shifts) {

  public static ChannelAffine identity(int channels) {
    double[] ones = new double[channels];
    Arrays.fill(ones, 1);
    return new ChannelAffine(ones, new double[channels]);
  }

  /** A batch normalization: factors γ / √(σ² + ε), shifts β − μ · factor. */
  public static ChannelAffine ofNormalization(Node norm) {
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

  /** Why a batch normalization is no factor and shift for each channel; empty when it is. */
  public static Optional<String> unfit(Node norm) {
    if (norm.presentOutputs().size() > 1 || norm.intAttribute("training_mode", 0) != 0) {
      return Optional.of("it is for training");
    }
    if (norm.intAttribute("spatial", 1) == 0) {
      return Optional.of("it has statistics for each place");
    }
    long channels =
        IntStream.rangeClosed(1, 4)
            .mapToObj(norm::constantInput)
            .flatMap(Optional::stream)
            .map(Tensor::elementCount)
            .distinct()
            .count();
    if (channels > 1) {
      return Optional.of("its inputs have different sizes");
    }
    return IntStream.rangeClosed(1, 4)
        .mapToObj(norm::requiredInput)
        .filter(LinearNode::isVariable)
        .findFirst()
        .map(value -> "'" + value.name() + "' is not a constant float tensor");
  }

  private static float[] numbers(Node norm, int input) {
    return norm.constantInput(input).map(Tensor::toFloats).orElseThrow();
  }

  /** The same with a factor and a shift of its own for each channel behind it. */
  public ChannelAffine then(ChannelAffine next) {
    double[] composed = new double[factors.length];
    double[] shifted = new double[factors.length];
    for (int c = 0; c < composed.length; c++) {
      composed[c] = factors[c] * next.factors[c];
      shifted[c] = shifts[c] * next.factors[c] + next.shifts[c];
    }
    return new ChannelAffine(composed, shifted);
  }

  /** Whether every factor and shift is a finite number that a float can hold. */
  public boolean isFinite() {
    return Arrays.stream(factors).allMatch(ChannelAffine::fitsFloat)
        && Arrays.stream(shifts).allMatch(ChannelAffine::fitsFloat);
  }

  private static boolean fitsFloat(double number) {
    return Float.isFinite((float) number);
  }

  public boolean hasFactors() {
    return Arrays.stream(factors).anyMatch(factor -> factor != 1);
  }

  public boolean hasShifts() {
    return Arrays.stream(shifts).anyMatch(shift -> shift != 0);
  }

  /**
   * What becomes of a bias.
   *
   * @param old the bias, one a channel, or none
   * @param factor what it is multiplied by before
   */
  public float[] bias(float[] old, double factor) {
    float[] folded = new float[factors.length];
    for (int c = 0; c < folded.length; c++) {
      double before = old.length == 0 ? 0 : old[c] * factor;
      folded[c] = (float) (before * factors[c] + shifts[c]);
    }
    return folded;
  }
}
