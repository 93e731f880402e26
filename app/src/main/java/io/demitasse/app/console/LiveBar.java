package io.demitasse.app.console;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One line on a terminal that tells how far something is, until it is closed and vanishes. It never
 * takes more columns than the terminal has at the moment, and no part of it is left behind when the
 * process is told to end.
 */
public final class LiveBar implements AutoCloseable {
  private static final long REDRAWN_MILLISECONDS = 250;

  /** Where a line begins; and erasing from there to the end of the screen. */
  private static final String START = "\r";

  private static final String ERASE = "\033[J";

  private static final Duration TOO_EARLY = Duration.ofSeconds(3);

  private final Console console;
  private final Supplier<OptionalInt> columns;
  private final boolean fine;
  private final long start = System.nanoTime();
  private final ScheduledExecutorService clock;
  private final Future<?> redrawing;
  private final Thread ending = new Thread(this::end, "demitasse-line");

  private String stage = "";
  private String title = "";
  private long done;
  private OptionalLong total = OptionalLong.empty();
  private double overall = -1;
  private Optional<Duration> left = Optional.empty();
  private Optional<LearningLine> learning = Optional.empty();
  private int drawn;
  private boolean closed;

  public LiveBar(Console console) {
    this(console, Terminal::columns);
  }

  /**
   * @param columns how wide the terminal is whenever it is asked
   */
  LiveBar(Console console, Supplier<OptionalInt> columns) {
    this.console = console;
    this.columns = columns;
    this.fine = console.charset().newEncoder().canEncode("━─…");
    clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("demitasse-clock").factory());
    redrawing =
        clock.scheduleAtFixedRate(
            this::draw, REDRAWN_MILLISECONDS, REDRAWN_MILLISECONDS, TimeUnit.MILLISECONDS);
    Runtime.getRuntime().addShutdownHook(ending);
  }

  /** Another piece of work begins. */
  public synchronized void begin(String newTitle) {
    title = newTitle;
    done = 0;
    total = OptionalLong.empty();
    learning = Optional.empty();
    draw();
  }

  /** Tells how far a model has learned, until another piece of work begins. */
  public synchronized void learning(LearningLine line) {
    learning = Optional.of(line);
    draw();
  }

  /** Tells how much of the present piece is done. */
  public synchronized void at(long newDone, long newTotal) {
    done = newDone;
    total = OptionalLong.of(newTotal);
  }

  /**
   * Tells how much of everything is done.
   *
   * @param newStage such as {@code 3/9}
   * @param share from 0 to 1
   */
  public synchronized void overall(String newStage, double share, Optional<Duration> newLeft) {
    stage = newStage;
    overall = share;
    left = newLeft;
  }

  /** Writes a line above this one. */
  public synchronized void above(String line) {
    vanish();
    console.note(line);
    draw();
  }

  private synchronized void draw() {
    if (closed || (title.isEmpty() && learning.isEmpty())) {
      return;
    }
    OptionalInt width = columns.get();
    String line = learning.map(told -> told.in(width)).orElseGet(() -> line().in(width, fine));
    console.err().print(taken(width) + line);
    console.err().flush();
    drawn = Cells.of(line);
  }

  private ProgressLine line() {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    double share = overall;
    Optional<Duration> rest = left;
    if (overall < 0 && total.isPresent()) {
      share = (double) done / Math.max(1, total.getAsLong());
      rest = extrapolated(elapsed, share);
    }
    return new ProgressLine(stage, title, done, total, share, elapsed, rest);
  }

  private static Optional<Duration> extrapolated(Duration elapsed, double share) {
    return elapsed.compareTo(TOO_EARLY) < 0 || share <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) (elapsed.toMillis() * (1 - share) / share)));
  }

  /**
   * What takes the line off the terminal. A terminal that has become narrower has broken the line
   * into several.
   */
  private String taken(OptionalInt width) {
    int rows = drawn == 0 ? 0 : (drawn - 1) / Math.max(1, width.orElse(Integer.MAX_VALUE));
    return START + (rows == 0 ? "" : "\033[" + rows + "A") + ERASE;
  }

  private synchronized void vanish() {
    if (drawn > 0) {
      console.err().print(taken(columns.get()));
      console.err().flush();
      drawn = 0;
    }
  }

  private synchronized void end() {
    closed = true;
    vanish();
  }

  /** Takes the line off the terminal for good. */
  @Override
  public void close() {
    end();
    redrawing.cancel(true);
    clock.shutdownNow();
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook does the same.
    }
  }
}
