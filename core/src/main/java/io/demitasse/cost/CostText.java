package io.demitasse.cost;

import io.demitasse.cost.CostFile.Content;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The text of a {@link CostFile}: the version, the setting, one line a kernel in columns divided by
 * tabs, and how many those are, so that a file that was cut off is noticed.
 */
final class CostText {
  private static final String VERSION = "demitasse kernel costs 1";
  private static final String TAB = "\t";
  private static final int HEADER = 4;
  private static final int COLUMNS = 11;

  private CostText() {}

  static String of(Collection<KernelCost> costs, Setting setting) {
    List<String> lines = new ArrayList<>(header(setting));
    costs.forEach(cost -> lines.add(line(cost)));
    lines.add("end" + TAB + costs.size());
    return String.join("\n", lines) + "\n";
  }

  private static List<String> header(Setting setting) {
    return List.of(
        VERSION,
        "machine" + TAB + setting.machine(),
        "runtime" + TAB + setting.runtime(),
        "threads" + TAB + setting.threads());
  }

  static Content parse(String text, Setting setting) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(VERSION)) {
      return Content.ignored("it is of another version, or no table of kernel costs");
    }
    List<String> header = header(setting);
    for (int i = 1; i < HEADER; i++) {
      if (lines.size() <= i || !lines.get(i).equals(header.get(i))) {
        return Content.ignored(
            "it is of another setting: expected '"
                + shown(header.get(i))
                + "', got '"
                + (lines.size() <= i ? "" : shown(lines.get(i)))
                + "'");
      }
    }
    List<String> rows = lines.subList(HEADER, Math.max(HEADER, lines.size() - 1));
    if (!lines.getLast().equals("end" + TAB + rows.size())) {
      return Content.ignored("its end is missing");
    }
    List<KernelCost> costs = new ArrayList<>();
    for (String row : rows) {
      try {
        costs.add(cost(row.split(TAB, -1)));
      } catch (IllegalArgumentException | DateTimeException e) {
        return Content.ignored(
            "line " + (HEADER + costs.size() + 1) + " is damaged: " + e.getMessage());
      }
    }
    return new Content(costs, Optional.empty());
  }

  private static String shown(String line) {
    return line.replace(TAB, " ");
  }

  private static String line(KernelCost cost) {
    Kernel kernel = cost.kernel();
    return String.join(
        TAB,
        kernel.operator(),
        kernel.shape(),
        kernel.types(),
        kernel.form(),
        cost.against(),
        Double.toString(cost.milliseconds()),
        Double.toString(cost.againstMilliseconds()),
        Double.toString(cost.low()),
        Double.toString(cost.ratio()),
        Double.toString(cost.high()),
        cost.measured().toString());
  }

  private static KernelCost cost(String[] cells) {
    if (cells.length != COLUMNS) {
      throw new IllegalArgumentException("expected " + COLUMNS + " columns, got " + cells.length);
    }
    return new KernelCost(
        new Kernel(cells[0], cells[1], cells[2], cells[3]),
        cells[4],
        Double.parseDouble(cells[5]),
        Double.parseDouble(cells[6]),
        Double.parseDouble(cells[7]),
        Double.parseDouble(cells[8]),
        Double.parseDouble(cells[9]),
        Instant.parse(cells[10]));
  }
}
