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

/**
 * What the program {@code single} is made of.
 *
 * @param place the model's file
 * @param told how pictures are prepared
 * @param sound how sounds are
 */
record SinglePlan(
    Bundle bundle,
    Path place,
    SingleProgram.Options options,
    PictureInput.Told told,
    SoundTold sound,
    List<String> problems)
    implements ProgramPlan {

  static SinglePlan of(ProgramProvider.Request request, BundleSettings read) {
    Bundle bundle = request.bundle();
    SinglePlan asked =
        new SinglePlan(
            bundle,
            request.place(),
            asked(request.options()),
            new PictureInput.Told(request.options().get("image"), Map.of()),
            new SoundTold(request.options().get("sound"), Map.of()),
            List.of());
    if (!bundle.parts().keySet().equals(Set.of(Bundle.SINGLE))) {
      String problem =
          String.format(
              Locale.ROOT,
              "the program 'single' runs one part called '%s', not %s",
              Bundle.SINGLE,
              bundle.parts().keySet());
      return asked.with(List.of(problem));
    }
    if (!Files.isDirectory(request.place())) {
      return asked;
    }
    read.none();
    return asked.described(request.manifest().part(Bundle.SINGLE).modality(), read);
  }

  private SinglePlan with(List<String> found) {
    return new SinglePlan(bundle, place, options, told, sound, found);
  }

  /** The same with what the manifest says of what the part perceives. */
  private SinglePlan described(Manifest.Modality modality, BundleSettings read) {
    Path file = read.file(Bundle.SINGLE);
    SinglePlan found =
        switch (modality) {
          case IMAGE -> {
            Map<String, Object> settings = read.pictureSettings(Bundle.SINGLE);
            PictureInput.Told pictures = new PictureInput.Told(told.flags(), settings);
            yield new SinglePlan(bundle, file, options, pictures, sound, List.of());
          }
          case VIDEO -> {
            Map<String, Object> settings = read.videoSettings(Bundle.SINGLE);
            PictureInput.Told frames = new PictureInput.Told(told.flags(), settings);
            yield new SinglePlan(bundle, file, options, frames, sound, List.of());
          }
          case AUDIO -> {
            SoundTold sounds = new SoundTold(sound.flags(), read.soundSettings(Bundle.SINGLE));
            yield new SinglePlan(bundle, file, options, told, sounds, List.of());
          }
          default -> {
            SingleProgram.Options said = read.text(Bundle.SINGLE);
            SingleProgram.Options both =
                new SingleProgram.Options(
                    options.tokenizer() == null ? said.tokenizer() : options.tokenizer(),
                    options.pooling() == null ? said.pooling() : options.pooling());
            yield new SinglePlan(bundle, file, both, told, sound, List.of());
          }
        };
    return found.with(read.problems());
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
