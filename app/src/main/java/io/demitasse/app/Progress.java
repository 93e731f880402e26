package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.LearningLine;
import io.demitasse.app.console.LiveBar;
import io.demitasse.error.VisibleText;
import io.demitasse.pipeline.Event;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run as it happens, on {@code err}: one line a decision, and where someone watches a line
 * below them for what is under way.
 */
final class Progress implements Consumer<Event>, AutoCloseable {
  private static final int LONGEST_LINE = 1_000;

  private final Console console;
  private @Nullable LiveBar bar;
  private String stage = "";

  Progress(Console console) {
    this.console = console;
  }

  @Override
  public void accept(Event event) {
    if (Failures.isEnding()) {
      close();
      return;
    }
    switch (event) {
      case Event.Started(String what, _) -> start(what);
      case Event.Advanced(String what, long done, long total, _) -> advance(what, done, total);
      case Event.Progressed progressed -> progress(progressed);
      case Event.Learned learned -> learn(learned);
      case Event.Decided(String step, boolean kept, String why, _) ->
          say("  " + console.mark(kept) + " " + line(step) + "  " + console.faint(line(why)));
      case Event.Noted(String text, _) -> say("  " + line(text));
      case Event.Warned(String text) -> say("  " + console.bad("warning:") + " " + line(text));
    }
  }

  private void start(String what) {
    if (console.live()) {
      bar().begin(line(what));
    } else {
      console.note("  " + (stage.isEmpty() ? "" : stage + " ") + line(what) + " ...");
    }
  }

  private void advance(String what, long done, long total) {
    if (console.live()) {
      if (bar == null) {
        bar().begin(line(what));
      }
      bar().at(done, total);
    }
  }

  private void progress(Event.Progressed progressed) {
    stage = progressed.step() + "/" + progressed.steps();
    if (console.live()) {
      bar().overall(stage, progressed.share(), progressed.left());
    }
  }

  private void learn(Event.Learned learned) {
    LearningLine line =
        new LearningLine(
            stage,
            line(learned.part()),
            learned.point(),
            learned.steps(),
            learned.best(),
            learned.left());
    if (console.live()) {
      bar().learning(line);
    } else {
      console.note(line.whole());
    }
  }

  private static String line(String text) {
    return VisibleText.line(text, LONGEST_LINE);
  }

  private void say(String line) {
    if (bar == null) {
      console.note(line);
    } else {
      bar.above(line);
    }
  }

  private LiveBar bar() {
    LiveBar shown = bar;
    if (shown == null) {
      shown = new LiveBar(console);
      bar = shown;
    }
    return shown;
  }

  /** Takes the line off the terminal. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
