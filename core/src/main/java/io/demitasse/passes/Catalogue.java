package io.demitasse.passes;

import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import java.util.List;
import java.util.Optional;

/** Every pass there is, by family and name. A pass that is not listed here does not exist. */
public final class Catalogue {

  /** All passes; keep sorted within each family. */
  public static final List<Class<? extends Pass>> PASSES = List.of();

  private Catalogue() {}

  /** The pass with a recipe key. */
  public static Optional<Class<? extends Pass>> find(String name) {
    return PASSES.stream().filter(pass -> PassOptions.name(pass).equals(name)).findFirst();
  }
}
