package io.demitasse.app.console;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a live line tells, fitted to the terminal: what is least important goes first, and the title
 * is shortened last.
 *
 * @param stage such as {@code 3/9}; empty where there is only one piece of work
 * @param total of what is counted; empty where nobody knows
 * @param share of all work that is done, from 0 to 1; negative where nobody knows
 */
record ProgressLine(
    String stage,
    String title,
    long done,
    OptionalLong total,
    double share,
    Duration elapsed,
    Optional<Duration> left) {
  private static final String INDENT = "  ";

  /** Columns of the bar. */
  private static final int BAR = 24;

  /** A shorter bar says nothing. */
  private static final int SHORTEST_BAR = 6;

  /** What a title is given before anything else is left out. */
  private static final int TITLE = 44;

  private static final int SHORTEST_TITLE = 6;

  /**
   * What a terminal echoes of Ctrl-C has to fit behind the line, and the last column stays free.
   */
  private static final int FREE = 3;

  /**
   * The line in fewer than so many columns: many terminals begin a new line when the last one is
   * filled.
   *
   * @param fine whether lines for drawing may be used
   */
  String in(OptionalInt columns, boolean fine) {
    int room = Math.max(0, columns.orElse(80) - FREE);
    String ellipsis = fine ? "…" : "...";
    String stages = stage.isEmpty() ? "" : stage + " ";
    int titled = Math.min(Cells.of(title), TITLE);
    String head = INDENT + stages;
    Tail tail = tail(room - Cells.of(head) - titled);
    if (tail.text.isEmpty()) {
      titled = SHORTEST_TITLE;
      tail = new Tail(time(room - Cells.of(head) - titled), 0);
    }
    int rest = room - Cells.of(head) - Cells.of(tail.text) - tail.bar - (tail.bar > 0 ? 1 : 0);
    String shown = Cells.fitted(title, Math.max(0, rest), ellipsis);
    String drawn = tail.bar > 0 ? " " + bar(tail.bar, fine) : "";
    return Cells.fitted((head + shown + drawn + tail.text).stripTrailing(), room, "");
  }

  /** What stands behind the title, and how many columns its bar has. */
  private record Tail(String text, int bar) {}

  /** As much of bar, count, time and what is left as there is room for. */
  private Tail tail(int room) {
    String count =
        total.isEmpty()
            ? ""
            : " " + Figures.count(done) + " of " + Figures.count(total.getAsLong());
    String rest = left.map(time -> ", " + Durations.left(time)).orElse("");
    String passed = (count.isEmpty() ? " " : ", ") + Durations.passed(elapsed);
    String[] texts = {
      count + passed + rest, " " + Durations.passed(elapsed) + rest, " " + Durations.passed(elapsed)
    };
    for (String text : texts) {
      int bar = share < 0 ? 0 : Math.min(BAR, room - Cells.of(text) - 1);
      if (Cells.of(text) <= room && (bar >= SHORTEST_BAR || share < 0)) {
        return new Tail(text, bar);
      }
    }
    return new Tail(time(room), 0);
  }

  private String time(int room) {
    String text = " " + Durations.passed(elapsed);
    return Cells.of(text) <= room ? text : "";
  }

  private String bar(int columns, boolean fine) {
    int filled = (int) Math.floor(columns * Math.clamp(share, 0, 1));
    return (fine ? "━" : "=").repeat(filled) + (fine ? "─" : "-").repeat(columns - filled);
  }
}
