package io.demitasse.port;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;

/**
 * Factors matrices.
 *
 * <p>Matrices are {@link Tensor}s, row by row, as weights are: so that one may lie in a mapped file
 * or be computed when it is needed, and none has to fit the heap. What is given in 32 bits is
 * computed in 32 bits, and what is given in 64 in 64; results have the type of what was given.
 * Weights do with 32 bits. Gram matrices and what follows from them need 64: their condition is the
 * square of that of the data.
 */
@Port(does = "factors matrices", module = "io.demitasse:demitasse-torch")
public interface LinearAlgebra extends PlatformDependent {

  /** Name and version, such as {@code libtorch 2.10.0}. */
  String version();

  /**
   * Starts to work. Starting takes a while, so that a session is kept for many matrices.
   *
   * @param threads at least 1
   * @throws DemitasseException (backend failed) when it cannot be started here
   */
  Session open(int threads);

  /**
   * A matrix, and what messages call it.
   *
   * @param name such as {@code the Gram matrix of 'x'}
   * @param content two dimensions, of 32-bit or 64-bit floats
   */
  record Matrix(String name, Tensor content) {
    public Matrix {
      boolean real = content.dataType() == DataType.FLOAT || content.dataType() == DataType.DOUBLE;
      if (!real || content.rank() != 2 || content.elementCount() == 0) {
        throw new IllegalArgumentException(
            name + " is " + content + ", expected a matrix of 32-bit or 64-bit floats");
      }
    }

    public long rows() {
      return content.size(0);
    }

    public long columns() {
      return content.size(1);
    }
  }

  /** Where the unknown X stands beside a lower triangle L. */
  enum Equation {
    /** L · X = B. */
    LEFT,
    /** Lᵀ · X = B. */
    LEFT_TRANSPOSED,
    /** X · L = B. */
    RIGHT,
    /** X · Lᵀ = B. */
    RIGHT_TRANSPOSED
  }

  /**
   * A symmetric matrix is V · diag(values) · Vᵀ.
   *
   * @param values [n], ascending
   * @param vectors [n, n], one a column, orthonormal
   */
  record Eigen(Tensor values, Tensor vectors) {}

  /**
   * A matrix is U · diag(values) · Vᵀ, or is nearly so when there are fewer values than rows and
   * columns: no matrix of that rank is nearer (Eckart, Young, The Approximation of One Matrix by
   * Another of Lower Rank, Psychometrika, 1936).
   *
   * @param left U, [rows, rank], orthonormal columns
   * @param values [rank], descending, at least 0
   * @param right Vᵀ, [rank, columns], orthonormal rows
   */
  record Svd(Tensor left, Tensor values, Tensor right) {}

  /**
   * A place where matrices are factored. Used from one thread at a time. All methods throw {@link
   * DemitasseException}: bad request, naming the matrix, when it holds a NaN or an infinity, when
   * sizes or types do not fit, or it is not what a method takes; backend failed when the work
   * cannot be done here. Results stay valid after closing.
   */
  interface Session extends AutoCloseable {

    /**
     * The product of two matrices.
     *
     * @param transposeLeft whether the transpose of the left one is meant: {@code Aᵀ · A} is a Gram
     *     matrix
     */
    Tensor multiply(Matrix left, boolean transposeLeft, Matrix right, boolean transposeRight);

    /**
     * The lower triangle L with positive diagonal of which {@code L · Lᵀ} is a matrix.
     *
     * @param matrix symmetric, of which only the lower triangle is read; refused when it is not
     *     positive definite
     */
    Tensor cholesky(Matrix matrix);

    /**
     * The inverse, by way of the Cholesky factor.
     *
     * @param matrix as {@link #cholesky} takes it
     */
    Tensor inverse(Matrix matrix);

    /**
     * Solves an equation with a lower triangle.
     *
     * @param lower square; what stands above the diagonal is not read; refused when a number of the
     *     diagonal is 0
     * @param known B, as wide or as high as the equation asks
     */
    Tensor solve(Equation equation, Matrix lower, Matrix known);

    /**
     * The X for which the squares of {@code A · X - B} are least; the shortest such X where there
     * are several.
     *
     * @param left A, [m, n]
     * @param known B, [m, k]
     * @return [n, k]
     */
    Tensor leastSquares(Matrix left, Matrix known);

    /**
     * Values and vectors of a symmetric matrix.
     *
     * @param matrix square, of which only the lower triangle is read
     */
    Eigen eigen(Matrix matrix);

    /**
     * The largest singular values and their vectors.
     *
     * @param rank how many, at least 1; no more than there are rows or columns
     */
    Svd svd(Matrix matrix, int rank);

    @Override
    void close();
  }
}
