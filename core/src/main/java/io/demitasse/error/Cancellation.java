package io.demitasse.error;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How work is cancelled: by interrupting the thread that called for it, as {@code
 * Future.cancel(true)} does. The work then ends at its next run of a model, its next step or its
 * next tensor, with a {@link DemitasseException} of the kind {@link
 * DemitasseException.Kind#CANCELLED}. The thread stays interrupted.
 */
public final class Cancellation {
  private Cancellation() {}

  /**
   * Goes on unless this thread was interrupted.
   *
   * @throws DemitasseException (cancelled) when it was
   */
  public static void check() {
    if (isRequested()) {
      throw cancelled(null);
    }
  }

  /**
   * Does work, and tells every failure in an interrupted thread as what it is: interrupted channels
   * and pools fail in ways of their own.
   *
   * @throws DemitasseException (cancelled) when this thread was interrupted
   */
  public static <T> T heeded(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException failure) {
      throw isRequested() ? cancelled(failure) : failure;
    }
  }

  private static boolean isRequested() {
    return Thread.currentThread().isInterrupted();
  }

  private static DemitasseException cancelled(@Nullable RuntimeException cause) {
    return new DemitasseException(
        DemitasseException.Kind.CANCELLED, "Cancelled: the thread was interrupted.", cause);
  }
}
