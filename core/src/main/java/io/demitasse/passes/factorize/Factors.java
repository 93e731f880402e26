package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Equation;
import io.demitasse.port.LinearAlgebra.Matrix;
import io.demitasse.port.LinearAlgebra.Svd;
import org.jspecify.annotations.Nullable;

/**
 * Two matrices of which the product is nearly a weight.
 *
 * @param first [inputs, rank], row by row
 * @param second [rank, outputs]
 */
record Factors(double[] first, double[] second) {

  /**
   * The best of a rank.
   *
   * @param gram of what is read; null where the weight alone counts
   */
  static Factors of(
      FactorSite site,
      int rank,
      @Nullable Gram gram,
      double damping,
      LinearAlgebra.Session algebra) {
    Matrix weight = new Matrix("the weight '" + site.weight().name() + "'", site.matrix());
    if (gram == null) {
      Svd svd = algebra.svd(weight, rank);
      return new Factors(rooted(svd.left(), svd, false), rooted(svd.right(), svd, true));
    }
    int n = gram.channels();
    Matrix products =
        new Matrix(
            "the Gram matrix of '" + site.node().requiredInput(0).name() + "'",
            gram.dampedMatrix(damping));
    Matrix lower = new Matrix("its triangle", algebra.cholesky(products));
    Tensor turned = algebra.multiply(lower, true, weight, false);
    Svd svd = algebra.svd(new Matrix(weight.name() + " on the data", turned), rank);
    Tensor left =
        Tensor.ofNumbers(DataType.DOUBLE, new long[] {n, rank}, rooted(svd.left(), svd, false));
    Tensor first = algebra.solve(Equation.LEFT_TRANSPOSED, lower, new Matrix("U", left));
    return new Factors(first.toDoubles(), rooted(svd.right(), svd, true));
  }

  /** Vectors times the roots of their singular values, which are shared out so. */
  private static double[] rooted(Tensor vectors, Svd svd, boolean rows) {
    double[] numbers = vectors.toDoubles();
    double[] values = svd.values().toDoubles();
    int columns = (int) vectors.size(1);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= Math.sqrt(values[rows ? i / columns : i % columns]);
    }
    return numbers;
  }
}
