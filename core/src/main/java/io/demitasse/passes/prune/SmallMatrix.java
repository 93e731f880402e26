package io.demitasse.passes.prune;

/** Matrices of so few rows that nobody is asked to start a library for them. */
final class SmallMatrix {
  private SmallMatrix() {}

  /** The rows and columns of a symmetric matrix that some indices have. */
  static double[][] part(double[][] matrix, int... indices) {
    double[][] part = new double[indices.length][indices.length];
    for (int i = 0; i < indices.length; i++) {
      for (int k = 0; k < indices.length; k++) {
        part[i][k] = matrix[indices[i]][indices[k]];
      }
    }
    return part;
  }

  /** The inverse of a symmetric matrix that is positive definite, which is changed. */
  static double[][] inverse(double[][] matrix) {
    int n = matrix.length;
    if (n == 1) {
      return new double[][] {{1 / matrix[0][0]}};
    }
    double[][] inverse = new double[n][n];
    for (int i = 0; i < n; i++) {
      inverse[i][i] = 1;
    }
    for (int pivot = 0; pivot < n; pivot++) {
      double divisor = matrix[pivot][pivot];
      scale(matrix[pivot], 1 / divisor);
      scale(inverse[pivot], 1 / divisor);
      for (int row = 0; row < n; row++) {
        double factor = matrix[row][pivot];
        if (row != pivot && factor != 0) {
          subtract(matrix[row], factor, matrix[pivot]);
          subtract(inverse[row], factor, inverse[pivot]);
        }
      }
    }
    return inverse;
  }

  private static void scale(double[] row, double factor) {
    for (int i = 0; i < row.length; i++) {
      row[i] *= factor;
    }
  }

  /** Takes a multiple of a row from another. */
  static void subtract(double[] from, double factor, double[] row) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= factor * row[i];
    }
  }

  static double[][] product(double[][] left, double[][] right) {
    double[][] product = new double[left.length][right[0].length];
    for (int i = 0; i < left.length; i++) {
      for (int k = 0; k < right.length; k++) {
        subtract(product[i], -left[i][k], right[k]);
      }
    }
    return product;
  }
}
