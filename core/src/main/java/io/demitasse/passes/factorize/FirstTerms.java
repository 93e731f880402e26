package io.demitasse.passes.factorize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Matrix;
import io.demitasse.port.LinearAlgebra.Svd;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Terms to begin with, the same whenever they are asked for: along rows and columns the weight is
 * turned to its own directions (De Lathauwer, De Moor, Vandewalle, "A Multilinear Singular Value
 * Decomposition", SIAM Journal on Matrix Analysis and Applications, 2000); what then stands at each
 * pair of them is a matrix, and the largest singular values of all these matrices are the terms.
 *
 * <p>They are orthogonal, so that as many as there are give the whole weight.
 */
final class FirstTerms {
  private final Matrix weight;
  private final double[] numbers;
  private final int inputs;
  private final int rows;
  private final int columns;
  private final int outputs;
  private final LinearAlgebra.Session algebra;

  /**
   * @param weight [inputs and rows and columns, outputs]
   * @param sizes of inputs, rows, columns and outputs
   */
  FirstTerms(Matrix weight, int[] sizes, LinearAlgebra.Session algebra) {
    this.weight = weight;
    this.numbers = weight.content().toDoubles();
    this.inputs = sizes[0];
    this.rows = sizes[1];
    this.columns = sizes[2];
    this.outputs = sizes[3];
    this.algebra = algebra;
  }

  /** One singular value of the matrix at a pair of directions. */
  private record Term(double value, int row, int column, Svd svd, int index) {}

  /** Of each axis [size, rank]: inputs, rows, columns, outputs. */
  double[][] of(int rank) {
    double[] alongRows = directions(rows, columns);
    double[] alongColumns = directions(columns, 1);
    List<Term> terms = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        terms.addAll(terms(row, column, alongRows, alongColumns, rank));
      }
    }
    terms.sort(Comparator.comparingDouble(Term::value).reversed());
    double[][] factors = {
      new double[inputs * rank],
      new double[rows * rank],
      new double[columns * rank],
      new double[outputs * rank]
    };
    for (int i = 0; i < Math.min(rank, terms.size()); i++) {
      Term term = terms.get(i);
      double[] left = term.svd().left().toDoubles();
      double[] right = term.svd().right().toDoubles();
      int values = left.length / inputs;
      for (int input = 0; input < inputs; input++) {
        factors[0][input * rank + i] = term.value() * left[input * values + term.index()];
      }
      for (int row = 0; row < rows; row++) {
        factors[1][row * rank + i] = alongRows[row * rows + term.row()];
      }
      for (int column = 0; column < columns; column++) {
        factors[2][column * rank + i] = alongColumns[column * columns + term.column()];
      }
      for (int output = 0; output < outputs; output++) {
        factors[3][output * rank + i] = right[term.index() * outputs + output];
      }
    }
    CanonicalTerms.balance(factors, rank);
    return factors;
  }

  /**
   * The directions of an axis, one a column.
   *
   * @param behind how many places of other axes lie between two of its indices
   */
  private double[] directions(int size, int behind) {
    double[] products = new double[size * size];
    int step = behind * outputs;
    for (int i = 0; i < numbers.length; i++) {
      int at = i / step % size;
      int first = i - at * step;
      for (int other = 0; other <= at; other++) {
        products[at * size + other] += numbers[i] * numbers[first + other * step];
      }
    }
    Tensor gram = Tensor.ofNumbers(DataType.DOUBLE, new long[] {size, size}, products);
    return algebra.eigen(new Matrix("places of " + weight.name(), gram)).vectors().toDoubles();
  }

  private List<Term> terms(
      int row, int column, double[] alongRows, double[] alongColumns, int rank) {
    double[] matrix = new double[inputs * outputs];
    for (int i = 0; i < numbers.length; i++) {
      int output = i % outputs;
      int w = i / outputs % columns;
      int h = i / outputs / columns % rows;
      int input = i / outputs / columns / rows;
      matrix[input * outputs + output] +=
          alongRows[h * rows + row] * alongColumns[w * columns + column] * numbers[i];
    }
    Tensor content = Tensor.ofNumbers(DataType.DOUBLE, new long[] {inputs, outputs}, matrix);
    int most = Math.min(rank, Math.min(inputs, outputs));
    Svd svd = algebra.svd(new Matrix("directions of " + weight.name(), content), most);
    double[] values = svd.values().toDoubles();
    List<Term> terms = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      terms.add(new Term(values[i], row, column, svd, i));
    }
    return terms;
  }
}
