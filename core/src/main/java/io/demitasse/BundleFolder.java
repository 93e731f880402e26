package io.demitasse;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.port.ModelFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes a bundle as a folder: under a name beside its place that no one takes for finished, then
 * moved there as a whole. What was there before is moved away first and deleted last.
 */
record BundleFolder(Source source, ModelFormat format) {
  /** Larger files beside the models are not what a program reads. */
  private static final long MAXIMUM_BYTES = 64L << 20;

  /** How deep configuration may lie below the folder. */
  private static final int DEPTH = 3;

  /** What we write ourselves, and other models. */
  private static final List<String> LEFT_OUT =
      List.of(
          ".onnx",
          ".onnx_data",
          ".data",
          ".html",
          ".part",
          Manifest.FILE,
          "recipe.yaml",
          "report.json");

  void write(Bundle bundle, Output.Texts texts, Output output) {
    Path place = output.model();
    Path stage = place.resolveSibling("." + place.getFileName() + ".part");
    Path former = place.resolveSibling("." + place.getFileName() + ".former");
    try {
      MadeFolders folders = MadeFolders.above(place);
      try {
        writeStage(bundle, texts, output, stage);
        replace(place, stage, former);
      } catch (IOException | RuntimeException | Error e) {
        delete(stage);
        folders.remove();
        throw e;
      }
    } catch (IOException e) {
      throw DemitasseException.backendFailed("Cannot write " + place + ": " + e.getMessage(), e);
    }
  }

  private void writeStage(Bundle bundle, Output.Texts texts, Output output, Path stage)
      throws IOException {
    delete(stage);
    Files.createDirectory(stage);
    writeModels(bundle, stage);
    copyCompanions(stage);
    Files.writeString(
        stage.resolve(Manifest.FILE), Manifests.text(source.manifest().holdingIn(bundle)));
    Files.writeString(stage.resolve(output.recipe().getFileName()), texts.recipe());
    Files.writeString(stage.resolve(output.json().getFileName()), texts.json());
    Files.writeString(stage.resolve(output.html().getFileName()), texts.html());
  }

  private void writeModels(Bundle bundle, Path stage) throws IOException {
    Map<Path, Model> models = new LinkedHashMap<>();
    for (String part : bundle.parts().keySet()) {
      Path file = stage.resolve(source.manifest().part(part).file()).normalize();
      Files.createDirectories(file.getParent());
      models.put(file, bundle.part(part));
    }
    format.write(models, ModelFormat.WriteOptions.DEFAULT);
  }

  /** Tokenizers, configuration, lists of keys: whatever small files lie beside the models. */
  private void copyCompanions(Path stage) throws IOException {
    try (Stream<Path> files = Files.walk(source.path(), DEPTH)) {
      for (Path file : files.filter(this::isCompanion).toList()) {
        Path copy = stage.resolve(source.path().relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private boolean isCompanion(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && file.toFile().length() <= MAXIMUM_BYTES
        && !name.startsWith(".")
        && LEFT_OUT.stream().noneMatch(name::endsWith);
  }

  private static void replace(Path place, Path stage, Path former) throws IOException {
    boolean replaces = Files.exists(place);
    if (replaces) {
      delete(former);
      Files.move(place, former, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(stage, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (replaces) {
        Files.move(former, place, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
    delete(former);
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      tree.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    } catch (IOException e) {
      throw DemitasseException.backendFailed("Cannot delete " + folder + ": " + e.getMessage(), e);
    }
  }
}
