package io.demitasse.media.data;

import io.demitasse.data.Split;
import io.demitasse.media.ocr.Box;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A picture of text and what stands on it.
 *
 * @param id the picture as its list names it
 * @param row what the page is counted with
 * @param declared what its list says that it is for
 */
public record Page(String id, Path image, String row, List<Line> lines, Optional<Split> declared) {

  /**
   * A line of text.
   *
   * @param text not blank
   * @param box its corners in pixels, clockwise from the text's own top left
   * @param match the label that the line should retrieve, where it is a query
   */
  public record Line(String text, Box box, @Nullable String match) {}

  public Page {
    lines = List.copyOf(lines);
  }

  /** A page of which nobody says what it is for. */
  public Page(String id, Path image, String row, List<Line> lines) {
    this(id, image, row, lines, Optional.empty());
  }
}
