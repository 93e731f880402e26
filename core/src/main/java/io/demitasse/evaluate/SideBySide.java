package io.demitasse.evaluate;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The same work on several threads at once. */
final class SideBySide {
  private SideBySide() {}

  /**
   * Runs the work so many times and waits for all of them.
   *
   * @throws RuntimeException the first that a thread threw, as it was thrown
   */
  static void run(Callable<Void> work, int threads) {
    try (ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, threads))) {
      for (Future<Void> worker : pool.invokeAll(Collections.nCopies(Math.max(1, threads), work))) {
        worker.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemitasseException(
          DemitasseException.Kind.CANCELLED, "Cancelled while running samples.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw DemitasseException.backendFailed(
          "Running samples failed: " + Reason.of(e.getCause() == null ? e : e.getCause()), e);
    }
  }
}
