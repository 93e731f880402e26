package io.demitasse.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Equation;
import io.demitasse.port.LinearAlgebra.Matrix;
import io.demitasse.port.Ports;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Factors, held to what they are factors of. */
final class LinearAlgebraTest {
  private static final double NEAR = 1e-10;
  private static LinearAlgebra.Session algebra;

  @BeforeAll
  static void open() {
    algebra = Ports.find(LinearAlgebra.class).orElseThrow().open(1);
  }

  @AfterAll
  static void close() {
    algebra.close();
  }

  private static Matrix random(String name, int rows, int columns, DataType type) {
    Random random = new Random(rows * 31L + columns);
    return filled(name, rows, columns, type, random::nextGaussian);
  }

  private static Matrix filled(
      String name, int rows, int columns, DataType type, DoubleSupplier numbers) {
    double[] elements =
        IntStream.range(0, rows * columns).mapToDouble(i -> numbers.getAsDouble()).toArray();
    return new Matrix(name, Tensor.ofNumbers(type, new long[] {rows, columns}, elements));
  }

  private static Matrix random(int rows, int columns) {
    return random("a", rows, columns, DataType.DOUBLE);
  }

  private static Matrix matrix(Tensor tensor) {
    return new Matrix("a result", tensor);
  }

  /** A plain product, in double precision. */
  private static double[][] times(double[][] left, double[][] right) {
    double[][] product = new double[left.length][right[0].length];
    for (int i = 0; i < left.length; i++) {
      for (int k = 0; k < right.length; k++) {
        for (int j = 0; j < right[0].length; j++) {
          product[i][j] += left[i][k] * right[k][j];
        }
      }
    }
    return product;
  }

