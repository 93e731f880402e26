package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.manifest.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder that holds one model is that model. */
final class OneModel {
  private OneModel() {}

  /** The model's file where a folder holds one, else the same. */
  static Path of(Path model) {
    if (!Files.isDirectory(model)) {
      return model;
    }
    Manifest manifest = Demitasse.folder(model).manifest();
    List<Manifest.Part> parts = List.copyOf(manifest.parts().values());
    return manifest.program().equals(Manifest.SINGLE) && parts.size() == 1
        ? model.resolve(parts.getFirst().file())
        : model;
  }

  /** The model's file where a folder without a description is to become a file, else the same. */
  static Path of(Path model, Path output) {
    boolean toFile = output.toString().endsWith(".onnx");
    if (!toFile || !Files.isDirectory(model) || Files.exists(model.resolve(Manifest.FILE))) {
      return model;
    }
    return of(model);
  }
}
