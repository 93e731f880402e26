package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Equation;
import io.demitasse.port.LinearAlgebra.Matrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Lets the weights of channels that stay take over for those that go, so that the squares of what
 * the layer then errs are least on the data.
 */
final class TakeOver {
  private final Gram gram;
  private final double[] damped;
  private final LinearAlgebra.Session algebra;
  private final String name;

  /**
   * @param gram of what the layer reads
   * @param damping added to its diagonal, relative to the mean of that
   * @param name of what the layer reads
   */
  TakeOver(Gram gram, double damping, LinearAlgebra.Session algebra, String name) {
    this.gram = gram;
    this.damped = gram.damped(damping);
    this.algebra = algebra;
    this.name = name;
  }

  /**
   * Changes the weights of what stays.
   *
   * @param weights for each channel those that it is multiplied by
   * @param removed the channels that go
   */
  void apply(double[][] weights, int... removed) {
    int[] kept = others(gram.channels(), removed);
    Tensor known =
        algebra.multiply(
            matrix("products of '" + name + "'", part(kept, removed), kept.length, removed.length),
            false,
            matrix(
                "weights of '" + name + "'",
                rows(weights, removed),
                removed.length,
                weights[0].length),
            false);
    Matrix lower =
        new Matrix(
            "the triangle of '" + name + "'",
            algebra.cholesky(
                matrix(
                    "the Gram matrix of '" + name + "'",
                    part(kept, kept),
                    kept.length,
                    kept.length)));
    Tensor half = algebra.solve(Equation.LEFT, lower, new Matrix("products", known));
    double[] added =
        algebra.solve(Equation.LEFT_TRANSPOSED, lower, new Matrix("products", half)).toDoubles();
    int columns = weights[0].length;
    for (int i = 0; i < kept.length; i++) {
      for (int m = 0; m < columns; m++) {
        weights[kept[i]][m] += added[i * columns + m];
      }
    }
  }

  /** All indices below a number that are none of these. */
  private static int[] others(int count, int... some) {
    boolean[] removed = new boolean[count];
    Arrays.stream(some).forEach(index -> removed[index] = true);
    return IntStream.range(0, count).filter(index -> !removed[index]).toArray();
  }

  private static Matrix matrix(String name, double[] numbers, int rows, int columns) {
    return new Matrix(name, Tensor.ofNumbers(DataType.DOUBLE, new long[] {rows, columns}, numbers));
  }

  private double[] part(int[] rows, int[] columns) {
    double[] part = new double[rows.length * columns.length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < columns.length; k++) {
        part[i * columns.length + k] = damped[rows[i] * gram.channels() + columns[k]];
      }
    }
    return part;
  }

  private static double[] rows(double[][] matrix, int... rows) {
    int columns = matrix[0].length;
    double[] numbers = new double[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(matrix[rows[i]], 0, numbers, i * columns, columns);
    }
    return numbers;
  }
}
