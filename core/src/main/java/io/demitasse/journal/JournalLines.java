package io.demitasse.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The lines of a journal that were written whole.
 *
 * @param bytes which of the file they take; what follows was cut short
 */
record JournalLines(String first, List<String> others, long bytes) {

  /** No first line is longer. */
  private static final int LONGEST_FIRST = 1 << 16;

  /**
   * The beginning of a file up to its first line's end.
   *
   * @throws IOException when it cannot be read or has no end of a line where a journal has one
   */
  static String first(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(LONGEST_FIRST);
      for (int i = 0; i < start.length; i++) {
        if (start[i] == '\n') {
          return new String(start, 0, i, StandardCharsets.UTF_8);
        }
      }
    }
    throw new IOException("it has no first line");
  }

  /**
   * Reads a file.
   *
   * @throws IOException when it cannot be read, is too large for a journal or has no whole line
   */
  static JournalLines read(Path file, long mostBytes) throws IOException {
    if (Files.size(file) > mostBytes) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "it has %,d bytes, and no journal has more than %,d",
              Files.size(file),
              mostBytes));
    }
    byte[] content = Files.readAllBytes(file);
    int whole = content.length;
    while (whole > 0 && content[whole - 1] != '\n') {
      whole--;
    }
    List<String> lines = new String(content, 0, whole, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty()) {
      throw new IOException("it has no whole line");
    }
    return new JournalLines(lines.getFirst(), lines.subList(1, lines.size()), whole);
  }
}
