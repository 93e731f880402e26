package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Renumbering;
import io.demitasse.port.ExternalWeight;
import io.demitasse.port.ModelFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a bundle's parts, by part.
 *
 * @param files the models
 * @param outside the weights that lie in other files; no entry for a part whose file holds all
 * @param renumberings of parts that take new ids once they are published, by part
 */
public record BundleFiles(
    Map<String, Path> files,
    Map<String, List<ExternalWeight>> outside,
    Map<String, Renumbering> renumberings) {
  public BundleFiles {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    outside = Map.copyOf(outside);
    renumberings = Map.copyOf(renumberings);
  }

  /** Parts that take the ids they were made for. */
  public BundleFiles(Map<String, Path> files, Map<String, List<ExternalWeight>> outside) {
    this(files, outside, Map.of());
  }

  /** Models that have no weights outside their files. */
  public BundleFiles(Map<String, Path> files) {
    this(files, Map.of());
  }

  /**
   * Models with the files beside them that they name.
   *
   * @throws DemitasseException when a model cannot be read
   */
  public static BundleFiles of(ModelFormat format, Map<String, Path> files) {
    Map<String, List<ExternalWeight>> outside = new LinkedHashMap<>();
    files.forEach((part, file) -> outside.put(part, format.externalWeights(file)));
    return new BundleFiles(files, outside);
  }

  public Path file(String part) {
    Path file = files.get(part);
    if (file == null) {
      throw new IllegalArgumentException("no part '" + part + "' among " + files.keySet());
    }
    return file;
  }

  /** The weights of a part that lie outside its file. */
  public List<ExternalWeight> outside(String part) {
    return outside.getOrDefault(part, List.of());
  }

  /** The same with one part as others have it. */
  public BundleFiles with(String part, BundleFiles others) {
    Map<String, Path> changed = new LinkedHashMap<>(files);
    changed.put(part, others.file(part));
    Map<String, List<ExternalWeight>> moved = new LinkedHashMap<>(outside);
    moved.put(part, others.outside(part));
    Map<String, Renumbering> renumbered = new LinkedHashMap<>(renumberings);
    renumbered.remove(part);
    Optional.ofNullable(others.renumberings.get(part)).ifPresent(ids -> renumbered.put(part, ids));
    return new BundleFiles(changed, moved, renumbered);
  }

  /** The same, of which parts take new ids once it is published. */
  public BundleFiles renumbered(Map<String, Renumbering> ids) {
    return new BundleFiles(files, outside, ids);
  }

  /** A program as it runs on these parts: with the tokenizer that is published with them. */
  public RunningProgram running(Program program) {
    return new RunningProgram(
        program, renumberings.isEmpty() ? program : program.renumbered(renumberings));
  }

  /** The same with all parts that others have, as they have them. */
  public BundleFiles with(BundleFiles others) {
    BundleFiles changed = this;
    for (String part : others.files.keySet()) {
      changed = changed.with(part, others);
    }
    return changed;
  }

  /** The parts, the largest first: the order in which they are worked on. */
  public List<String> largestFirst() {
    return files.keySet().stream()
        .sorted(Comparator.comparingLong((String part) -> bytes(part)).reversed())
        .toList();
  }

  /** The parts whose files lie in the folder of a part's file, itself among them, in order. */
  public List<String> neighbors(String part) {
    Path folder = file(part).getParent();
    return files.keySet().stream()
        .filter(other -> Objects.equals(file(other).getParent(), folder))
        .toList();
  }

  /**
   * Bytes of one part on disk: its file and its portion of the files beside it. What several parts
   * read is divided among them, so that the parts add up to the whole.
   */
  public long bytes(String part) {
    return size(file(part))
        - unpublishedBytes(Set.of(part))
        + dataFiles(Stream.of(part))
            .mapToLong(
                data -> SharedFile.of(data, outside).portions(size(data)).getOrDefault(part, 0L))
            .sum();
  }

  /** Bytes of all files together, each counted once. */
  public long bytes() {
    return files.values().stream().mapToLong(BundleFiles::size).sum()
        - unpublishedBytes(files.keySet())
        + dataFiles(files.keySet().stream()).mapToLong(BundleFiles::size).sum();
  }

  private long unpublishedBytes(Set<String> parts) {
    return renumberings.entrySet().stream()
        .filter(each -> parts.contains(each.getKey()))
        .mapToLong(each -> each.getValue().unpublishedBytes())
        .sum();
  }

  /** Bytes of the weights of a part that others read too, undivided. */
  public long sharedBytes(String part) {
    return dataFiles(Stream.of(part))
        .mapToLong(data -> SharedFile.of(data, outside).commonBytes(Set.of(part)))
        .sum();
  }

  /** Bytes of the weights that several parts read, each counted once. */
  public long sharedBytes() {
    return dataFiles(files.keySet().stream())
        .mapToLong(data -> SharedFile.of(data, outside).commonBytes(files.keySet()))
        .sum();
  }

  /** All files, each once: the models, then what they name. */
  public List<Path> all() {
    return Stream.concat(files.values().stream(), dataFiles(files.keySet().stream())).toList();
  }

  private Stream<Path> dataFiles(Stream<String> parts) {
    return parts.flatMap(part -> outside(part).stream()).map(ExternalWeight::file).distinct();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Cannot tell the size of " + file + ": " + Reason.of(e), e);
    }
  }
}
