package io.demitasse.app.console;

import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;

/** One line on a terminal that tells how far something is, until it is closed and vanishes. */
public final class LiveBar implements AutoCloseable {
  /** The total of work whose extent nobody knows. */
  public static final long UNKNOWN = -1;

  private static final int COLUMNS = 79;
  private static final int BAR = 30;

  private final ProgressBar bar;
  private final long total;

  public LiveBar(Console console, String title, long total) {
    this.total = total;
    boolean fine = console.charset().newEncoder().canEncode("━─");
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(total)
            .setUpdateIntervalMillis(250)
            .clearDisplayOnFinish()
            .setConsumer(new Line(console))
            .setRenderer((state, width) -> line(state, total, fine))
            .build();
  }

  public long total() {
    return total;
  }

  /** Tells how much is done. */
  public void at(long done) {
    bar.stepTo(done);
  }

  @Override
  public void close() {
    bar.close();
  }

  private static String line(ProgressState state, long total, boolean fine) {
    long seconds = state.getElapsedAfterStart().toSeconds();
    String title = "  " + state.getTaskName();
    if (total == UNKNOWN) {
      return String.format(Locale.ROOT, "%s ... %d s", title, seconds);
    }
    int filled = (int) (BAR * Math.min(state.getCurrent(), total) / Math.max(1, total));
    String drawn = (fine ? "━" : "=").repeat(filled) + (fine ? "─" : "-").repeat(BAR - filled);
    return String.format(
        Locale.ROOT, "%s %s %,d of %,d, %d s", title, drawn, state.getCurrent(), total, seconds);
  }

  /** Draws each state over the one before. */
  private record Line(Console console) implements ProgressBarConsumer {
    private static final String CLEAR = "\r" + " ".repeat(COLUMNS) + "\r";

    @Override
    public int getMaxRenderedLength() {
      return COLUMNS;
    }

    @Override
    public void accept(String text) {
      String cut = text.length() > COLUMNS ? text.substring(0, COLUMNS) : text;
      console.err().print("\r" + cut + " ".repeat(COLUMNS - cut.length()));
      console.err().flush();
    }

    @Override
    public void clear() {
      console.err().print(CLEAR);
      console.err().flush();
    }

    @Override
    public void close() {}
  }
}
