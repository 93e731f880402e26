package io.demitasse.torch.algebra;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra.Equation;
import io.demitasse.port.LinearAlgebra.Matrix;
import io.demitasse.torch.kernel.Tensors;
import io.demitasse.torch.library.Libtorch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/** Factors matrices in this process. */
public final class TorchAlgebra extends TaskSession {

  /** One that computes in so many threads. */
  public TorchAlgebra(int threads) {
    Libtorch.load();
    torch.set_num_threads(threads);
  }

  @Override
  public List<Tensor> done(Task task, List<Matrix> matrices) {
    try (PointerScope _ = new PointerScope()) {
      List<org.bytedeco.pytorch.Tensor> operands = new ArrayList<>();
      for (Matrix matrix : matrices) {
        operands.add(finite(matrix));
      }
      DataType type = matrices.getFirst().content().dataType();
      return results(task, matrices.getFirst().name(), operands).stream()
          .map(result -> ours(result, type))
          .toList();
    }
  }

  private static org.bytedeco.pytorch.Tensor finite(Matrix matrix) {
    Tensor content = matrix.content();
    org.bytedeco.pytorch.Tensor tensor = Tensors.of(content, content.dataType() == DataType.DOUBLE);
    if (Tensors.number(torch.isfinite(tensor).all()) == 0) {
      throw DemitasseException.badRequest(
          matrix.name() + " holds a NaN or an infinity, expected finite numbers.");
    }
    return tensor;
  }

  private static List<org.bytedeco.pytorch.Tensor> results(
      Task task, String name, List<org.bytedeco.pytorch.Tensor> operands) {
    org.bytedeco.pytorch.Tensor first = operands.getFirst();
    return switch (task) {
      case Task.Multiply(boolean left, boolean right) ->
          List.of(torch.matmul(turned(first, left), turned(operands.get(1), right)));
      case Task.Cholesky _ -> List.of(cholesky(name, first));
      case Task.Inverse _ -> List.of(torch.cholesky_inverse(cholesky(name, first), false));
      case Task.Solve(Equation equation) -> List.of(solved(equation, name, first, operands.get(1)));
      case Task.LeastSquares _ -> List.of(torch.linalg_lstsq(first, operands.get(1)).get0());
      case Task.Eigen _ -> {
        T_TensorTensor_T eigen = torch.linalg_eigh(first);
        yield List.of(eigen.get0(), eigen.get1());
      }
      case Task.Svd(int rank) -> {
        T_TensorTensorTensor_T svd = torch.linalg_svd(first, false, new StringViewOptional());
        yield List.of(
            svd.get0().narrow(1, 0, rank),
            svd.get1().narrow(0, 0, rank),
            svd.get2().narrow(0, 0, rank));
      }
    };
  }

  private static org.bytedeco.pytorch.Tensor turned(
      org.bytedeco.pytorch.Tensor matrix, boolean transpose) {
    return transpose ? matrix.t() : matrix;
  }

  private static org.bytedeco.pytorch.Tensor cholesky(
      String name, org.bytedeco.pytorch.Tensor matrix) {
    T_TensorTensor_T factored = torch.linalg_cholesky_ex(matrix, false, false);
    long minor = (long) Tensors.number(factored.get1());
    if (minor != 0) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s is not positive definite: its first %d rows and columns are not. Add a small"
                  + " number to its diagonal, such as a hundredth of the diagonal's mean.",
              name,
              minor));
    }
    return factored.get0();
  }

  private static org.bytedeco.pytorch.Tensor solved(
      Equation equation,
      String name,
      org.bytedeco.pytorch.Tensor lower,
      org.bytedeco.pytorch.Tensor known) {
    if (Tensors.number(lower.diagonal().abs().min()) == 0) {
      throw DemitasseException.badRequest(
          name + " has a 0 on its diagonal, so that there is no solution or no single one.");
    }
    boolean transposed =
        equation == Equation.LEFT_TRANSPOSED || equation == Equation.RIGHT_TRANSPOSED;
    boolean left = equation == Equation.LEFT || equation == Equation.LEFT_TRANSPOSED;
    // The transpose of a lower triangle is an upper one; what is not part of it is not read.
    return torch.linalg_solve_triangular(turned(lower, transposed), known, transposed, left, false);
  }

  private static Tensor ours(org.bytedeco.pytorch.Tensor result, DataType type) {
    org.bytedeco.pytorch.Tensor whole = result.contiguous();
    MemorySegment content = Tensors.content(whole);
    MemorySegment copy = Arena.ofAuto().allocate(content.byteSize(), 64);
    MemorySegment.copy(content, 0, copy, 0, content.byteSize());
    return Tensor.of(type, Tensors.sizes(whole), copy);
  }

  @Override
  public void close() {
    // Every matrix is given back when its task is done.
  }
}
