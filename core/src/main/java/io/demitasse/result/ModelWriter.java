package io.demitasse.result;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.leftover.Leftovers;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.port.ModelFormat;
import io.demitasse.publish.Disk;
import io.demitasse.publish.Move;
import io.demitasse.publish.OutputLock;
import io.demitasse.publish.Place;
import io.demitasse.publish.Publication;
import io.demitasse.publish.Recovery;
import io.demitasse.publish.Stat;
import io.demitasse.publish.Tree;
import io.demitasse.source.RealPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes models that come from no file: one into a file, or into a new folder; several into a new
 * folder with their manifest. They appear whole or not at all, and nothing is replaced.
 *
 * <pre>
 *   .small.onnx.demitasse-1f0c.../made/   small.onnx: made here, then named
 *   small.onnx
 * </pre>
 */
public final class ModelWriter {
  private static final String ENDING = ".onnx";

  private final Path destination;
  private final Manifest manifest;
  private final boolean folder;

  /**
   * @param destination a name that ends in {@code .onnx}, or that of a folder
   * @throws DemitasseException (bad request) when several models are to become one file, or nothing
   *     can have the name
   */
  public ModelWriter(Path destination, Manifest manifest) {
    this.destination = RealPath.of(destination);
    this.manifest = manifest;
    folder = !this.destination.getFileName().toString().endsWith(ENDING);
    if (!folder && manifest.parts().size() > 1) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s are several models and become a folder, not %s. Name one without %s.",
              String.join(" and ", manifest.parts().keySet()),
              this.destination,
              ENDING));
    }
  }

  /**
   * Looks whether the name is free.
   *
   * @throws DemitasseException (bad request) when something has it
   */
  public void requireFree() {
    if (Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
      throw taken(destination);
    }
  }

  private static DemitasseException taken(Path file) {
    return DemitasseException.badRequest(
        file + " exists, and new models replace nothing: choose another name, or remove it.");
  }

  /**
   * Writes everything.
   *
   * @param bundle the parts of the manifest
   * @return where the models lie, by part
   * @throws DemitasseException (bad request) when something has the name; (backend failed) when the
   *     disk refuses
   */
  public Map<String, Path> write(
      Bundle bundle, ModelFormat format, ModelFormat.WriteOptions options) {
    requireFree();
    CreatedDirectories above = null;
    try {
      above = CreatedDirectories.above(destination);
      publishAlone(bundle, format, options);
    } catch (FileAlreadyExistsException e) {
      throw taken(Path.of(e.getFile()));
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          String.format(Locale.ROOT, "Cannot write %s: %s.", destination, Reason.of(e)), e);
    } finally {
      if (above != null) {
        above.remove();
      }
    }
    return files(root());
  }

  /** The folder that the models lie in. */
  private Path root() {
    return folder ? destination : destination.resolveSibling("");
  }

  /** No other run writes to the place meanwhile. */
  private void publishAlone(Bundle bundle, ModelFormat format, ModelFormat.WriteOptions options)
      throws IOException {
    Place place = new Place(destination.resolveSibling(""), destination.getFileName().toString());
    try (OutputLock lock = OutputLock.take(place)) {
      Leftovers.atExit(lock, lock::close);
      try {
        new Recovery(place, lock.file(), Disk.LOCAL).run();
        requireFree();
        publish(place, bundle, format, options);
      } finally {
        Leftovers.forget(lock);
      }
    }
  }

  private void publish(
      Place place, Bundle bundle, ModelFormat format, ModelFormat.WriteOptions options)
      throws IOException {
    try (Publication publication = Publication.begin(place, Disk.LOCAL)) {
      Leftovers.atExit(publication, publication::close);
      try {
        Path made = publication.stage().resolve("made");
        Disk.LOCAL.createFolder(made);
        make(made, bundle, format, options);
        publication.commit(moves(made), List.of(), inventory());
      } catch (DemitasseException e) {
        throw ResultWriter.toldOfPlace(e, publication.stage().resolve("made"), root());
      } finally {
        Leftovers.forget(publication);
      }
    }
  }

  private void make(Path made, Bundle bundle, ModelFormat format, ModelFormat.WriteOptions options)
      throws IOException {
    Map<Path, Model> models = new LinkedHashMap<>();
    for (Map.Entry<String, Path> file : files(made).entrySet()) {
      Files.createDirectories(file.getValue().resolveSibling(""));
      models.put(file.getValue(), bundle.part(file.getKey()));
    }
    format.write(models, options);
    if (bundle.parts().size() > 1) {
      String text = Manifests.text(manifest);
      Disk.LOCAL.write(made.resolve(Manifest.FILE), text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The files of the models below a folder, by part. */
  private Map<String, Path> files(Path root) {
    Map<String, Path> files = new LinkedHashMap<>();
    manifest
        .parts()
        .forEach(
            (part, described) ->
                files.put(
                    part,
                    root.resolve(
                        folder ? described.file() : destination.getFileName().toString())));
    return files;
  }

  /** Of a file, its data before it. */
  private List<Move> moves(Path made) throws IOException {
    if (folder) {
      return List.of(new Move(made, destination, Stat.ABSENT));
    }
    List<Path> files = new ArrayList<>(Tree.files(made));
    files.sort(Comparator.comparing(file -> file.toString().endsWith(ENDING)));
    return files.stream()
        .map(file -> new Move(file, destination.resolveSibling(file.getFileName()), Stat.ABSENT))
        .toList();
  }

  /** The file that tells one content of a folder from another. */
  private String inventory() {
    return manifest.parts().size() > 1
        ? Manifest.FILE
        : manifest.parts().values().iterator().next().file();
  }
}
