package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.manifest.Manifest;
import io.demitasse.media.text.Pooling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the program {@code single} is made of.
 *
 * @param place the model's file
 * @param sound how sounds are prepared; null where nobody says it
 */
record SinglePlan(
    Bundle bundle,
    Path place,
    SingleProgram.Options options,
    PictureInput.Told told,
    @Nullable String sound,
    List<String> problems)
    implements ProgramPlan {

  static SinglePlan of(ProgramProvider.Request request, BundleSettings read) {
    SingleProgram.Options asked = asked(request.options());
    PictureInput.Told told = new PictureInput.Told(request.options().get("image"), Map.of());
    String sound = request.options().get("sound");
    Bundle bundle = request.bundle();
    if (!bundle.parts().keySet().equals(Set.of(Bundle.SINGLE))) {
      String problem =
          String.format(
              Locale.ROOT,
              "the program 'single' runs one part called '%s', not %s",
              Bundle.SINGLE,
              bundle.parts().keySet());
      return new SinglePlan(bundle, request.place(), asked, told, sound, List.of(problem));
    }
    if (!Files.isDirectory(request.place())) {
      return new SinglePlan(bundle, request.place(), asked, told, sound, List.of());
    }
    read.none();
    if (request.manifest().part(Bundle.SINGLE).modality() == Manifest.Modality.IMAGE) {
      Map<String, Object> settings = read.pictureSettings(Bundle.SINGLE);
      return new SinglePlan(
          bundle,
          read.file(Bundle.SINGLE),
          asked,
          new PictureInput.Told(told.flags(), settings),
          sound,
          read.problems());
    }
    SingleProgram.Options described = read.text(Bundle.SINGLE);
    SingleProgram.Options options =
        new SingleProgram.Options(
            asked.tokenizer() == null ? described.tokenizer() : asked.tokenizer(),
            asked.pooling() == null ? described.pooling() : asked.pooling());
    return new SinglePlan(bundle, read.file(Bundle.SINGLE), options, told, sound, read.problems());
  }

  private static SingleProgram.Options asked(Map<String, String> options) {
    String pooling = options.get("pooling");
    String tokenizer = options.get("tokenizer");
    return new SingleProgram.Options(
        tokenizer == null ? null : Path.of(tokenizer),
        pooling == null ? null : Pooling.of(pooling));
  }

  @Override
  public Program program() {
    return SingleProgram.of(bundle.part(Bundle.SINGLE), place, options, told, sound);
  }
}
