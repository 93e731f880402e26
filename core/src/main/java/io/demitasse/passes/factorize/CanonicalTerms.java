package io.demitasse.passes.factorize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Equation;
import io.demitasse.port.LinearAlgebra.Matrix;
import java.util.Arrays;
import java.util.List;

/**
 * Terms of which the sum is nearly a weight, each of them a product of one vector for each axis
 * (canonical polyadic decomposition), fitted by alternating least squares.
 *
 * <pre>
 *   W[i,h,w,o]  ≈  Σ over terms of  a[i] · b[h] · c[w] · d[o]
 * </pre>
 *
 * <p>One axis after the other is the best for what the others are. What it moves costs a little,
 * the less the nearer the sum is, so that no step divides by what is nearly nothing and the error
 * never rises (Navasca, De Lathauwer, Kindermann, "Swamp Reducing Technique for Tensor
 * Decomposition", EUSIPCO 2008).
 */
final class CanonicalTerms {
  private static final int SWEEPS = 50;

  /** Of squares: nothing worth a number is left. */
  private static final double NOTHING = 1e-13;

  /** A sweep that makes the error of squares less by a smaller share was the last. */
  private static final double LEAST_GAIN = 1e-3;

  /** What it costs to move, relative to the diagonal, where nothing is explained yet. */
  private static final double INERTIA = 1e-2;

  private static final double LEAST_INERTIA = 1e-10;

  private static final int SHORT = 16;

  private final Matrix weight;
  private final int[] sizes;
  private final int rank;
  private final LinearAlgebra.Session algebra;
  private final double energy;

  /** Of each axis [size, rank], row by row: inputs, rows, columns, outputs. */
  private final double[][] factors;

  /** Of each axis the products of its terms, [rank, rank]. */
  private final double[][] grams;

  /** The share of the squares of the weight that the terms do not give. */
  private double error = 1;

  private CanonicalTerms(
      Matrix weight, int[] sizes, double[][] factors, LinearAlgebra.Session algebra) {
    this.weight = weight;
    this.sizes = sizes;
    this.factors = factors;
    this.rank = factors[0].length / sizes[0];
    this.algebra = algebra;
    this.grams = new double[factors.length][];
    this.energy = Arrays.stream(weight.content().toDoubles()).map(each -> each * each).sum();
  }

  /**
   * The terms of a weight.
   *
   * @param weight [inputs and rows and columns, outputs]
   * @param sizes of inputs, rows, columns and outputs
   * @param rank how many terms
   * @return of each axis [size, rank], row by row, in which each term has the same length in all
   */
  static List<double[]> of(Matrix weight, int[] sizes, int rank, LinearAlgebra.Session algebra) {
    double[][] start = new FirstTerms(weight, sizes, algebra).of(rank);
    CanonicalTerms terms = new CanonicalTerms(weight, sizes, start, algebra);
    if (terms.energy > 0) {
      terms.fit();
    }
    return List.of(terms.factors);
  }

