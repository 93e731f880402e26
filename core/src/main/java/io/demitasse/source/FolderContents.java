package io.demitasse.source;

import static java.util.stream.Collectors.joining;

import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * What lies in a folder of models that nobody has described.
 *
 * @param companions names of other files, relative to the folder
 * @param proposal what the models would be to each other; empty where nothing tells
 */
public record FolderContents(
    List<Found> models, List<String> companions, Optional<Manifest> proposal) {
  public FolderContents {
    models = List.copyOf(models);
    companions = List.copyOf(companions);
  }

  /**
   * A model file.
   *
   * @param file relative to the folder
   * @param takes its inputs that must be given, with their types
   * @param gives its outputs with their types
   * @param problem why it cannot be read; empty when it can
   */
  public record Found(String file, long bytes, String takes, String gives, String problem) {

    static Found of(String file, long bytes, Model model) {
      return new Found(
          file,
          bytes,
          model.graph().inputs().stream()
              .filter(input -> input.initializer() == null)
              .map(Value::toString)
              .collect(joining(", ")),
          model.graph().outputs().stream().map(Value::toString).collect(joining(", ")),
          "");
    }

    static Found unreadable(String file, long bytes, String problem) {
      return new Found(file, bytes, "", "", problem);
    }
  }

  /** The part that a model file would be; empty where nothing tells. */
  public Optional<String> part(String file) {
    return proposal.stream()
        .flatMap(manifest -> manifest.parts().entrySet().stream())
        .filter(part -> part.getValue().file().equals(file))
        .map(java.util.Map.Entry::getKey)
        .findFirst();
  }
}
