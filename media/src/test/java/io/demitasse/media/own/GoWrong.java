package io.demitasse.media.own;

import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Runtime;

/** Asks for a port that it did not declare. */
@PassInfo(summary = "Go wrong", effect = PassInfo.Effect.EXACT)
public record GoWrong() implements ModelPass {
  @Override
  public void apply(Model model, PassContext context) {
    context.changed(context.port(Runtime.class).version());
  }
}
