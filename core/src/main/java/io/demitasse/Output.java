package io.demitasse;

import io.demitasse.error.DemitasseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a result goes. Recipe and report lie beside the model and are named after it, or stand in
 * the folder.
 *
 * @param model the file of a single model, or the folder of a bundle
 */
public record Output(Path model, Path recipe, Path json, Path html) {

  private static final String RECIPE = "recipe.yaml";

  /**
   * The places that a destination stands for.
   *
   * @param original a folder when the result is a bundle
   * @throws DemitasseException (bad request) when a bundle is to become one file, or the
   *     destination names nothing that can be made
   */
  public static Output of(Path original, Path destination) {
    Path path = RealPath.of(destination);
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
        folder.resolve(RECIPE),
        folder.resolve("report.json"),
        folder.resolve("report.html"));
  }

  /** Whether everything stands in a folder of its own. */
  boolean isFolder() {
    return recipe.endsWith(RECIPE);
  }

  /** The folder that the files lie in. */
  Path root() {
    return Objects.requireNonNull(recipe.getParent(), "absolute paths of files have parents");
  }
}
