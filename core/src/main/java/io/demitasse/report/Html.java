package io.demitasse.report;

import java.util.regex.Pattern;

/** Text from models inside a page. */
final class Html {
  /** What changes how the text around it is shown, or is not shown at all. */
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\n]]");

  private Html() {}

  /** A text as content of an element, or of an attribute between double quotes. */
  static String text(String text) {
    return INVISIBLE
        .matcher(text)
        .replaceAll("\uFFFD")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
