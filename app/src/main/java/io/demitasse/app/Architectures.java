package io.demitasse.app;

import io.demitasse.app.console.Figures;
import io.demitasse.zoo.Zoo;
import java.util.Locale;
import java.util.stream.Collectors;

/** The architectures of the zoo, as help lists them. */
final class Architectures {
  private static final int COLUMNS = 80;
  private static final String INDENT = "      ";

  private Architectures() {}

  /** Each with its parameters and with what can be set, in lines that fit on a terminal. */
  static String text() {
    return Zoo.all().values().stream()
        .map(Architectures::text)
        .collect(Collectors.joining("", "\nArchitectures, their parameters and settings:\n", ""));
  }

  private static String text(Zoo.Entry entry) {
    String head =
        String.format(
            Locale.ROOT,
            "  %-22s  %6s  %s%n",
            entry.name(),
            Figures.rough(entry.parameters()),
            entry.summary());
    return head + settings(entry);
  }

  private static String settings(Zoo.Entry entry) {
    StringBuilder lines = new StringBuilder();
    StringBuilder line = new StringBuilder(INDENT);
    for (Zoo.Choice choice : entry.choices()) {
      String text = choice.name() + "=" + choice.value();
      if (line.length() + text.length() >= COLUMNS) {
        lines.append(line.toString().stripTrailing()).append('\n');
        line = new StringBuilder(INDENT);
      }
      line.append(text).append(' ');
    }
    return lines.append(line.toString().stripTrailing()).append('\n').toString();
  }
}
