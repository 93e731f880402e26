package io.demitasse.torch.algebra;

import io.demitasse.port.LinearAlgebra.Equation;
import java.io.Serializable;

/** What is asked of one matrix, or of two. */
public sealed interface Task extends Serializable {
  record Multiply(boolean transposeLeft, boolean transposeRight) implements Task {}

  record Cholesky() implements Task {}

  record Inverse() implements Task {}

  record Solve(Equation equation) implements Task {}

  record LeastSquares() implements Task {}

  record Eigen() implements Task {}

  record Svd(int rank) implements Task {}
}
