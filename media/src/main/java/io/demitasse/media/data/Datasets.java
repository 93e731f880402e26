package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.media.DeclaredInputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Opens data as people keep them. Every sample is read once when the data are opened, which finds
 * the bad ones, and again whenever it is asked for.
 */
public final class Datasets {
  private static final Set<String> TEXT = Set.of("", "txt", "text");
  private static final Set<String> JSON = Set.of("jsonl", "ndjson");

  private Datasets() {}

  /** What can be opened for a model, as a list in a sentence. */
  public static String understood(DeclaredInputs inputs) {
    boolean text = inputs.takesText();
    String arrays = inputs.required().size() == 1 ? ".npy or .npz" : ".npz";
    return (text ? "a text file with one sample a line (.txt), " : "")
        + "JSON lines (.jsonl) with "
        + (text ? "\"text\" or " : "")
        + names(inputs)
        + ", a folder of "
        + (text ? ".txt, " : "")
        + arrays
        + " files with one sample a file, or one such "
        + arrays
        + " file";
  }

  private static String names(DeclaredInputs inputs) {
    return inputs.required().stream()
        .map(input -> '"' + input.name() + '"')
        .collect(Collectors.joining(", "));
  }

  /**
   * Opens samples for a model.
   *
   * @throws DemitasseException (bad request) when there is nothing to read at the path, nothing of
   *     an understood kind in it, or more than one sample in ten is bad
   */
  public static Dataset open(Path path, DeclaredInputs inputs) {
    if (Files.isDirectory(path)) {
      return folder(path, inputs);
    }
    if (!Files.isRegularFile(path)) {
      throw DemitasseException.badRequest(
          "There are no data at " + path + ". Understood: " + understood(inputs) + ".");
    }
    String extension = SampleFile.extension(path);
    if (JSON.contains(extension)) {
      return LineSamples.open(path, new JsonLines(inputs), understood(inputs));
    }
    if (TEXT.contains(extension) && inputs.takesText()) {
      return LineSamples.open(path, new PlainLines(), understood(inputs));
    }
    SampleFile file = new SampleFile(String.valueOf(path.getFileName()), path);
    if (!file.isFor(inputs)) {
      throw DemitasseException.badRequest(
          "The data in %s are of no kind that this model takes. Understood: %s."
              .formatted(path, understood(inputs)));
    }
    return single(file, inputs);
  }

  private static Dataset single(SampleFile file, DeclaredInputs inputs) {
    Intake.Tally tally = new Intake.Tally(file.file().toString());
    Sample unused = readNamed(file, inputs);
    tally.take();
    return new Dataset(tally.finish(understood(inputs)), 1, _ -> readNamed(file, inputs));
  }

  private static Dataset folder(Path folder, DeclaredInputs inputs) {
    Intake.Tally tally = new Intake.Tally(folder.toString());
    List<SampleFile> usable = new ArrayList<>();
    for (SampleFile file : files(folder)) {
      if (!file.isFor(inputs)) {
        tally.ignore();
        continue;
      }
      try {
        Sample unused = file.read(inputs);
        usable.add(file);
        tally.take();
      } catch (DemitasseException e) {
        tally.skip(file.id(), Intake.reason(e));
      }
    }
    List<SampleFile> kept = List.copyOf(usable);
    return new Dataset(
        tally.finish(understood(inputs)), kept.size(), i -> readNamed(kept.get(i), inputs));
  }

  /** All files of a folder and its folders but hidden ones, by name. */
  private static List<SampleFile> files(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      return found
          .filter(Files::isRegularFile)
          .map(file -> new SampleFile(id(folder, file), file))
          .filter(file -> !isHidden(folder.relativize(file.file())))
          .sorted((a, b) -> a.id().compareTo(b.id()))
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

  private static Sample readNamed(SampleFile file, DeclaredInputs inputs) {
    try {
      return file.read(inputs);
    } catch (DemitasseException e) {
      throw new DemitasseException(
          e.kind(), "Cannot use " + file.file() + ": " + Intake.reason(e), e);
    }
  }
}
