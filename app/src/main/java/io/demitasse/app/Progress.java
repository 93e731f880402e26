package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.LiveBar;
import io.demitasse.pipeline.Event;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run as it happens, on {@code err}: one line a decision, and where someone watches a bar
 * for what is under way.
 */
final class Progress implements Consumer<Event>, AutoCloseable {
  private final Console console;
  private @Nullable LiveBar bar;
  private String current = "";

  Progress(Console console) {
    this.console = console;
  }

  @Override
  public void accept(Event event) {
    if (Failures.isEnding()) {
      return;
    }
    switch (event) {
      case Event.Started(String what) -> start(what);
      case Event.Advanced(String _, long done, long total) -> advance(done, total);
      case Event.Decided(String step, boolean kept, String why) ->
          say("  " + console.mark(kept) + " " + step + "  " + console.faint(why));
      case Event.Noted(String text) -> say("  " + text);
      case Event.Warned(String text) -> say("  " + console.bad("warning:") + " " + text);
    }
  }

  private void start(String what) {
    close();
    current = what;
    if (console.live()) {
      bar = new LiveBar(console, what, LiveBar.UNKNOWN);
    } else {
      console.note("  " + what + " ...");
    }
  }

  private void advance(long done, long total) {
    if (!console.live()) {
      return;
    }
    LiveBar shown = bar;
    if (shown == null || shown.total() != total) {
      close();
      shown = new LiveBar(console, current, total);
      bar = shown;
    }
    shown.at(done);
    if (done == total) {
      close();
      bar = new LiveBar(console, current, LiveBar.UNKNOWN);
    }
  }

  private void say(String line) {
    close();
    console.note(line);
  }

  /** Takes the bar off the terminal. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
