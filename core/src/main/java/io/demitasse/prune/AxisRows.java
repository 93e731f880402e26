package io.demitasse.prune;

import io.demitasse.ir.Tensor;

/** A tensor of floats seen as one row for each index along an axis. */
public final class AxisRows {
  private AxisRows() {}

  /** For each index all numbers that stand at it, in the order of the tensor. */
  public static double[][] of(Tensor tensor, int axis) {
    float[] numbers = tensor.toFloats();
    int indices = (int) tensor.size(axis);
    int inner = inner(tensor, axis);
    double[][] rows = new double[indices][indices == 0 ? 0 : numbers.length / indices];
    for (int i = 0; i < numbers.length; i++) {
      rows[i / inner % indices][i / inner / indices * inner + i % inner] = numbers[i];
    }
    return rows;
  }

  /**
   * A tensor of such rows.
   *
   * @param like has the sizes
   */
  public static Tensor tensor(double[][] rows, Tensor like, int axis) {
    float[] numbers = new float[(int) like.elementCount()];
    int inner = inner(like, axis);
    for (int i = 0; i < numbers.length; i++) {
      int index = i / inner % rows.length;
      numbers[i] = (float) rows[index][i / inner / rows.length * inner + i % inner];
    }
    return Tensor.ofFloats(like.sizes(), numbers);
  }

  private static int inner(Tensor tensor, int axis) {
    long inner = 1;
    for (int behind = axis + 1; behind < tensor.rank(); behind++) {
      inner *= tensor.size(behind);
    }
    return (int) inner;
  }
}
