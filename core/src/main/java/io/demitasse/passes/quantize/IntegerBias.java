package io.demitasse.passes.quantize;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Rounds a bias to 32-bit integers on the grid on which a kernel sums: scale of the activation
 * times scale of the weight, channel by channel. Yields the integers and those scales.
 *
 * @param bias floats, one a channel
 * @param activationScale scale of the activation
 * @param weightScales one a channel, or one for all
 */
record IntegerBias(Tensor bias, float activationScale, Tensor weightScales) implements Computation {
  /** Leaves room for the sum that the bias is added to. */
  private static final double LARGEST = 1 << 30;

  @Override
  public List<Result> results() {
    return List.of(
        Result.of(DataType.INT32, bias.sizes()), Result.of(DataType.FLOAT, weightScales.sizes()));
  }

  @Override
  public void compute(List<MemorySegment> destinations) {
    float[] numbers = bias.toFloats();
    float[] weights = weightScales.toFloats();
    for (int c = 0; c < weights.length; c++) {
      destinations.get(1).setAtIndex(Tensor.F32, c, scale(weights[c]));
    }
    for (int c = 0; c < numbers.length; c++) {
      double scale = scale(weights[weights.length == 1 ? 0 : c]);
      double rounded = Math.clamp(Math.rint(numbers[c] / scale), -LARGEST, LARGEST);
      destinations.get(0).setAtIndex(Tensor.I32, c, (int) rounded);
    }
  }

  private float scale(float weightScale) {
    return Math.max(activationScale * weightScale, Float.MIN_NORMAL);
  }

  /**
   * The least scale of the weight of each channel with which the integer of its bias is small
   * enough.
   */
  static float[] leastWeightScales(Tensor bias, float activationScale) {
    float[] least = bias.toFloats();
    for (int c = 0; c < least.length; c++) {
      least[c] = (float) (Math.abs(least[c]) / (activationScale * LARGEST));
    }
    return least;
  }
}
