package io.demitasse.torch;

import io.demitasse.port.LinearAlgebra;
import io.demitasse.torch.algebra.TorchAlgebra;
import io.demitasse.torch.library.Libtorch;
import io.demitasse.torch.process.ProcessAlgebra;
import java.util.Optional;

/** Factors matrices with libtorch, each session in a process of its own. */
public final class TorchLinearAlgebra implements LinearAlgebra {

  @Override
  public String version() {
    return new TorchTrainer().version();
  }

  @Override
  public Optional<String> unsupported() {
    return Libtorch.unsupported();
  }

  @Override
  public Session open(int threads) {
    return new ProcessAlgebra(threads);
  }

  /**
   * A session in the process that asks. Who asks answers for its environment, as {@link
   * TorchTrainer#inProcess} says.
   */
  public static Session inProcess(int threads) {
    return new TorchAlgebra(threads);
  }
}
