package io.demitasse;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.port.ModelFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a result goes. Recipe and report lie beside the model and are named after it, or stand in
 * the folder.
 */
public record Output(Path model, Path recipe, Path json, Path html) {

  /** What is written beside the model. */
  record Texts(String recipe, String json, String html) {}

  /** The places that a destination stands for. */
  public static Output at(Path destination) {
    Path path = destination.toAbsolutePath().normalize();
    String name = path.getFileName().toString();
    if (!name.endsWith(".onnx")) {
      return new Output(
          path.resolve("model.onnx"),
          path.resolve("recipe.yaml"),
          path.resolve("report.json"),
          path.resolve("report.html"));
    }
    String stem = name.substring(0, name.length() - ".onnx".length());
    return new Output(
        path,
        path.resolveSibling(stem + ".recipe.yaml"),
        path.resolveSibling(stem + ".report.json"),
        path.resolveSibling(stem + ".report.html"));
  }

  /**
   * Checks, before any work is done, that nothing would be lost.
   *
   * @throws DemitasseException (bad request) when the destination is the original, exists and may
   *     not be replaced, or lies where nothing can be written
   */
  public void requireFree(Path original, boolean replace) {
    for (Path file : List.of(model, recipe, json, html)) {
      if (!Files.exists(file)) {
        continue;
      }
      if (isSame(file, original)) {
        throw DemitasseException.badRequest(
            "The destination "
                + file
                + " is the original, which is never changed. Choose another.");
      }
      if (!replace) {
        throw DemitasseException.badRequest(
            "The destination " + file + " exists. Choose another, or replace it with --force.");
      }
    }
    requireWritable();
  }

  private void requireWritable() {
    Path place = model.getParent();
    while (place != null && !Files.exists(place)) {
      place = place.getParent();
    }
    if (place == null || !Files.isDirectory(place) || !Files.isWritable(place)) {
      throw DemitasseException.badRequest(
          "The destination " + model + " cannot be made: " + place + " is no folder to write in.");
    }
  }

  private static boolean isSame(Path file, Path original) {
    try {
      return Files.isSameFile(file, original);
    } catch (IOException e) {
      return false;
    }
  }

  void write(ModelFormat format, Bundle bundle, Texts texts) {
    List<Path> made = new ArrayList<>();
    try {
      Files.createDirectories(model.getParent());
      made.add(staged(recipe, texts.recipe()));
      made.add(staged(json, texts.json()));
      made.add(staged(html, texts.html()));
      format.write(bundle.part(Bundle.SINGLE), model, ModelFormat.WriteOptions.DEFAULT);
      for (Path stage : List.copyOf(made)) {
        String name = stage.getFileName().toString();
        Files.move(
            stage,
            stage.resolveSibling(name.substring(1, name.length() - ".part".length())),
            StandardCopyOption.ATOMIC_MOVE);
        made.remove(stage);
      }
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Cannot write to " + model.getParent() + ": " + e.getMessage(), e);
    } finally {
      made.forEach(Output::discard);
    }
  }

  /** Writes a text beside its place under a name that no one takes for the finished file. */
  private static Path staged(Path file, String text) throws IOException {
    Path stage = file.resolveSibling("." + file.getFileName() + ".part");
    stage.toFile().deleteOnExit();
    Files.writeString(stage, text);
    return stage;
  }

  private static void discard(Path stage) {
    try {
      Files.deleteIfExists(stage);
    } catch (IOException e) {
      stage.toFile().deleteOnExit();
    }
  }
}