  private static double[][] rows(Tensor tensor) {
    double[] all = tensor.toDoubles();
    int rows = (int) tensor.size(0);
    int columns = tensor.rank() == 1 ? 1 : (int) tensor.size(1);
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(all, i * columns, matrix[i], 0, columns);
    }
    return matrix;
  }

  private static double[][] transposed(double[][] matrix) {
    double[][] transposed = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[0].length; j++) {
        transposed[j][i] = matrix[i][j];
      }
    }
    return transposed;
  }

  private static double[][] diagonal(Tensor values) {
    double[] numbers = values.toDoubles();
    double[][] diagonal = new double[numbers.length][numbers.length];
    IntStream.range(0, numbers.length).forEach(i -> diagonal[i][i] = numbers[i]);
    return diagonal;
  }

  private static double[][] identity(int size) {
    double[][] identity = new double[size][size];
    IntStream.range(0, size).forEach(i -> identity[i][i] = 1);
    return identity;
  }

  private static double apart(double[][] one, double[][] other) {
    assertThat(one).hasDimensions(other.length, other[0].length);
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      for (int j = 0; j < one[0].length; j++) {
        double difference = Math.abs(one[i][j] - other[i][j]);
        largest = difference <= largest ? largest : difference; // NaN stays
      }
    }
    return largest;
  }

  private static Matrix gram(int size) {
    Matrix data = random(3 * size, size);
    return new Matrix("the Gram matrix of 'x'", algebra.multiply(data, true, data, false));
  }

  @Test
  void productsAreThoseOfTheDefinition() {
    Matrix a = random(5, 7);
    Matrix b = random(7, 4);
    double[][] expected = times(rows(a.content()), rows(b.content()));

    assertThat(apart(rows(algebra.multiply(a, false, b, false)), expected)).isLessThan(NEAR);
    double[][] turned = rows(algebra.multiply(b, true, a, true));
    assertThat(apart(turned, transposed(expected))).isLessThan(NEAR);
  }

  @Test
  void aCholeskyFactorIsALowerTriangleWhoseSquareIsTheMatrix() {
    Matrix gram = gram(24);

    double[][] lower = rows(algebra.cholesky(gram));

    assertThat(apart(times(lower, transposed(lower)), rows(gram.content()))).isLessThan(NEAR);
    for (int i = 0; i < 24; i++) {
      assertThat(lower[i][i]).isPositive();
      for (int j = i + 1; j < 24; j++) {
        assertThat(lower[i][j]).isZero();
      }
    }
  }

  @Test
  void onlyTheLowerTriangleIsRead() {
    Matrix gram = gram(6);
    double[] numbers = gram.content().toDoubles();
    for (int i = 0; i < 6; i++) {
      for (int j = i + 1; j < 6; j++) {
        numbers[i * 6 + j] = 1e3;
      }
    }
    Matrix half = new Matrix("half", Tensor.ofNumbers(DataType.DOUBLE, new long[] {6, 6}, numbers));

    assertThat(algebra.cholesky(half).contentEquals(algebra.cholesky(gram))).isTrue();
    assertThat(algebra.eigen(half).values().toDoubles())
        .isEqualTo(algebra.eigen(gram).values().toDoubles());
  }

  @Test
  void anInverseTimesTheMatrixIsTheIdentity() {
    Matrix gram = gram(24);
    double[][] inverse = rows(algebra.inverse(gram));
    assertThat(apart(times(inverse, rows(gram.content())), identity(24))).isLessThan(NEAR);
  }

  @ParameterizedTest
  @EnumSource
  void triangularEquationsAreSolved(Equation equation) {
    Tensor lower = algebra.cholesky(gram(12));
    boolean left = equation == Equation.LEFT || equation == Equation.LEFT_TRANSPOSED;
    Matrix known = left ? random(12, 5) : random(5, 12);

    double[][] solution = rows(algebra.solve(equation, matrix(lower), known));

    double[][] triangle = rows(lower);
    double[][] product =
        switch (equation) {
          case LEFT -> times(triangle, solution);
          case LEFT_TRANSPOSED -> times(transposed(triangle), solution);
          case RIGHT -> times(solution, triangle);
          case RIGHT_TRANSPOSED -> times(solution, transposed(triangle));
        };
    assertThat(apart(product, rows(known.content()))).isLessThan(NEAR);
  }

  @Test
  void aSymmetricMatrixIsMadeOfItsValuesAndVectors() {
    Matrix gram = gram(24);

    LinearAlgebra.Eigen eigen = algebra.eigen(gram);

    double[][] vectors = rows(eigen.vectors());
    double[][] made = times(times(vectors, diagonal(eigen.values())), transposed(vectors));
    assertThat(apart(made, rows(gram.content()))).isLessThan(NEAR);
    assertThat(apart(times(transposed(vectors), vectors), identity(24))).isLessThan(NEAR);
    assertThat(eigen.values().toDoubles()).isSorted();
  }

  @Test
  void aMatrixIsMadeOfItsSingularValuesAndVectors() {
    for (int[] sizes : new int[][] {{40, 24}, {24, 40}}) {
      Matrix matrix = random(sizes[0], sizes[1]);

      LinearAlgebra.Svd svd = algebra.svd(matrix, 24);

      double[][] left = rows(svd.left());
      double[][] right = rows(svd.right());
      double[][] made = times(times(left, diagonal(svd.values())), right);
      assertThat(apart(made, rows(matrix.content()))).isLessThan(NEAR);
      assertThat(apart(times(transposed(left), left), identity(24))).isLessThan(NEAR);
      assertThat(apart(times(right, transposed(right)), identity(24))).isLessThan(NEAR);
    }
  }

  /** Eckart and Young: the squares of what is missing are those of the values left out. */
  @Test
  void whatATruncatedFactorizationLacksAreTheSmallestValues() {
    Matrix matrix = random(30, 20);
    double[] values = algebra.svd(matrix, 20).values().toDoubles();

    LinearAlgebra.Svd svd = algebra.svd(matrix, 8);

    double[][] made = times(times(rows(svd.left()), diagonal(svd.values())), rows(svd.right()));
    double[][] whole = rows(matrix.content());
    double missing = 0;
    for (int i = 0; i < 30; i++) {
      for (int j = 0; j < 20; j++) {
        missing += Math.pow(whole[i][j] - made[i][j], 2);
      }
    }
    double expected = IntStream.range(8, 20).mapToDouble(i -> values[i] * values[i]).sum();
    assertThat(Math.abs(missing - expected)).isLessThan(NEAR);
  }

  @Test
  void whatIsLeftOfLeastSquaresIsOrthogonalToTheMatrix() {
    Matrix left = random(30, 8);
    Matrix known = random("b", 30, 3, DataType.DOUBLE);

    double[][] solution = rows(algebra.leastSquares(left, known));

    double[][] rest = times(rows(left.content()), solution);
    double[][] wanted = rows(known.content());
    for (int i = 0; i < 30; i++) {
      for (int j = 0; j < 3; j++) {
        rest[i][j] -= wanted[i][j];
      }
    }
    double[][] shadow = times(transposed(rows(left.content())), rest);
    assertThat(apart(shadow, new double[8][3])).isLessThan(NEAR);
  }

  @Test
  void thirtyTwoBitsStayThirtyTwoBits() {
    Matrix matrix = random("w", 40, 24, DataType.FLOAT);

    LinearAlgebra.Svd svd = algebra.svd(matrix, 24);

    assertThat(svd.left().dataType()).isEqualTo(DataType.FLOAT);
    double[][] made = times(times(rows(svd.left()), diagonal(svd.values())), rows(svd.right()));
    assertThat(apart(made, rows(matrix.content()))).isBetween(1e-9, 1e-4);
  }

  @Test
  void inThisProcessTheNumbersAreTheSame() {
    try (LinearAlgebra.Session here = TorchLinearAlgebra.inProcess(1)) {
      Matrix matrix = random(30, 20);
      assertThat(here.svd(matrix, 5).left().contentEquals(algebra.svd(matrix, 5).left())).isTrue();
    }
  }

  @Test
  void resultsOutliveTheSession() {
    Tensor lower;
    try (LinearAlgebra.Session other = new TorchLinearAlgebra().open(1)) {
      lower = other.cholesky(gram(6));
    }
    assertThat(lower.contentEquals(algebra.cholesky(gram(6)))).isTrue();
  }

  private static void refused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(DemitasseException.class)
        .isThrownBy(call)
        .withMessageContaining(message)
        .matches(e -> e.kind() == DemitasseException.Kind.BAD_REQUEST);
  }

  @Test
  void whatIsNotPositiveDefiniteIsNamed() {
    double[] numbers = {1, 2, 0, 2, 1, 0, 0, 0, 1};
    Matrix saddle =
        new Matrix(
            "the Gram matrix of 'x'",
            Tensor.ofNumbers(DataType.DOUBLE, new long[] {3, 3}, numbers));

    String expected =
        "the Gram matrix of 'x' is not positive definite: its first 2 rows and columns are not.";
    refused(() -> algebra.cholesky(saddle), expected);
    refused(() -> algebra.inverse(saddle), expected);
    // The process goes on.
    assertThat(algebra.cholesky(gram(3)).sizes()).containsExactly(3, 3);
  }

  @Test
  void whatHoldsNoNumbersIsRefused() {
    for (double odd : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      Matrix matrix = filled("w", 3, 3, DataType.FLOAT, () -> odd);
      refused(() -> algebra.svd(matrix, 1), "w holds a NaN or an infinity");
      refused(() -> algebra.eigen(matrix), "w holds a NaN or an infinity");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Matrix wide = random("a", 3, 4, DataType.DOUBLE);
    Matrix other = random("b", 3, 4, DataType.DOUBLE);
    Matrix floats = random("f", 4, 3, DataType.FLOAT);
    refused(() -> algebra.cholesky(wide), "a is double[3,4], expected as many rows as columns");
    refused(() -> algebra.eigen(wide), "expected as many rows as columns");
    refused(
        () -> algebra.multiply(wide, false, other, false),
        "a is double[3,4] and b is double[3,4], which do not go together: expected sizes that are"
            + " equal where they meet.");
    refused(() -> algebra.multiply(wide, false, floats, false), "expected one type of numbers");
    refused(() -> algebra.solve(Equation.RIGHT, gram(3), wide), "sizes that are equal");
    refused(() -> algebra.leastSquares(wide, gram(4)), "sizes that are equal");
    refused(
        () -> algebra.svd(wide, 4),
        "a is double[3,4], which has no rank of 4: take one from 1 to 3");
    refused(() -> algebra.svd(wide, 0), "which has no rank of 0");
    Matrix hollow = filled("l", 3, 3, DataType.DOUBLE, () -> 0);
    refused(() -> algebra.solve(Equation.LEFT, hollow, gram(3)), "l has a 0 on its diagonal");
  }

  @Test
  void onlyMatricesOfFloatsAreMatrices() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Matrix("w", Tensor.ofLongs(new long[] {1, 1}, 1)))
        .withMessage("w is int64[1,1], expected a matrix of 32-bit or 64-bit floats");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Matrix("w", Tensor.ofFloats(new long[] {1}, 1)));
  }
}
