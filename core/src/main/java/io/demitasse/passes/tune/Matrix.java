package io.demitasse.passes.tune;

import io.demitasse.ir.Tensor;

/**
 * A tensor of floats seen as a matrix: its first axis, and all others as one.
 *
 * @param transposed whether the matrix is that the other way round
 */
record Matrix(Tensor tensor, boolean transposed) {

  int rows() {
    return transposed ? behind() : (int) tensor.size(0);
  }

  int columns() {
    return transposed ? (int) tensor.size(0) : behind();
  }

  private int behind() {
    return (int) (tensor.size(0) == 0 ? 0 : tensor.elementCount() / tensor.size(0));
  }

  Matrix transpose() {
    return new Matrix(tensor, !transposed);
  }

  /** The largest number, without its sign; NaN where there is one. */
  double largest() {
    double largest = 0;
    for (float number : tensor.toFloats()) {
      largest = Math.max(largest, Math.abs(number));
    }
    return largest;
  }

  /** All numbers, row by row. */
  float[] numbers() {
    float[] stored = tensor.toFloats();
    if (!transposed) {
      return stored;
    }
    int rows = rows();
    int columns = columns();
    float[] numbers = new float[stored.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        numbers[row * columns + column] = stored[column * rows + row];
      }
    }
    return numbers;
  }
}
