package io.demitasse.torch.process;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra.Matrix;
import io.demitasse.stored.TensorFile;
import io.demitasse.torch.algebra.Task;
import io.demitasse.torch.algebra.TaskSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Has matrices factored in another process. */
public final class ProcessAlgebra extends TaskSession {
  private final Child child;
  private final int threads;

  /**
   * Starts the process.
   *
   * @throws DemitasseException (backend failed) when it cannot be started
   */
  public ProcessAlgebra(int threads) {
    this.child = new Child("factors matrices", threads);
    this.threads = threads;
  }

  @Override
  protected List<Tensor> done(Task task, List<Matrix> matrices) {
    Path from = child.newFile(".tensors");
    Path to = child.newFile(".tensors");
    List<String> names = new ArrayList<>();
    Map<String, Tensor> contents = new TreeMap<>();
    for (Matrix matrix : matrices) {
      contents.put(String.valueOf(names.size()), matrix.content());
      names.add(matrix.name());
    }
    try {
      TensorFile.write(contents, from);
      child.ask(new Message.Factor(task, names, threads, from.toString(), to.toString()));
      Map<String, Tensor> results = TensorFile.read(to);
      List<Tensor> inOrder = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        inOrder.add(Objects.requireNonNull(results.get(String.valueOf(i))));
      }
      return inOrder;
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Matrices cannot be handed to the process that factors them: " + Reason.of(e) + ".", e);
    } finally {
      delete(from);
      delete(to);
    }
  }

  /** At once, for many matrices are large; what is mapped stays readable. */
  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Some systems keep what is mapped; it goes with the folder.
    }
  }

  @Override
  public void close() {
    child.close();
  }
}
