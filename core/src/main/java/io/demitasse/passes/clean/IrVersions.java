package io.demitasse.passes.clean;

import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import java.util.List;

/** Raises the version of the file format that a model declares. */
final class IrVersions {
  /**
   * Since this version an initializer need not be a graph input, and is a constant unless it is
   * one.
   */
  static final long INITIALIZERS_ARE_CONSTANT = 4;

  private IrVersions() {}

  /**
   * Raises the version to at least the one given. Before version 4 every initializer had to be
   * listed as an input, and no caller could override it; such inputs are taken off the list, so
   * that they stay constants.
   */
  static void raise(Model model, long version) {
    if (model.irVersion() < INITIALIZERS_ARE_CONSTANT && version >= INITIALIZERS_ARE_CONSTANT) {
      for (Value input : List.copyOf(model.graph().inputs())) {
        if (input.initializer() != null) {
          model.graph().closeInput(input);
        }
      }
    }
    model.irVersion(Math.max(model.irVersion(), version));
  }
}
