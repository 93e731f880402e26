package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.image.ImagePreprocessing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the program {@code two-tower} is made of.
 *
 * @param pictures null where that is wrong or missing
 */
record TwoTowerPlan(
    Bundle bundle,
    BundleSettings read,
    @Nullable ImagePreprocessing pictures,
    SingleProgram.Options text)
    implements ProgramPlan {

  static TwoTowerPlan of(Bundle bundle, BundleSettings read) {
    read.none();
    return new TwoTowerPlan(
        bundle, read, read.pictures(TwoTowerProgram.VISION), read.text(TwoTowerProgram.TEXT));
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>(read.problems());
    problems.addAll(new TwoTowerParts(bundle).problems(pictures));
    Model model = bundle.parts().get(TwoTowerProgram.TEXT);
    if (model != null && DeclaredInputs.of(model).takesText()) {
      problems.addAll(
          text.tokenizer() == null
              ? List.of(
                  "part 'text' needs a tokenizer: name one in its preprocessing, or put the model's"
                      + " tokenizer.json beside it")
              : read.tried(TwoTowerProgram.TEXT, model, text));
    }
    return problems;
  }

  @Override
  public Program program() {
    TextTower tower =
        TextTower.of(bundle.part(TwoTowerProgram.TEXT), read.file(TwoTowerProgram.TEXT), text)
            .orElseThrow(this::unusable);
    if (pictures == null) {
      tower.close();
      throw unusable();
    }
    Model vision = bundle.part(TwoTowerProgram.VISION);
    return new TwoTowerProgram(new PictureEncoder(DeclaredInputs.of(vision), pictures), tower);
  }

  private DemitasseException unusable() {
    return DemitasseException.badRequest(
        "The program 'two-tower' cannot run this bundle:\n  - "
            + String.join("\n  - ", problems()));
  }
}
