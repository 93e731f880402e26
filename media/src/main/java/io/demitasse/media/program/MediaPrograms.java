package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.media.text.Pooling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The programs of this module. Options of {@code single}: {@code pooling} ({@code mean} or {@code
 * first}) and {@code tokenizer} (a file) go before what lies beside the model.
 */
public final class MediaPrograms implements ProgramProvider {

  @Override
  public List<String> names() {
    return List.of(SingleProgram.NAME);
  }

  @Override
  public List<String> problems(Request request) {
    return request.bundle().parts().keySet().equals(java.util.Set.of(Bundle.SINGLE))
        ? List.of()
        : List.of(
            "the program 'single' runs one part called '%s', not %s"
                .formatted(Bundle.SINGLE, request.bundle().parts().keySet()));
  }

  @Override
  public Optional<Manifest> propose(Path folder, Map<String, Model> models) {
    return new FolderLayout(folder, models).manifest();
  }

  @Override
  public Program make(Request request) {
    String pooling = request.options().get("pooling");
    String tokenizer = request.options().get("tokenizer");
    SingleProgram.Options options =
        new SingleProgram.Options(
            tokenizer == null ? null : Path.of(tokenizer),
            pooling == null ? null : Pooling.of(pooling));
    return SingleProgram.of(request.bundle().part(Bundle.SINGLE), request.place(), options);
  }
}
