package io.demitasse.media.data;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.data.FieldNames.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Opens data as people keep them. Every sample is read once when the data are opened, which finds
 * the bad ones, and again whenever it is asked for.
 */
public final class Datasets {
  private static final Set<String> TEXT = Set.of("", "txt", "text");
  private static final Set<String> JSON = Set.of("jsonl", "ndjson");

  /** What lists are called that say what belongs to the files beside them. */
  private static final Set<String> LISTS =
      Set.of("metadata", "transcripts", "captions", "questions");

  private Datasets() {}

  static boolean isJsonLines(Path file) {
    return JSON.contains(SampleFile.extension(file));
  }

  /** Opens samples for a model by itself, as {@link #open(Path, SampleKinds, FieldNames)} does. */
  public static Dataset open(Path path, DeclaredInputs inputs) {
    return open(path, SampleKinds.of(inputs));
  }

  /** Opens samples whose fields have the usual names. */
  public static Dataset open(Path path, SampleKinds kinds) {
    return open(path, kinds, FieldNames.USUAL);
  }

  /**
   * Opens samples.
   *
   * @param kinds what the program takes
   * @param names of fields of lines and columns of tables
   * @throws DemitasseException (bad request) when there is nothing to read at the path, nothing of
   *     an understood kind in it, or more than one sample in ten is bad
   */
  public static Dataset open(Path path, SampleKinds kinds, FieldNames names) {
    if (IdxSamples.areAt(path)) {
      requireNoFields(path, names);
      return IdxSamples.open(path, kinds);
    }
    if (Files.isDirectory(path)) {
      Optional<Path> list = kinds.files() ? list(path) : Optional.empty();
      if (list.isPresent()) {
        return open(list.get(), kinds, names);
      }
      requireNoFields(path, names);
      return folder(path, kinds);
    }
    if (!Files.isRegularFile(path)) {
      throw DemitasseException.badRequest(
          "There is no data at " + path + ". Understood: " + kinds.understood() + ".");
    }
    NamedValues values = NamedValues.beside(path, kinds, names);
    if (isJsonLines(path)) {
      return LineSamples.open(path, new JsonLines(values), kinds.understood());
    }
    if (Table.isOne(path)) {
      return Table.open(path, values);
    }
    if (CocoFile.isOne(path)) {
      return CocoFile.open(path, kinds);
    }
    requireNoFields(path, names);
    if (Transcripts.areIn(path, kinds)) {
      return Transcripts.open(path, kinds);
    }
    return TEXT.contains(SampleFile.extension(path)) && kinds.texts()
        ? LineSamples.open(path, new PlainLines(), kinds.understood())
        : file(path, values);
  }

  /** The only list of a folder of files, a table or JSON lines; empty where there are several. */
  private static Optional<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> lists =
          files
              .filter(Files::isRegularFile)
              .filter(file -> isJsonLines(file) || Table.isOne(file))
              .filter(file -> LISTS.contains(stem(file)))
              .toList();
      return lists.size() == 1 ? Optional.of(lists.getFirst()) : Optional.empty();
    } catch (IOException e) {
      throw LineSamples.cannotRead(folder, e);
    }
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.lastIndexOf('.')).toLowerCase(Locale.ROOT);
  }

  /** What is said of fields would be passed over in silence. */
  private static void requireNoFields(Path path, FieldNames names) {
    boolean arrays = SampleFile.kind(path) == SampleFile.Kind.ARRAYS;
    if (!names.said().isEmpty() && !arrays) {
      throw DemitasseException.badRequest(
          "--fields says which columns of tables, keys of JSON lines or arrays hold what, but "
              + path
              + " has none of these.");
    }
  }

  /** A file of one sample, or of arrays of many. */
  private static Dataset file(Path path, NamedValues values) {
    SampleKinds kinds = values.kinds();
    SampleFile file = new SampleFile(String.valueOf(path.getFileName()), path);
    if (!file.isFor(kinds)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The data in %s are of no kind that this model takes. Understood: %s.",
              path,
              kinds.understood()));
    }
    Optional<Dataset> rows =
        file.kind() == SampleFile.Kind.ARRAYS ? NpzRows.open(path, values) : Optional.empty();
    return rows.orElseGet(() -> single(file, kinds));
  }

  private static Dataset single(SampleFile file, SampleKinds kinds) {
    LoadedSamples.Tally tally = new LoadedSamples.Tally(file.file().toString());
    checkNamed(file, kinds, tally);
    tally.take();
    return new Dataset(tally.finish(kinds.understood()), 1, _ -> readNamed(file, kinds));
  }

  private static Dataset folder(Path folder, SampleKinds kinds) {
    LoadedSamples.Tally tally = new LoadedSamples.Tally(folder.toString());
    List<SampleFile> usable = new ArrayList<>();
    for (SampleFile file : files(folder)) {
      if (!file.isFor(kinds)) {
        tally.ignore();
        continue;
      }
      try {
        file.check(kinds, tally::note);
        usable.add(file);
        tally.take();
      } catch (DemitasseException e) {
        tally.skip(file.id(), Reason.of(e));
      }
    }
    List<SampleFile> kept = List.copyOf(usable);
    Dataset samples =
        new Dataset(
            tally.finish(kinds.understood()), kept.size(), i -> readNamed(kept.get(i), kinds));
    return labeled(SplitFolders.of(samples, kept.stream().map(SampleFile::id).toList()));
  }

  /** The folder that a sample lies in is its label, unless it has one. */
  private static Dataset labeled(Dataset samples) {
    return samples.knowing(
        (i, sample) -> {
          Optional<String> folder =
              LabelClasses.folder(sample.id(), samples.declared(i).isPresent());
          Fields fields = sample.fields();
          return folder.isEmpty() || fields.find(Role.LABEL.field()).isPresent()
              ? fields
              : fields.with(Role.LABEL.field(), folder.get());
        });
  }

  /**
   * All files of a folder and its folders but hidden ones, by kind and name: so that a choice
   * spread evenly over them has some of every kind.
   */
  private static List<SampleFile> files(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      return found
          .filter(Files::isRegularFile)
          .map(file -> new SampleFile(id(folder, file), file))
          .filter(file -> !isHidden(folder.relativize(file.file())))
          .sorted(
              Comparator.comparing((SampleFile file) -> file.kind()).thenComparing(SampleFile::id))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw LineSamples.cannotRead(folder, e);
    }
  }

  private static String id(Path folder, Path file) {
    return folder.relativize(file).toString().replace('\\', '/');
  }

  private static boolean isHidden(Path relative) {
    return StreamSupport.stream(relative.spliterator(), false)
        .anyMatch(part -> part.toString().startsWith("."));
  }

  private static void checkNamed(SampleFile file, SampleKinds kinds, LoadedSamples.Tally tally) {
    try {
      file.check(kinds, tally::note);
    } catch (DemitasseException e) {
      throw unusable(file, e);
    }
  }

  private static Sample readNamed(SampleFile file, SampleKinds kinds) {
    try {
      return file.read(kinds);
    } catch (DemitasseException e) {
      throw unusable(file, e);
    }
  }

  private static DemitasseException unusable(SampleFile file, DemitasseException e) {
    return new DemitasseException(e.kind(), "Cannot use " + file.file() + ": " + Reason.of(e), e);
  }
}
