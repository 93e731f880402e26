package io.demitasse.passes.quantize;

import io.demitasse.calibrate.SampledRuns;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import java.util.Arrays;
import java.util.List;

/**
 * How far a product of quantized numbers is off: the mean square of the error over that of the
 * product, on activations that were seen.
 *
 * <p>As {@code quantize-dynamic} writes it: activations have one grid of unsigned bytes for each
 * run, from the least to the greatest number of the run, weights a symmetric one for each output
 * channel.
 */
final class QuantizationError {
  private final List<float[]> runs;
  private final List<float[]> expected;
  private final SampledWeight weight;
  private final LinearQuantizer forWeights;
  private final LinearQuantizer forActivations = LinearQuantizer.forActivations();

  /**
   * @param weight has as many inputs as the activations have channels
   */
  QuantizationError(SampledRuns activations, SampledWeight weight, LinearQuantizer forWeights) {
    this.weight = weight;
    this.forWeights = forWeights;
    this.runs = activations.runs();
    this.expected = runs.stream().map(run -> product(run, weight.numbers())).toList();
  }

  /**
   * The error where activations are multiplied by factors, and weights divided by them.
   *
   * @param factors one for each input channel, positive
   */
  double of(double[] factors) {
    float[] quantizedWeight = weight(factors);
    double error = 0;
    double power = 0;
    for (int run = 0; run < runs.size(); run++) {
      float[] wanted = expected.get(run);
      float[] found = product(activation(runs.get(run), factors), quantizedWeight);
      for (int i = 0; i < wanted.length; i++) {
        double difference = (double) found[i] - wanted[i];
        error += difference * difference;
        power += (double) wanted[i] * wanted[i];
      }
    }
    return power == 0 ? 0 : error / power;
  }

  /** The activation as its integers stand for it. */
  private float[] activation(float[] run, double[] factors) {
    float[] scaled = new float[run.length];
    float least = 0;
    float greatest = 0;
    for (int i = 0; i < run.length; i++) {
      scaled[i] = (float) (run[i] * factors[i % factors.length]);
      least = Math.min(least, scaled[i]);
      greatest = Math.max(greatest, scaled[i]);
    }
    Grid grid = forActivations.grid(least, greatest);
    byte[] integers = new byte[run.length];
    forActivations.quantize(scaled, run.length, grid, integers);
    for (int i = 0; i < run.length; i++) {
      scaled[i] = grid.scale() * ((integers[i] & 0xff) - grid.zero());
    }
    return scaled;
  }

  /** The weight as its integers stand for it. */
  private float[] weight(double[] factors) {
    int outputs = weight.outputs();
    float[] scaled = new float[weight.numbers().length];
    float[] least = new float[outputs];
    float[] greatest = new float[outputs];
    for (int i = 0; i < scaled.length; i++) {
      int output = i % outputs;
      scaled[i] = (float) (weight.numbers()[i] / factors[i / outputs]);
      least[output] = Math.min(least[output], scaled[i]);
      greatest[output] = Math.max(greatest[output], scaled[i]);
    }
    float[] scales = new float[outputs];
    float[] inverses = new float[outputs];
    for (int output = 0; output < outputs; output++) {
      scales[output] = forWeights.grid(least[output], greatest[output]).scale();
      inverses[output] = 1 / scales[output];
    }
    float[] row = new float[outputs];
    int[] zeros = new int[outputs];
    byte[] integers = new byte[outputs];
    for (int from = 0; from < scaled.length; from += outputs) {
      System.arraycopy(scaled, from, row, 0, outputs);
      forWeights.quantizeEach(row, inverses, zeros, integers);
      for (int output = 0; output < outputs; output++) {
        scaled[from + output] = scales[output] * integers[output];
      }
    }
    return scaled;
  }

  private float[] product(float[] rows, float[] columns) {
    int inputs = weight.inputs();
    int outputs = weight.outputs();
    float[] product = new float[rows.length / inputs * outputs];
    float[] sums = new float[outputs];
    for (int row = 0; row < rows.length / inputs; row++) {
      Arrays.fill(sums, 0);
      for (int input = 0; input < inputs; input++) {
        float factor = rows[row * inputs + input];
        int from = input * outputs;
        for (int output = 0; output < outputs; output++) {
          sums[output] += factor * columns[from + output];
        }
      }
      System.arraycopy(sums, 0, product, row * outputs, outputs);
    }
    return product;
  }
}
