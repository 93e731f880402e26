package io.demitasse;

import io.demitasse.data.ProgramProvider;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Tie;
import io.demitasse.manifest.Ties;
import io.demitasse.port.ModelFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder of models that nobody has described yet. */
record Folder(Path path, ModelFormat format) {
  /** Exports put their models beside the configuration, or one level below. */
  private static final int DEPTH = 2;

  /**
   * What the folder is, as far as files and models tell.
   *
   * @throws DemitasseException (bad request) when that is not enough; (bad model) when a model
   *     cannot be read, for it may be the one that matters
   */
  Manifest describe() {
    if (!Files.isDirectory(path)) {
      throw DemitasseException.badRequest("There is no folder " + path + ".");
    }
    Map<String, Model> models = new LinkedHashMap<>();
    List<String> unreadable = new ArrayList<>();
    for (Path file : modelFiles()) {
      String name = path.relativize(file).toString();
      try {
        models.put(name, format.read(file));
      } catch (DemitasseException e) {
        unreadable.add(name + " (" + e.getMessage() + ")");
      }
    }
    if (!unreadable.isEmpty()) {
      throw DemitasseException.badModel(
          "%s holds models that cannot be read: %s. Replace them, move them elsewhere, or write a %s by hand."
              .formatted(path, String.join("; ", unreadable), Manifest.FILE));
    }
    return ProgramProvider.proposed(path, models)
        .map(manifest -> withTies(manifest, models))
        .orElseThrow(() -> unknown(models));
  }

  private List<Path> modelFiles() {
    try (Stream<Path> files = Files.walk(path, DEPTH)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    } catch (IOException e) {
      throw DemitasseException.badRequest(path + " cannot be read: " + e.getMessage());
    }
  }

  private static Manifest withTies(Manifest manifest, Map<String, Model> models) {
    Map<String, Model> parts = new LinkedHashMap<>();
    manifest.parts().forEach((name, part) -> parts.put(name, models.get(part.file())));
    List<Tie.OfTensors> tensors = Ties.find(new Bundle(parts));
    return new Manifest(
        manifest.program(), manifest.settings(), manifest.parts(), tensors, manifest.dimensions());
  }

  private DemitasseException unknown(Map<String, Model> models) {
    String found = models.isEmpty() ? "no model" : "the models " + models.keySet();
    return DemitasseException.badRequest(
        "%s holds %s, and no known program runs them together. Write a %s by hand."
            .formatted(path, found, Manifest.FILE));
  }
}
