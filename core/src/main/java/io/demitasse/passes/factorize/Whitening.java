package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Equation;
import io.demitasse.port.LinearAlgebra.Matrix;
import io.demitasse.port.LinearAlgebra.Svd;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Measures errors of weights by what they do to outputs on the data: with L the Cholesky factor of
 * Xᵀ·X, the error of W is that of {@code Lᵀ · W}.
 *
 * @param lower L; null where all inputs count the same
 * @param root of how often a bias was added for what L was made of; 1 where there is none
 */
record Whitening(@Nullable Matrix lower, double root, LinearAlgebra.Session algebra) {

  /**
   * That of what a layer reads.
   *
   * @param gram of it; null where the weight alone counts
   * @param read what messages call it
   */
  static Whitening of(
      @Nullable Gram gram, String read, double damping, LinearAlgebra.Session algebra) {
    if (gram == null) {
      return new Whitening(null, 1, algebra);
    }
    Matrix products = new Matrix("the Gram matrix of '" + read + "'", gram.dampedMatrix(damping));
    Matrix lower = new Matrix("its triangle", algebra.cholesky(products));
    return new Whitening(lower, Math.sqrt((double) gram.rows()), algebra);
  }

  /**
   * What there is to say of the data by which errors were measured; nothing where they tell all.
   *
   * @param seen how many rows of what a layer reads there were
   * @param inputs how many numbers each of them has
   */
  static String remark(long seen, int inputs) {
    if (seen == 0) {
      return "; what it reads was not seen, or was not finite, so that its weight alone counted";
    }
    return seen < inputs
        ? String.format(
            Locale.ROOT,
            "; %d rows of what it reads were seen, fewer than its %d inputs, so that damping told"
                + " what matters of the others",
            seen,
            inputs)
        : "";
  }

  /** How long each input is on the data; all the same where the weight alone counts. */
  double[] lengths(int inputs) {
    double[] lengths = new double[inputs];
    double[] rows = lower == null ? new double[0] : lower.content().toDoubles();
    for (int input = 0; input < inputs; input++) {
      double square = lower == null ? 1 : 0;
      for (int i = 0; i < inputs && lower != null; i++) {
        square += rows[input * inputs + i] * rows[input * inputs + i];
      }
      lengths[input] = Math.sqrt(square);
    }
    return lengths;
  }

  /** A weight [inputs, outputs] as errors are measured: {@code Lᵀ · W}. */
  Tensor turned(Matrix weight) {
    return lower == null ? weight.content() : algebra.multiply(lower, true, weight, false);
  }

  /**
   * The largest singular values of a weight, as errors are measured.
   *
   * @param weight [inputs, outputs]
   */
  Svd svd(Matrix weight, int rank) {
    return algebra.svd(
        new Matrix(weight.name() + (lower == null ? "" : " on the data"), turned(weight)), rank);
  }

  /**
   * What multiplies inputs, from what multiplies them whitened: {@code L⁻ᵀ · U}.
   *
   * @param left U, row by row
   * @param rank how many columns it has
   */
  double[] unwhitened(double[] left, int rank) {
    if (lower == null) {
      return left;
    }
    Tensor known = Tensor.ofNumbers(DataType.DOUBLE, new long[] {lower.rows(), rank}, left);
    return algebra.solve(Equation.LEFT_TRANSPOSED, lower, new Matrix("U", known)).toDoubles();
  }
}