  private void fit() {
    double before = Double.POSITIVE_INFINITY;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      balance(factors, rank);
      Arrays.setAll(grams, this::gram);
      sweep();
      if (error < NOTHING || before - error < LEAST_GAIN * before) {
        break;
      }
      before = error;
    }
    balance(factors, rank);
  }

  private void sweep() {
    double[] seen =
        algebra.multiply(weight, false, matrix(factors[3], sizes[3], rank), false).toDoubles();
    for (int axis = 0; axis < 3; axis++) {
      update(axis, projected(seen, axis));
    }
    int rows = sizes[0] * sizes[1] * sizes[2];
    double[] products =
        algebra.multiply(weight, true, matrix(products(), rows, rank), false).toDoubles();
    double[] others = update(3, products);
    double[] own = grams[3];
    double left = energy;
    for (int i = 0; i < products.length; i++) {
      left -= 2 * products[i] * factors[3][i];
    }
    for (int i = 0; i < own.length; i++) {
      left += own[i] * others[i];
    }
    error = Math.max(0, left / energy);
  }

  /** For each index of an axis and each term, what the weight has of the other axes' vectors. */
  private double[] projected(double[] seen, int axis) {
    double[] sums = new double[sizes[axis] * rank];
    forEachPlace(
        (place, at) -> {
          int one = at[(axis + 1) % 3] * rank;
          int other = at[(axis + 2) % 3] * rank;
          double[] left = factors[(axis + 1) % 3];
          double[] right = factors[(axis + 2) % 3];
          for (int term = 0; term < rank; term++) {
            sums[at[axis] * rank + term] +=
                seen[place * rank + term] * left[one + term] * right[other + term];
          }
        });
    return sums;
  }

  /** For each input, row and column the products of their vectors. */
  private double[] products() {
    double[] products = new double[sizes[0] * sizes[1] * sizes[2] * rank];
    forEachPlace(
        (place, at) -> {
          for (int term = 0; term < rank; term++) {
            products[place * rank + term] =
                factors[0][at[0] * rank + term]
                    * factors[1][at[1] * rank + term]
                    * factors[2][at[2] * rank + term];
          }
        });
    return products;
  }

  @FunctionalInterface
  private interface Place {
    void at(int place, int... indices);
  }

  private void forEachPlace(Place reader) {
    int[] at = new int[3];
    int place = 0;
    for (at[0] = 0; at[0] < sizes[0]; at[0]++) {
      for (at[1] = 0; at[1] < sizes[1]; at[1]++) {
        for (at[2] = 0; at[2] < sizes[2]; at[2]++) {
          reader.at(place++, at);
        }
      }
    }
  }

  /**
   * The best of an axis for what the others are.
   *
   * @return the products of the terms of the others
   */
  private double[] update(int axis, double[] products) {
    double[] others = new double[rank * rank];
    Arrays.fill(others, 1);
    for (int other = 0; other < sizes.length; other++) {
      if (other != axis) {
        double[] each = grams[other];
        Arrays.setAll(others, i -> others[i] * each[i]);
      }
    }
    double trace = 0;
    for (int term = 0; term < rank; term++) {
      trace += others[term * rank + term];
    }
    double inertia = Math.max(Double.MIN_NORMAL, trace / rank * (LEAST_INERTIA + INERTIA * error));
    double[] damped = others.clone();
    for (int term = 0; term < rank; term++) {
      damped[term * rank + term] += inertia;
    }
    double[] wanted = products.clone();
    Arrays.setAll(wanted, i -> wanted[i] + inertia * factors[axis][i]);
    Matrix lower = new Matrix("terms", algebra.cholesky(matrix(damped, rank, rank)));
    Matrix known = matrix(wanted, sizes[axis], rank);
    Matrix half = new Matrix("terms", algebra.solve(Equation.RIGHT_TRANSPOSED, lower, known));
    factors[axis] = algebra.solve(Equation.RIGHT, lower, half).toDoubles();
    grams[axis] = gram(axis);
    return others;
  }

  /** Short axes are multiplied before anyone else has begun. */
  private double[] gram(int axis) {
    if (sizes[axis] < SHORT) {
      return shortGram(axis);
    }
    Matrix factor = matrix(factors[axis], sizes[axis], rank);
    return algebra.multiply(factor, true, factor, false).toDoubles();
  }

  private double[] shortGram(int axis) {
    double[] gram = new double[rank * rank];
    for (int index = 0; index < sizes[axis]; index++) {
      for (int term = 0; term < rank; term++) {
        double one = factors[axis][index * rank + term];
        for (int other = 0; other < rank; other++) {
          gram[term * rank + other] += one * factors[axis][index * rank + other];
        }
      }
    }
    return gram;
  }

  private Matrix matrix(double[] numbers, int rows, int columns) {
    Tensor content = Tensor.ofNumbers(DataType.DOUBLE, new long[] {rows, columns}, numbers);
    return new Matrix("terms of " + weight.name(), content);
  }

  /** Each term gets the same length in all axes. */
  static void balance(double[][] factors, int rank) {
    for (int term = 0; term < rank; term++) {
      double[] lengths = new double[factors.length];
      double product = 1;
      for (int axis = 0; axis < factors.length; axis++) {
        double square = 0;
        for (int i = term; i < factors[axis].length; i += rank) {
          square += factors[axis][i] * factors[axis][i];
        }
        lengths[axis] = Math.sqrt(square);
        product *= lengths[axis];
      }
      double each = Math.pow(product, 1.0 / factors.length);
      for (int axis = 0; axis < factors.length; axis++) {
        double scale = lengths[axis] > 0 ? each / lengths[axis] : 0;
        for (int i = term; i < factors[axis].length; i += rank) {
          factors[axis][i] *= scale;
        }
      }
    }
  }
}
