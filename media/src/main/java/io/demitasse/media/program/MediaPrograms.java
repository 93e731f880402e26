package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.media.ocr.OcrSettings;
import io.demitasse.media.text.Pooling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The programs of this module. Options of {@code single}: {@code pooling} ({@code mean} or {@code
 * first}) and {@code tokenizer} (a file) go before what lies beside the model.
 */
public final class MediaPrograms implements ProgramProvider {

  @Override
  public List<String> names() {
    return List.of(SingleProgram.NAME, OcrProgram.NAME);
  }

  @Override
  public List<String> problems(Request request) {
    return request.manifest().program().equals(OcrProgram.NAME)
        ? Ocr.of(request).problems()
        : singleProblems(request);
  }

  @Override
  public Optional<Manifest> propose(Path folder, Map<String, Model> models) {
    return new FolderLayout(folder, models).manifest();
  }

  @Override
  public Program make(Request request) {
    return request.manifest().program().equals(OcrProgram.NAME)
        ? Ocr.of(request).program()
        : single(request);
  }

  private static List<String> singleProblems(Request request) {
    Set<String> parts = request.bundle().parts().keySet();
    return parts.equals(Set.of(Bundle.SINGLE))
        ? List.of()
        : List.of(
            "the program 'single' runs one part called '%s', not %s"
                .formatted(Bundle.SINGLE, parts));
  }

  private static SingleProgram single(Request request) {
    String pooling = request.options().get("pooling");
    String tokenizer = request.options().get("tokenizer");
    SingleProgram.Options options =
        new SingleProgram.Options(
            tokenizer == null ? null : Path.of(tokenizer),
            pooling == null ? null : Pooling.of(pooling));
    return SingleProgram.of(request.bundle().part(Bundle.SINGLE), request.place(), options);
  }

  /** What the program {@code ocr} is made of. */
  private record Ocr(
      Request request, OcrSettings settings, List<String> keys, List<String> problems) {

    static Ocr of(Request request) {
      BundleSettings read = new BundleSettings(request.manifest(), request.place());
      OcrSettings settings = read.ocr();
      List<String> keys = read.keys();
      List<String> problems = new ArrayList<>(read.problems());
      problems.addAll(OcrProgram.problems(request.bundle(), settings, keys));
      return new Ocr(request, settings, keys, problems);
    }

    OcrProgram program() {
      BundleSettings read = new BundleSettings(request.manifest(), request.place());
      Model model = request.bundle().parts().get(OcrProgram.TEXT);
      TextEncoder encoder = read.text(OcrProgram.TEXT, model);
      if (!read.problems().isEmpty()) {
        throw DemitasseException.badRequest(
            "The part 'text' cannot be used: " + String.join("; ", read.problems()) + ".");
      }
      return OcrProgram.of(request.bundle(), settings, keys, encoder);
    }
  }
}
