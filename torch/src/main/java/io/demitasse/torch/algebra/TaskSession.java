package io.demitasse.torch.algebra;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Matrix;
import java.util.List;
import java.util.Locale;

/** A session that sees to it that sizes fit, and leaves the work to others. */
public abstract class TaskSession implements LinearAlgebra.Session {

  /**
   * Does the work.
   *
   * @return the results, in the order of their names in {@link LinearAlgebra}
   */
  protected abstract List<Tensor> done(Task task, List<Matrix> matrices);

  @Override
  public Tensor multiply(Matrix left, boolean transposeLeft, Matrix right, boolean transposeRight) {
    long inner = transposeLeft ? left.rows() : left.columns();
    require(inner == (transposeRight ? right.columns() : right.rows()), left, right);
    return done(new Task.Multiply(transposeLeft, transposeRight), List.of(left, right)).getFirst();
  }

  @Override
  public Tensor cholesky(Matrix matrix) {
    requireSquare(matrix);
    return done(new Task.Cholesky(), List.of(matrix)).getFirst();
  }

  @Override
  public Tensor inverse(Matrix matrix) {
    requireSquare(matrix);
    return done(new Task.Inverse(), List.of(matrix)).getFirst();
  }

  @Override
  public Tensor solve(LinearAlgebra.Equation equation, Matrix lower, Matrix known) {
    requireSquare(lower);
    long size =
        switch (equation) {
          case LEFT, LEFT_TRANSPOSED -> known.rows();
          case RIGHT, RIGHT_TRANSPOSED -> known.columns();
        };
    require(size == lower.rows(), lower, known);
    return done(new Task.Solve(equation), List.of(lower, known)).getFirst();
  }

  @Override
  public Tensor leastSquares(Matrix left, Matrix known) {
    require(left.rows() == known.rows(), left, known);
    return done(new Task.LeastSquares(), List.of(left, known)).getFirst();
  }

  @Override
  public LinearAlgebra.Eigen eigen(Matrix matrix) {
    requireSquare(matrix);
    List<Tensor> results = done(new Task.Eigen(), List.of(matrix));
    return new LinearAlgebra.Eigen(results.get(0), results.get(1));
  }

  @Override
  public LinearAlgebra.Svd svd(Matrix matrix, int rank) {
    if (rank < 1 || rank > Math.min(matrix.rows(), matrix.columns())) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s is %s, which has no rank of %d: take one from 1 to %d.",
              matrix.name(),
              matrix.content(),
              rank,
              Math.min(matrix.rows(), matrix.columns())));
    }
    List<Tensor> results = done(new Task.Svd(rank), List.of(matrix));
    return new LinearAlgebra.Svd(results.get(0), results.get(1), results.get(2));
  }

  private static void requireSquare(Matrix matrix) {
    if (matrix.rows() != matrix.columns()) {
      throw DemitasseException.badRequest(
          matrix.name() + " is " + matrix.content() + ", expected as many rows as columns.");
    }
  }

  private static void require(boolean fits, Matrix one, Matrix other) {
    if (!fits || one.content().dataType() != other.content().dataType()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s is %s and %s is %s, which do not go together: expected %s.",
              one.name(),
              one.content(),
              other.name(),
              other.content(),
              fits ? "one type of numbers" : "sizes that are equal where they meet"));
    }
  }
}
