package io.demitasse.error;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How work is cancelled: by interrupting the thread that called for it, as {@code
 * Future.cancel(true)} does. The work then ends at its next run of a model, its next step or its
 * next tensor, with a {@link DemitasseException} of the kind {@link
 * DemitasseException.Kind#CANCELLED}. The thread stays interrupted.
 */
public final class Cancellation {
  private static final ThreadLocal<BooleanSupplier> TIME_IS_UP =
      ThreadLocal.withInitial(() -> () -> false);

  private Cancellation() {}

  /**
   * Does work that has to end in time: it ends at its next run of a model, its next step or its
   * next tensor once the time is up.
   *
   * @param timeIsUp is asked by the thread that does the work
   * @throws OutOfTime when it is, and the work is not done
   */
  public static <T> T before(BooleanSupplier timeIsUp, Supplier<T> work) {
    BooleanSupplier outer = TIME_IS_UP.get();
    TIME_IS_UP.set(timeIsUp);
    try {
      return work.get();
    } finally {
      TIME_IS_UP.set(outer);
    }
  }

  /**
   * Goes on unless this thread was interrupted, or the time for what it does is up.
   *
   * @throws DemitasseException (cancelled) when it was interrupted
   * @throws OutOfTime when the time is up
   */
  public static void check() {
    if (isRequested()) {
      throw cancelled(null);
    }
    if (TIME_IS_UP.get().getAsBoolean()) {
      throw new OutOfTime();
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
