package io.demitasse.passes.quantize;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.Op;

/**
 * The weight of a product, of which some output channels stand for all.
 *
 * @param inputs how many input channels there are
 * @param outputs how many output channels are kept
 * @param numbers those kept, as [inputs, outputs]
 * @param maxima of each input channel the largest magnitude over all output channels
 */
record SampledWeight(int inputs, int outputs, float[] numbers, double[] maxima) {
  /** Enough for an error that is a mean over output channels. */
  private static final int MOST_OUTPUTS = 256;

  /** How many input channels a product has. */
  static int inputs(Node product) {
    return Math.toIntExact(product.constantInput(1).orElseThrow().size(inputAxis(product)));
  }

  private static int inputAxis(Node product) {
    return Op.GEMM.is(product) && product.intAttribute("transB", 0) != 0 ? 1 : 0;
  }

  /**
   * Reads the weight of a product once.
   *
   * @param product whose weight is a constant matrix of floats
   */
  static SampledWeight of(Node product) {
    return of(product.constantInput(1).orElseThrow(), inputAxis(product));
  }

  private static SampledWeight of(Tensor matrix, int inputAxis) {
    int rows = Math.toIntExact(matrix.size(0));
    int columns = Math.toIntExact(matrix.size(1));
    int inputs = inputAxis == 0 ? rows : columns;
    int all = inputAxis == 0 ? columns : rows;
    int outputs = Math.min(all, MOST_OUTPUTS);
    float[] kept = new float[Math.multiplyExact(inputs, outputs)];
    double[] maxima = new double[inputs];
    for (int row = 0; row < rows; row++) {
      float[] numbers = matrix.toFloats((long) row * columns, columns);
      for (int column = 0; column < columns; column++) {
        int input = inputAxis == 0 ? row : column;
        maxima[input] = Math.max(maxima[input], Math.abs(numbers[column]));
      }
      for (int output = 0; output < outputs; output++) {
        int at = (int) ((long) output * all / outputs);
        if (inputAxis == 0) {
          kept[row * outputs + output] = numbers[at];
        } else if (at == row) {
          for (int input = 0; input < inputs; input++) {
            kept[input * outputs + output] = numbers[input];
          }
        }
      }
    }
    return new SampledWeight(inputs, outputs, kept, maxima);
  }
}
