package io.demitasse.architecture.violations.passes.clean;

import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;

/** A pass that remembers and declares nothing. */
final class KeepsState implements ModelPass {
  private int applied;

  @Override
  public void apply(Model model, PassContext context) {
    applied++;
  }

  int applied() {
    return applied;
  }
}
