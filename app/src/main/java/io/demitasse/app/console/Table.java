package io.demitasse.app.console;

import io.demitasse.error.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Text in aligned columns, two spaces apart and indented by two. */
public final class Table {
  private static final String GAP = "  ";
  private static final int LONGEST_CELL = 250;

  private record Column(String heading, boolean right) {}

  private final List<Column> columns = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();
  private int longestCell = LONGEST_CELL;
  private int most = Integer.MAX_VALUE;

  /** Adds a column that is aligned to the left, for words. */
  public Table left(String heading) {
    columns.add(new Column(heading, false));
    return this;
  }

  /** Adds a column that is aligned to the right, for numbers. */
  public Table right(String heading) {
    columns.add(new Column(heading, true));
    return this;
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException when there are not as many cells as columns
   */
  public Table row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "a row needs " + columns.size() + " cells, got " + cells.length);
    }
    rows.add(Stream.of(cells).map(cell -> VisibleText.line(cell, longestCell)).toList());
    return this;
  }

  /** Leaves nothing out of the rows that follow, however long: for what people copy. */
  public Table whole() {
    longestCell = Integer.MAX_VALUE;
    return this;
  }

  /**
   * Adds a text to a table of two columns: in as many rows as it needs, the first with a head.
   *
   * @param mostColumns of a terminal, for the second column; a longer word stays whole
   */
  public Table text(String head, String text, int mostColumns) {
    String first = head;
    for (String line : Cells.wrapped(text, mostColumns)) {
      row(first, line);
      first = "";
    }
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Columns of a terminal that the table takes. */
  public int width() {
    return IntStream.of(widths()).map(width -> GAP.length() + width).sum();
  }

  /** Cuts what does not fit into so many columns of a terminal. */
  public Table within(int mostColumns) {
    most = mostColumns;
    return this;
  }

  /** The lines; those of the headings are left out when all headings are empty. */
  List<String> lines(Console console) {
    List<String> lines = new ArrayList<>();
    int[] widths = widths();
    if (columns.stream().anyMatch(column -> !column.heading().isEmpty())) {
      lines.add(console.bold(line(columns.stream().map(Column::heading).toList(), widths)));
    }
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String space = " ".repeat(widths[i] - Cells.of(cells.get(i)));
      line.append(GAP).append(columns.get(i).right() ? space + cells.get(i) : cells.get(i) + space);
    }
    return Cells.fitted(line.toString().stripTrailing(), most);
  }

  private int[] widths() {
    return IntStream.range(0, columns.size()).map(this::width).toArray();
  }

  private int width(int column) {
    return IntStream.concat(
            IntStream.of(Cells.of(columns.get(column).heading())),
            rows.stream().mapToInt(row -> Cells.of(row.get(column))))
        .max()
        .orElse(0);
  }
}
