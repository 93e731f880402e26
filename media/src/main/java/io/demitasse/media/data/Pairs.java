package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Queries with their labels, read from tab-separated lines.
 *
 * @param loaded what was taken
 * @param pairs in the order of the lines
 */
public record Pairs(LoadedSamples loaded, List<Pair> pairs) {
  /** How the lines look. */
  public static final String FORM = "UTF-8 lines of a query, a tab and a label";

  /** A query and the label that answers it. */
  public record Pair(String id, String query, String label) {}

  public Pairs {
    pairs = List.copyOf(pairs);
  }

  /**
   * Reads a file of lines of a query, a tab and a label. A first line that names columns {@code
   * query} and {@code label} allows for others, of which the first names the pair in messages.
   *
   * @throws DemitasseException (bad request) when the file cannot be read, holds no pair, or more
   *     than one line in ten is none
   */
  public static Pairs read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw DemitasseException.badRequest(
          "There is no file " + file + "; retrieval needs " + FORM + ".");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString());
    } catch (IOException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST, "Cannot read " + file + ": " + Reason.of(e), e);
    }
  }

  /** Reads lines as {@link #read(Path)} does. */
  public static Pairs read(InputStream in, String source) throws IOException {
    Reader reader = new Reader(new LoadedSamples.Tally(source));
    TextLines.read(in, TextLines.LONGEST_TEXT, reader);
    return new Pairs(reader.tally.finish(FORM), reader.pairs);
  }

  /** Which column holds what. */
  private record Columns(int count, int query, int label) {
    static final Columns PLAIN = new Columns(2, 0, 1);

    static Columns of(List<String> header) {
      return new Columns(header.size(), header.indexOf("query"), header.indexOf("label"));
    }

    boolean isHeader() {
      return query >= 0 && label >= 0;
    }

    /** The first column that is neither; a missing one where there are just the two. */
    int id() {
      int id = 0;
      while (id == query || id == label) {
        id++;
      }
      return id;
    }
  }

  private static final class Reader implements TextLines.Consumer {
    private final LoadedSamples.Tally tally;
    private final List<Pair> pairs = new ArrayList<>();
    private Columns columns = Columns.PLAIN;

    Reader(LoadedSamples.Tally tally) {
      this.tally = tally;
    }

    @Override
    public void line(TextLines.Line line) {
      List<String> cells = List.of(line.text().split("\t", -1));
      Columns header = Columns.of(cells);
      if (line.number() == 1 && header.isHeader()) {
        columns = header;
        return;
      }
      String id = "line " + line.number();
      if (cells.size() != columns.count()) {
        bad(
            line.number(),
            String.format(
                Locale.ROOT, "has %d columns, expected %d", cells.size(), columns.count()));
      } else if (query(cells).isEmpty() || label(cells).isEmpty()) {
        bad(line.number(), "has no " + (query(cells).isEmpty() ? "query" : "label"));
      } else {
        String name = columns.id() < cells.size() ? cells.get(columns.id()) : id;
        pairs.add(new Pair(name, query(cells), label(cells)));
        tally.take();
      }
    }

    private String query(List<String> cells) {
      return cells.get(columns.query()).strip();
    }

    private String label(List<String> cells) {
      return cells.get(columns.label()).strip();
    }

    @Override
    public void bad(int number, String why) {
      tally.skip("line " + number, why);
    }
  }
}
