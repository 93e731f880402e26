package io.demitasse.app;

import io.demitasse.app.Comparison.Result;
import io.demitasse.app.console.Console;
import io.demitasse.app.console.Table;
import io.demitasse.error.VisibleText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** Results as columns of a table, or of several below each other where they do not fit. */
record ComparisonView(Console console, Comparison comparison) {
  /** Characters of a name over its column; the end says most. */
  private static final int NAME = 24;

  private static final int LONGEST_LINE = 2_000;

  /**
   * @param remarks what must be read first
   * @param columns that the terminal has
   */
  void show(List<String> remarks, int columns) {
    remarks.forEach(remark -> console.print(console.bad("!") + " " + line(remark)));
    if (!remarks.isEmpty()) {
      console.print("");
    }
    settings();
    List<ComparisonRow> rows = new ComparisonRows(comparison).all();
    List<String> names = names();
    for (int from = 0, to; from < names.size(); from = to) {
      to = from + fitting(rows, names, from, columns);
      console.print("");
      console.print(table(rows, names, from, to).within(columns));
    }
    console.print("");
    console.print("  Times are shares of the original's, with their 95 % intervals.");
    console.print("  A loss below 0 is a gain.");
    if (rows.stream().anyMatch(ComparisonRow::hasBest)) {
      console.print("  * is the best of its row, or not told from the best by its interval.");
    }
    notes();
  }

  /** What is the same for all stands once. */
  private void settings() {
    Comparison.Common common = comparison.common();
    Result first = comparison.results().getFirst();
    if (common.original()) {
      console.print(console.bold("Compressed from " + first.report().title()));
    }
    if (common.data() && !comparison.judged().isEmpty()) {
      console.print("Accuracy: " + line(Comparison.data(comparison.judged().getFirst())));
    }
    if (common.machine() && !comparison.timed().isEmpty()) {
      console.print("Times: " + line(Comparison.machine(comparison.timed().getFirst())));
    }
  }

  /** What reports say stays in its line. */
  private static String line(String text) {
    return VisibleText.line(text, LONGEST_LINE);
  }

  /** How many results, from one on, make a table that fits; at least one. */
  private static int fitting(List<ComparisonRow> rows, List<String> names, int from, int columns) {
    int count = 1;
    while (from + count < names.size()
        && table(rows, names, from, from + count + 1).width() <= columns) {
      count++;
    }
    return count;
  }

  private static Table table(List<ComparisonRow> rows, List<String> names, int from, int to) {
    Table table = new Table().left("");
    names.subList(from, to).forEach(table::left);
    for (ComparisonRow row : rows) {
      List<String> cells = row.texts().subList(from, to);
      if (!row.isDetail() || cells.stream().anyMatch(cell -> !cell.isEmpty())) {
        List<String> all = new ArrayList<>(List.of(row.label()));
        all.addAll(cells);
        table.row(all.toArray(String[]::new));
      }
    }
    return table;
  }

  /** As given, without the beginning of what is long; numbered where that makes them equal. */
  private List<String> names() {
    List<String> names =
        comparison.results().stream().map(result -> shortened(result.name())).toList();
    boolean distinct = new HashSet<>(names).size() == names.size();
    return distinct
        ? names
        : IntStream.range(0, names.size()).mapToObj(i -> i + 1 + " " + names.get(i)).toList();
  }

  private String shortened(String name) {
    String visible = VisibleText.line(name, LONGEST_LINE);
    if (visible.length() <= NAME) {
      return visible;
    }
    String ellipsis = console.charset().newEncoder().canEncode("…") ? "…" : "...";
    return ellipsis + visible.substring(visible.length() - NAME + ellipsis.length());
  }

  /** How far the measurements of each can be trusted, as its own report says. */
  private void notes() {
    List<Result> noted =
        comparison.results().stream()
            .filter(result -> !result.report().checks().notes().isEmpty())
            .toList();
    if (!noted.isEmpty()) {
      console.section("Noted");
      noted.forEach(
          result ->
              result
                  .report()
                  .checks()
                  .notes()
                  .forEach(note -> console.print("  " + line(result.name() + ": " + note))));
    }
  }
}
