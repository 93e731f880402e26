package io.demitasse.source;

import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.data.Sha256;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.ops.TransposeOrder;
import io.demitasse.port.ExternalWeight;
import io.demitasse.port.ModelFormat;
import io.demitasse.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The original on disk: what was read, from where, and whether it is still the same.
 *
 * @param path the model file, or the folder of a bundle
 * @param sha256 of each part's file, by part
 * @param states of all files, those beside the models too
 */
public record Source(
    Path path,
    Manifest manifest,
    Bundle bundle,
    BundleFiles files,
    Map<String, String> sha256,
    Map<Path, State> states) {

  /** Size and time of a file when it was read. */
  public record State(long bytes, FileTime modified) {}

  public static Source read(Path path, ModelFormat format) {
    Path place = path.toAbsolutePath().normalize();
    if (!Files.exists(place)) {
      throw DemitasseException.badRequest("There is no model " + path + ".");
    }
    return read(
        place,
        Files.isDirectory(place)
            ? UndescribedFolder.of(place, format).manifest()
            : Manifest.single(place.getFileName().toString()),
        format);
  }

  private static Source read(Path place, Manifest manifest, ModelFormat format) {
    Map<String, Model> models = new LinkedHashMap<>();
    Map<String, Path> files = new LinkedHashMap<>();
    Map<String, String> hashes = new LinkedHashMap<>();
    Map<Path, State> states = new LinkedHashMap<>();
    manifest
        .parts()
        .forEach(
            (name, part) -> {
              Path file = Files.isDirectory(place) ? place.resolve(part.file()).normalize() : place;
              states.put(file, state(file));
              Model model = format.read(file);
              TransposeOrder.spellOut(model);
              models.put(name, model);
              files.put(name, file);
              hashes.put(name, sha256(file));
            });
    BundleFiles all = BundleFiles.of(format, files);
    all.all().forEach(file -> states.computeIfAbsent(file, Source::state));
    Bundle bundle = new Bundle(models, manifest.ties());
    unite(bundle, all);
    return new Source(place, manifest, bundle, all, hashes, states);
  }

  /** Weights of several parts that lie in one place are one tensor, as they were when written. */
  private static void unite(Bundle bundle, BundleFiles files) {
    Map<Place, Tensor> known = new HashMap<>();
    bundle
        .parts()
        .forEach(
            (part, model) -> {
              for (ExternalWeight weight : files.outside(part)) {
                Value value = weight.name().isEmpty() ? null : model.graph().find(weight.name());
                if (value != null) {
                  value.constant().ifPresent(own -> unite(value, own, weight, known));
                }
              }
            });
  }

  private static void unite(
      Value value, Tensor own, ExternalWeight weight, Map<Place, Tensor> known) {
    Place place = new Place(weight.file(), weight.offset(), own.toString());
    Tensor first = known.putIfAbsent(place, own);
    if (first != null) {
      value.graph().setInitializer(value, first);
    }
  }

  /**
   * Where a tensor lies.
   *
   * @param type with the sizes
   */
  private record Place(Path file, long offset, String type) {}

  /** Whether this is a folder of several models rather than one file. */
  public boolean isFolder() {
    return Files.isDirectory(path);
  }

  /**
   * The program that the manifest names, made for these models.
   *
   * @param options go before the manifest's settings
   * @throws DemitasseException (bad request) with everything that does not fit
   */
  public Program program(Map<String, String> options) {
    ProgramProvider provider = ProgramProvider.of(manifest);
    ProgramProvider.Request request = new ProgramProvider.Request(manifest, bundle, path, options);
    if (isFolder()) {
      Manifests.check(path, manifest, bundle, provider.problems(request));
    }
    return provider.make(request);
  }

  /** The files that are read: models and their weights, and the manifest; real paths. */
  public Set<Path> read() {
    Set<Path> read = new LinkedHashSet<>(modelFiles());
    if (isFolder()) {
      read.add(RealPath.followed(path.resolve(Manifest.FILE)));
    }
    return read;
  }

  /** The files of the models and of their weights; real paths. */
  public Set<Path> modelFiles() {
    Set<Path> read = new LinkedHashSet<>();
    states.keySet().forEach(file -> read.add(RealPath.followed(file)));
    return read;
  }

  /**
   * Weights are read from the files until the very end, so a file that changed would spoil the
   * result.
   *
   * @throws DemitasseException (bad model) when a file was cut short; (bad request) when it is not
   *     as it was read in another way
   */
  public void requireUnchanged() {
    requireWhole(null);
    states.forEach(
        (file, state) -> {
          if (!state.equals(state(file))) {
            throw DemitasseException.badRequest(
                file + " changed while it was being compressed; run again.");
          }
        });
  }

  /**
   * Does something that reads the weights. A mapped file that was cut short faults where it is
   * read, wherever that is, and is told here.
   *
   * @throws DemitasseException (bad model) naming the file when one was cut short
   */
  public <T> T whileReading(Supplier<T> work) {
    try {
      return work.get();
    } catch (InternalError fault) {
      requireWhole(fault);
      requireUnchanged();
      throw fault;
    } catch (RuntimeException failure) {
      requireWhole(failure);
      throw failure;
    }
  }

  private void requireWhole(@Nullable Throwable cause) {
    states.forEach(
        (file, state) -> {
          long now = file.toFile().length();
          if (now < state.bytes()) {
            throw new DemitasseException(
                DemitasseException.Kind.BAD_MODEL,
                String.format(
                    Locale.ROOT,
                    "%s was cut short while it was read: it had %d bytes and has %d. Bring it back"
                        + " whole and run again.",
                    file,
                    state.bytes(),
                    now),
                cause);
          }
        });
  }

  private static State state(Path file) {
    try {
      return new State(Files.size(file), Files.getLastModifiedTime(file));
    } catch (IOException e) {
      throw DemitasseException.badRequest(file + " cannot be read: " + Reason.of(e));
    }
  }

  /** What tells this original from others, see {@link Report.Setting}. */
  public String fingerprint() {
    List<String> hashes = new ArrayList<>(sha256.values());
    files.all().stream().skip(files.files().size()).map(Source::sha256).forEach(hashes::add);
    return hashes.size() == 1 ? hashes.getFirst() : Sha256.of(String.join("\n", hashes));
  }

  public static String sha256(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw DemitasseException.badRequest(file + " cannot be read: " + Reason.of(e));
    }
  }
}
