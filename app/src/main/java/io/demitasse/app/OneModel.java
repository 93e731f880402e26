package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.ir.Bundle;
import io.demitasse.manifest.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that holds one model may become one file. */
final class OneModel {
  private OneModel() {}

  /** The model's file where a folder without a description is to become a file, else the same. */
  static Path of(Path model, Path output) {
    boolean toFile = output.toString().endsWith(".onnx");
    if (!toFile || !Files.isDirectory(model) || Files.exists(model.resolve(Manifest.FILE))) {
      return model;
    }
    Manifest manifest = Demitasse.manifest(model);
    return manifest.program().equals(Manifest.SINGLE)
        ? model.resolve(manifest.part(Bundle.SINGLE).file())
        : model;
  }
}
