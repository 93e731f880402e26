package io.demitasse.passes.factorize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Matrix;
import io.demitasse.port.LinearAlgebra.Svd;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Two matrices of which the product is nearly a weight.
 *
 * @param first [inputs, rank], row by row
 * @param second [rank, outputs]
 */
record Factors(double[] first, double[] second) {
  /** How much rows of a table count that were not looked up, against those that were. */
  private static final double UNSEEN = 0.1;

  /**
   * The rank by which both together have a share of the numbers of a weight.
   *
   * @param inputs rows of the weight
   * @param outputs columns of it
   */
  static int rank(double ratio, double inputs, double outputs) {
    return (int) (ratio * inputs * outputs / (inputs + outputs));
  }

  /** Why a weight stays whole of which no rank saves any number; empty where one does. */
  static Optional<String> withoutRank(Split split, int rank) {
    return rank < 1
        ? Optional.of("its " + split.name() + " has no rank that saves any number")
        : Optional.empty();
  }

  /**
   * The best of a rank.
   *
   * @param weight [inputs, outputs]
   */
  static Factors of(Matrix weight, int rank, Whitening whitening) {
    Svd svd = whitening.svd(weight, rank);
    double[] first = whitening.unwhitened(rooted(svd.left(), svd, false), rank);
    return new Factors(first, rooted(svd.right(), svd, true));
  }

  /**
   * The best of a rank of a table of which rows are looked up, each of which counts as often as it
   * was found, and all of them a little.
   *
   * @param table [rows, columns]
   * @param found by the products of columns of rows that were looked up
   */
  static Factors ofTable(Matrix table, int rank, Whitening found, LinearAlgebra.Session algebra) {
    Matrix lower = found.lower();
    if (lower == null) {
      return of(table, rank, found);
    }
    Tensor looked = algebra.multiply(lower, false, lower, true);
    Tensor all = algebra.multiply(table, true, table, false);
    Matrix both = new Matrix("rows of " + table.name(), mixed(looked, all));
    Tensor directions = lastColumns(algebra.eigen(both).vectors(), rank);
    Matrix kept = new Matrix("directions of " + table.name(), directions);
    Tensor first = algebra.multiply(table, false, kept, true);
    return new Factors(first.toDoubles(), directions.toDoubles());
  }

  /** The last columns, the last first, each as a row. */
  private static Tensor lastColumns(Tensor square, int count) {
    double[] numbers = square.toDoubles();
    int size = (int) square.size(0);
    double[] rows = new double[count * size];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = numbers[i % size * size + size - 1 - i / size];
    }
    return Tensor.ofNumbers(DataType.DOUBLE, new long[] {count, size}, rows);
  }

  /** Both, each relative to its trace. */
  private static Tensor mixed(Tensor looked, Tensor all) {
    double[] sums = looked.toDoubles();
    double[] others = all.toDoubles();
    int size = (int) looked.size(0);
    double trace = trace(sums, size);
    double other = trace(others, size);
    for (int i = 0; i < sums.length; i++) {
      sums[i] = sums[i] / trace + (other > 0 ? UNSEEN * others[i] / other : 0);
    }
    return Tensor.ofNumbers(DataType.DOUBLE, looked.sizes(), sums);
  }

  private static double trace(double[] matrix, int size) {
    return IntStream.range(0, size).mapToDouble(i -> matrix[i * size + i]).sum();
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
