package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.media.ocr.OcrSettings;
import java.util.ArrayList;
import java.util.List;

/**
 * What the program {@code ocr} is made of.
 *
 * @param text of the part that embeds
 */
record OcrPlan(
    Bundle bundle,
    BundleSettings read,
    OcrSettings settings,
    List<String> keys,
    SingleProgram.Options text)
    implements ProgramPlan {

  static OcrPlan of(Bundle bundle, BundleSettings read) {
    return new OcrPlan(bundle, read, read.ocr(), read.keys(), read.text(OcrProgram.TEXT));
  }

  @Override
  public List<String> problems() {
    Model model = bundle.parts().get(OcrProgram.TEXT);
    List<String> problems = new ArrayList<>(read.problems());
    problems.addAll(OcrProgram.problems(bundle, settings, keys));
    if (model != null) {
      problems.addAll(read.tried(OcrProgram.TEXT, model, text));
    }
    return problems;
  }

  @Override
  public Program program() {
    Model model = bundle.parts().get(OcrProgram.TEXT);
    TextEncoder encoder =
        model == null ? null : TextEncoder.of(model, read.file(OcrProgram.TEXT), text).orElse(null);
    return OcrProgram.of(bundle, settings, keys, encoder);
  }
}
