package io.demitasse.app;

import io.demitasse.error.DemitasseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says how many threads a model runs with. */
final class ThreadsOption {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to run the model with. Default: all processors.")
  private @Nullable Integer threads;

  /** More would only wait for each other, on any machine there is. */
  private static final int MOST = 1024;

  /**
   * What was asked for, or one thread a processor.
   *
   * @throws DemitasseException (bad request) when the count is not positive, or absurd
   */
  int count() {
    if (threads == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (threads < 1 || threads > MOST) {
      throw DemitasseException.badRequest(
          "--threads takes "
              + (threads < 1 ? "at least 1" : "at most " + MOST)
              + ", got "
              + threads
              + ".");
    }
    return threads;
  }
}
