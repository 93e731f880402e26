package io.demitasse.torch;

import io.demitasse.port.LinearAlgebra;
import java.util.Optional;

/**
 * What the tests of this module find in place of {@link TorchLinearAlgebra}: a process for each of
 * hundreds of small factorizations costs seconds, and {@link LinearAlgebraTest} holds that it gives
 * the same numbers.
 */
public final class AlgebraInProcess implements LinearAlgebra {
  private final LinearAlgebra torch = new TorchLinearAlgebra();

  @Override
  public String version() {
    return torch.version();
  }

  @Override
  public Optional<String> unsupported() {
    return torch.unsupported();
  }

  @Override
  public Session open(int threads) {
    return TorchLinearAlgebra.inProcess(threads);
  }
}
