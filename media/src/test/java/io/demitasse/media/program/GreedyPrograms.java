package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes {@link GreedyProgram}: found as a program of anyone else's is. */
public final class GreedyPrograms implements ProgramProvider {
  private static final Set<String> PARTS = Set.of(GreedyProgram.ENCODER, GreedyProgram.DECODER);

  @Override
  public List<String> names() {
    return List.of(GreedyProgram.NAME);
  }

  @Override
  public List<String> problems(Request request) {
    Set<String> parts = request.bundle().parts().keySet();
    return parts.equals(PARTS)
        ? List.of()
        : List.of("the program 'greedy' runs %s, not %s".formatted(PARTS, parts));
  }

  @Override
  public Program make(Request request) {
    Manifest manifest = request.manifest();
    Object tokenizer = manifest.part(GreedyProgram.ENCODER).preprocessing().get("tokenizer");
    TextLimits limits = TextLimits.of(request.bundle().part(GreedyProgram.ENCODER));
    return new GreedyProgram(
        TextTokenizer.open(request.place().resolve(String.valueOf(tokenizer)), limits),
        number(manifest, "start"),
        number(manifest, "end"));
  }

  private static long number(Manifest manifest, String key) {
    return ((Number) manifest.settings().get(key)).longValue();
  }

  @Override
  public Optional<Manifest> propose(Path folder, Map<String, Model> models) {
    return Optional.empty();
  }
}
