package io.demitasse.media.own;

import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;

/** Counts and tells how far it is, as a pass does that works for hours. */
@PassInfo(summary = "Count, and tell how far", effect = PassInfo.Effect.EXACT)
public record CountSlowly(@Option(doc = "How far to count", value = "1000") long to)
    implements ModelPass {
  @Override
  public void apply(Model model, PassContext context) {
    for (long i = 0; i <= to; i++) {
      context.progress(i, to);
    }
    context.skipped("it only counts");
  }
}
