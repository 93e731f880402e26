package io.demitasse.report;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Text from models inside a page. */
final class Html {
  /** What changes how the text around it is shown, or is not shown at all. */
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\n]]");

  private static final Pattern FORMATTING = Pattern.compile("\\p{Cf}");

  private Html() {}

  /** The same JSON without characters that turn the text around them, which it can spell out. */
  static String visible(String json) {
    return FORMATTING
        .matcher(json)
        .replaceAll(
            found ->
                found
                    .group()
                    .chars()
                    .mapToObj(unit -> String.format(Locale.ROOT, "\\\\u%04x", unit))
                    .collect(Collectors.joining()));
  }

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
