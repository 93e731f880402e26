package io.demitasse.architecture.violations.passes.clean;

import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;

/** A pass that nobody can find. */
@PassInfo(summary = "Do nothing", effect = PassInfo.Effect.EXACT)
public record NotListed() implements ModelPass {
  @Override
  public void apply(Model model, PassContext context) {}
}
