package io.demitasse.media.wired;

import io.demitasse.ir.Bundle;
import io.demitasse.media.generate.GeneratedText;
import java.util.List;

/** What runs give. */
final class RunOutputs {
  private RunOutputs() {}

  /** Names of what a run gives; none where there is no such part. */
  static List<String> of(Wiring.Run run, Bundle bundle) {
    if (run.loop().isPresent()) {
      return GeneratedText.NAMES;
    }
    return Signature.of(bundle, run.part()).outputNames();
  }
}
