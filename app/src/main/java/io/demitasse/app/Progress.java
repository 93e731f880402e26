package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.LiveBar;
import io.demitasse.pipeline.Event;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run as it happens, on {@code err}: one line a decision, and where someone watches a line
 * below them for what is under way.
 */
final class Progress implements Consumer<Event>, AutoCloseable {
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
      case Event.Started(String what) -> start(what);
      case Event.Advanced(String what, long done, long total) -> advance(what, done, total);
      case Event.Progressed progressed -> progress(progressed);
      case Event.Decided(String step, boolean kept, String why) ->
          say("  " + console.mark(kept) + " " + step + "  " + console.faint(why));
      case Event.Noted(String text) -> say("  " + text);
      case Event.Warned(String text) -> say("  " + console.bad("warning:") + " " + text);
    }
  }

  private void start(String what) {
    if (console.live()) {
      bar().begin(what);
    } else {
      console.note("  " + (stage.isEmpty() ? "" : stage + " ") + what + " ...");
    }
  }

  private void advance(String what, long done, long total) {
    if (console.live()) {
      if (bar == null) {
        bar().begin(what);
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
