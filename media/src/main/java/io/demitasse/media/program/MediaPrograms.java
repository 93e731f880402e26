package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.media.wired.Shorthand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The programs of this module. Options of {@code single}: {@code pooling} ({@code mean} or {@code
 * first}), {@code tokenizer} (a file) and {@code image} ({@link
 * io.demitasse.media.image.PreprocessingFlags}) go before what lies beside the model, and so does
 * {@code sound} ({@code rate=16000,features=log-mel,bands=80}, the keys of {@link
 * io.demitasse.media.sound.SoundPreprocessing}).
 */
public final class MediaPrograms implements ProgramProvider {

  @Override
  public List<String> names() {
    return List.of(
        SingleProgram.NAME,
        OcrProgram.NAME,
        TwoTowerProgram.NAME,
        WiredProgram.NAME,
        Shorthand.ENCODER_DECODER.program(),
        Shorthand.DECODER.program());
  }

  @Override
  public List<String> problems(Request request) {
    return plan(request).problems();
  }

  @Override
  public Optional<Manifest> propose(Path folder, Map<String, Model> models) {
    return new FolderLayout(folder, models).manifest();
  }

  @Override
  public Program make(Request request) {
    return plan(request).program();
  }

  private static ProgramPlan plan(Request request) {
    BundleSettings read = new BundleSettings(request.manifest(), request.place());
    for (Shorthand shorthand : Shorthand.values()) {
      if (shorthand.program().equals(request.manifest().program())) {
        return WiredPlan.of(request, read, shorthand);
      }
    }
    return switch (request.manifest().program()) {
      case OcrProgram.NAME -> OcrPlan.of(request.bundle(), read);
      case WiredProgram.NAME -> WiredPlan.of(request, read);
      case TwoTowerProgram.NAME -> TwoTowerPlan.of(request.bundle(), read);
      default -> SinglePlan.of(request, read);
    };
  }
}
