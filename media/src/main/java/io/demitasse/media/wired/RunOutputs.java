package io.demitasse.media.wired;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
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
    Model model = bundle.parts().get(run.part());
    return model == null ? List.of() : model.graph().outputs().stream().map(Value::name).toList();
  }
}
