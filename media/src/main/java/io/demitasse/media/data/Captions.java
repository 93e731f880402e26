package io.demitasse.media.data;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.media.data.FieldNames.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Pictures with the texts that belong to them.
 *
 * @param loaded what was taken
 * @param captions in the order of the lines
 */
public record Captions(LoadedSamples loaded, List<Caption> captions) {
  /** How the lines look. */
  public static final String FORM =
      "lines of a picture's path, a tab and a text (.tsv), or JSON lines (.jsonl) such as"
          + " {\"image\":\"cups/a.png\", \"text\":\"a red cup\"}, with pictures in the folder of"
          + " the file or below";

  /**
   * A picture and its text.
   *
   * @param id the picture as its line names it
   * @param declared what its line says that it is for: the {@code split} of a line of JSON
   */
  public record Caption(String id, Path picture, String text, Optional<Split> declared) {}

  public Captions {
    captions = List.copyOf(captions);
  }

  /** Whether a file is a list whose first line names no columns, but a picture and its text. */
  public static boolean areIn(Path file, FieldNames names) {
    if (!SampleFile.extension(file).equals("tsv") || !Files.isRegularFile(file)) {
      return false;
    }
    List<String> cells = Table.firstLine(file);
    return cells.size() == 2 && names.find(Role.FILE, new LinkedHashSet<>(cells)).isEmpty();
  }

  /** The pictures, each with its text as the field {@code text}. */
  public Dataset samples() {
    List<Sample> pictures = new ArrayList<>();
    for (Caption caption : captions) {
      pictures.add(
          new Sample.File(
              caption.id(),
              caption.picture(),
              Fields.NONE.with(Role.TEXT.field(), caption.text())));
    }
    return Dataset.of(loaded, pictures).declaring(i -> captions.get(i).declared());
  }

  /**
   * Reads a list and every picture it names once, which finds the bad ones. A first line {@code
   * image, label} or {@code image, text} of a table names its columns.
   *
   * @throws DemitasseException (bad request) when the list cannot be read, names no usable picture,
   *     or more than one line in ten is bad
   */
  public static Captions read(Path list) {
    Path file = list.toAbsolutePath().normalize();
    if (!Files.isRegularFile(file)) {
      throw DemitasseException.badRequest(
          "There is no file " + list + "; retrieval needs " + FORM + ".");
    }
    LoadedSamples.Tally tally = new LoadedSamples.Tally(list.toString());
    CaptionLines lines = new CaptionLines(file, tally);
    try (InputStream in = Files.newInputStream(file)) {
      TextLines.read(in, TextLines.LONGEST_TEXT, lines);
    } catch (IOException e) {
      throw LineSamples.cannotRead(list, e);
    }
    return new Captions(tally.finish(FORM), lines.captions());
  }
}
