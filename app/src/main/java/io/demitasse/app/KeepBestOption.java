package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import picocli.CommandLine.Option;

/** What Ctrl-C means while a search is under way. */
final class KeepBestOption {
  private static final String INTERRUPT = "INT";

  @Option(
      names = "--keep-best",
      description =
          "On Ctrl-C end the search, measure the best result so far and write it; a second Ctrl-C"
              + " gives it up. Without this, Ctrl-C leaves nothing.")
  private boolean keepBest;

  void apply(Demitasse job, Console console) {
    if (keepBest && !onInterrupt(() -> end(job, console))) {
      console.note("--keep-best has no effect: this Java machine does not tell of Ctrl-C.");
    }
  }

  private static void end(Demitasse job, Console console) {
    console.note("  ending the search to measure the best so far; Ctrl-C again gives it up");
    job.stop();
  }

  /**
   * The first interrupt does something, the next what it usually does. Signals are no part of
   * Java's API, so they are asked for by name, and a machine without them is no error.
   *
   * @return whether there are signals
   */
  private static boolean onInterrupt(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Method handle = signal.getMethod("handle", signal, handler);
      Object interrupt = signal.getConstructor(String.class).newInstance(INTERRUPT);
      Object[] usual = new Object[1];
      Object own =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      handle.invoke(null, interrupt, usual[0]);
                      action.run();
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> KeepBestOption.class.getSimpleName();
                  });
      usual[0] = handle.invoke(null, interrupt, own);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
