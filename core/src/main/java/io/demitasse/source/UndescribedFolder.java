package io.demitasse.source;

import io.demitasse.data.ProgramProvider;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.error.RegularFile;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tie;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.manifest.Ties;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder of models, which may be described in a {@value Manifest#FILE} or not yet. */
public final class UndescribedFolder {
  /** Exports put their models beside the configuration, or one level below. */
  private static final int DEPTH = 2;

  private final Path path;
  private final ModelFormat format;

  private UndescribedFolder(Path path, ModelFormat format) {
    this.path = path;
    this.format = format;
  }

  /**
   * A folder of models in the format that this program has.
   *
   * @throws DemitasseException (bad request) when there is no such folder
   */
  public static UndescribedFolder of(Path path) {
    return of(path, Ports.find().format());
  }

  static UndescribedFolder of(Path path, ModelFormat format) {
    return new UndescribedFolder(path.toAbsolutePath().normalize(), format);
  }

  /**
   * What its {@value Manifest#FILE} says. A folder with one model, and other forms of it, needs
   * none.
   *
   * @throws DemitasseException (bad request) when there is no model, there are several and nobody
   *     says what they are to each other, or that is wrong; (bad model) when a model cannot be read
   */
  public Manifest manifest() {
    if (RegularFile.isAt(path.resolve(Manifest.FILE))) {
      return Manifests.read(path);
    }
    if (modelFiles().size() == 1) {
      return describe();
    }
    FolderContents contents = contents();
    return contents
        .proposal()
        .filter(manifest -> manifest.program().equals(Manifest.SINGLE))
        .orElseThrow(() -> undescribed(contents));
  }

  private DemitasseException undescribed(FolderContents contents) {
    if (contents.models().isEmpty()) {
      return DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s holds no model: no .onnx file lies in it or one folder below. Name the model's"
                  + " file, or the folder it is in.",
              path));
    }
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "%s holds %d models and no %s that says what they are to each other: %s. %s, or name"
                + " one of the files.",
            path,
            contents.models().size(),
            Manifest.FILE,
            String.join(", ", contents.models().stream().map(FolderContents.Found::file).toList()),
            contents.proposal().isPresent()
                ? String.format(Locale.ROOT, "Let 'demitasse inspect %s --init' write it", path)
                : String.format(
                    Locale.ROOT,
                    "'demitasse inspect %s' tells more of them; write it by hand",
                    path)));
  }

  /**
   * What lies in it, told as far as it can be read.
   *
   * @throws DemitasseException (bad request) when there is no such folder
   */
  public FolderContents contents() {
    requireFolder();
    Map<String, Model> models = new LinkedHashMap<>();
    List<FolderContents.Found> found = new ArrayList<>();
    for (Path file : modelFiles()) {
      String name = path.relativize(file).toString();
      try {
        Model model = format.read(file);
        models.put(name, model);
        found.add(FolderContents.Found.of(name, file.toFile().length(), model));
      } catch (DemitasseException e) {
        found.add(FolderContents.Found.unreadable(name, file.toFile().length(), e.getMessage()));
      }
    }
    Optional<Manifest> proposal =
        ProgramProvider.proposed(path, models).map(manifest -> withTies(manifest, models));
    return new FolderContents(found, companions(), proposal);
  }

  /** Files beside the models, without hidden ones. */
  private List<String> companions() {
    try (Stream<Path> files = Files.walk(path, DEPTH)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> path.relativize(file).toString())
          .filter(name -> !name.startsWith(".") && !name.endsWith(".onnx"))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  private void requireFolder() {
    if (!Files.isDirectory(path)) {
      throw DemitasseException.badRequest("There is no folder " + path + ".");
    }
  }

  private DemitasseException unreadable(Exception e) {
    return DemitasseException.badRequest(path + " cannot be read: " + Reason.of(e));
  }

  /**
   * What the folder is, as far as files and models tell.
   *
   * @throws DemitasseException (bad request) when that is not enough; (bad model) when a model
   *     cannot be read, for it may be the one that matters
   */
  public Manifest describe() {
    requireFolder();
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
          String.format(
              Locale.ROOT,
              "%s holds models that cannot be read: %s. Replace them, move them elsewhere, or write"
                  + " a %s by hand.",
              path,
              String.join("; ", unreadable),
              Manifest.FILE));
    }
    return ProgramProvider.proposed(path, models)
        .map(manifest -> withTies(manifest, models))
        .orElseThrow(() -> unknown(models));
  }

  private List<Path> modelFiles() {
    try (Stream<Path> files = Files.walk(path, DEPTH)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(e);
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
        String.format(
            Locale.ROOT,
            "%s holds %s, and no known program runs them together. Write a %s by hand.",
            path,
            found,
            Manifest.FILE));
  }
}
