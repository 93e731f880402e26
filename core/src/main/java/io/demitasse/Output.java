package io.demitasse;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
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
 *
 * @param model the file of a single model, or the folder of a bundle
 */
public record Output(Path model, Path recipe, Path json, Path html) {

  /** What is written beside the model. */
  record Texts(String recipe, String json, String html) {}

  /**
   * The places that a destination stands for.
   *
   * @param original a folder when the result is a bundle
   * @throws DemitasseException (bad request) when a bundle is to become one file
   */
  public static Output of(Path original, Path destination) {
    Path path = destination.toAbsolutePath().normalize();
    String name = path.getFileName().toString();
    if (Files.isDirectory(original)) {
      if (name.endsWith(".onnx")) {
        throw DemitasseException.badRequest(
            original + " is a bundle of several models and becomes a folder, not " + path + ".");
      }
      return in(path, path);
    }
    if (!name.endsWith(".onnx")) {
      return in(path, path.resolve("model.onnx"));
    }
    String stem = name.substring(0, name.length() - ".onnx".length());
    return new Output(
        path,
        path.resolveSibling(stem + ".recipe.yaml"),
        path.resolveSibling(stem + ".report.json"),
        path.resolveSibling(stem + ".report.html"));
  }

  private static Output in(Path folder, Path model) {
    return new Output(
        model,
        folder.resolve("recipe.yaml"),
        folder.resolve("report.json"),
        folder.resolve("report.html"));
  }

  /** Whether the recipe stands in the folder that is the model. */
  boolean isFolder() {
    return model.equals(recipe.getParent());
  }

  /**
   * Checks, before any work is done, that nothing would be lost.
   *
   * @throws DemitasseException (bad request) when the destination is the original, exists and may
   *     not be replaced, or lies where nothing can be written
   */
  public void requireFree(Path original, boolean replace) {
    if (isFolder() && Files.isDirectory(original)) {
      requireFreeFolder(original.toAbsolutePath().normalize(), replace);
    } else {
      requireFreeFiles(original, replace);
    }
    requireWritable();
  }

  /** A folder is replaced as a whole, so only one that held a bundle may be. */
  private void requireFreeFolder(Path original, boolean replace) {
    if (model.startsWith(original) || original.startsWith(model)) {
      throw DemitasseException.badRequest(
          "The destination %s and the original %s lie in each other; the original is never changed. Choose another."
              .formatted(model, original));
    }
    String[] inside = model.toFile().list();
    if (!Files.exists(model) || (inside != null && inside.length == 0)) {
      return;
    }
    if (!replace) {
      throw DemitasseException.badRequest(
          "The destination " + model + " exists. Choose another, or replace it with --force.");
    }
    if (!Files.exists(model.resolve(Manifest.FILE))) {
      throw DemitasseException.badRequest(
          "The destination %s holds something that is no bundle and is not replaced. Choose another."
              .formatted(model));
    }
  }

  private void requireFreeFiles(Path original, boolean replace) {
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

  void write(ModelFormat format, Model small, Texts texts) {
    try {
      MadeFolders folders = MadeFolders.above(model);
      try {
        writeFiles(format, small, texts);
      } catch (IOException | RuntimeException | Error e) {
        folders.remove();
        throw e;
      }
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Cannot write to " + model.getParent() + ": " + e.getMessage(), e);
    }
  }

  private void writeFiles(ModelFormat format, Model small, Texts texts) throws IOException {
    List<Path> made = new ArrayList<>();
    try {
      made.add(staged(recipe, texts.recipe()));
      made.add(staged(json, texts.json()));
      made.add(staged(html, texts.html()));
      format.write(small, model, ModelFormat.WriteOptions.DEFAULT);
      for (Path stage : List.copyOf(made)) {
        String name = stage.getFileName().toString();
        Files.move(
            stage,
            stage.resolveSibling(name.substring(1, name.length() - ".part".length())),
            StandardCopyOption.ATOMIC_MOVE);
        made.remove(stage);
      }
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
