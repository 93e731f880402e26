package io.demitasse.app.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** How many columns of a terminal a text takes: wide characters take two, combining ones none. */
final class Cells {
  private static final String CUT = "…";

  /** What sets a color takes no column. */
  private static final Pattern COLOR = Pattern.compile("\033\\[[0-9;]*m");

  private Cells() {}

  static int of(String text) {
    return COLOR.matcher(text).replaceAll("").codePoints().map(Cells::of).sum();
  }

  /** A text in at most so many columns; what is too long ends in an ellipsis. */
  static String fitted(String text, int columns, String ellipsis) {
    if (of(text) <= columns) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int left = columns - of(ellipsis);
    for (int point : text.codePoints().toArray()) {
      left -= of(point);
      if (left < 0) {
        break;
      }
      kept.appendCodePoint(point);
    }
    return columns < of(ellipsis) ? "" : kept.append(ellipsis).toString();
  }

  /** The same with the usual ellipsis. */
  static String fitted(String text, int columns) {
    return fitted(text, columns, CUT);
  }

  /** A text in lines of at most so many columns, broken at spaces; a longer word stays whole. */
  static List<String> wrapped(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && of(line.toString()) + 1 + of(word) > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static int of(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.CONTROL ->
          0;
      default -> isWide(point) ? 2 : 1;
    };
  }

  /** The wide ranges of Unicode's East Asian Width, and what is drawn as a picture. */
  private static boolean isWide(int point) {
    return Character.isEmojiPresentation(point)
        || isIn(point, 0x1100, 0x115F)
        || isIn(point, 0x2E80, 0x303E)
        || isIn(point, 0x3041, 0xA4CF)
        || isIn(point, 0xA960, 0xA97C)
        || isIn(point, 0xAC00, 0xD7A3)
        || isIn(point, 0xF900, 0xFAFF)
        || isIn(point, 0xFE30, 0xFE6F)
        || isIn(point, 0xFF00, 0xFF60)
        || isIn(point, 0xFFE0, 0xFFE6)
        || isIn(point, 0x1F300, 0x1FAFF)
        || isIn(point, 0x20000, 0x3FFFD);
  }

  private static boolean isIn(int point, int from, int to) {
    return from <= point && point <= to;
  }
}
