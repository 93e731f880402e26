package io.demitasse.error;

import java.util.Locale;

/**
 * Text of others as it is safe to show: characters that move the cursor, change colors, end lines
 * or turn the direction of reading are spelled out, such as <code>&#92;u001b</code>.
 */
public final class VisibleText {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private VisibleText() {}

  /** A text of several lines; tabs and line feeds stay. */
  public static String of(String text) {
    return spelled(text, "\n\t");
  }

  /** A text that must stay in its line. */
  public static String line(String text) {
    return spelled(text, "");
  }

  /** The same, with its middle left out where it is longer than a number of characters. */
  public static String line(String text, int longest) {
    if (text.length() <= longest) {
      return line(text);
    }
    int tail = (longest - 3) / 2;
    int head = longest - 3 - tail;
    return line(text.substring(0, head) + "..." + text.substring(text.length() - tail));
  }

  private static String spelled(String text, String kept) {
    if (text.codePoints().noneMatch(c -> isHidden(c) && kept.indexOf(c) < 0)) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (!isHidden(c) || kept.indexOf(c) >= 0) {
                shown.appendCodePoint(c);
              } else if (c == '\n') {
                shown.append("\\n");
              } else {
                for (char unit : Character.toChars(c)) {
                  shown.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
              }
            });
    return shown.toString();
  }

  private static boolean isHidden(int codePoint) {
    if (codePoint == ZERO_WIDTH_NON_JOINER || codePoint == ZERO_WIDTH_JOINER) {
      return false; // they belong to words of some languages, and to emoji
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
