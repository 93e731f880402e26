package io.demitasse.search;

import io.demitasse.error.Cancellation;
import io.demitasse.error.OutOfTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run may still take. A candidate is begun only where it is likely to be done in time, and
 * ended where it is not; measuring the result afterwards has its time kept free.
 *
 * <p>How long a candidate takes is told from those before it: the longest of the same parts, or of
 * any, or what came before the first. The result is measured as candidates are, and once more as it
 * is used, so as much as two candidates take is kept for it.
 */
public final class Schedule {
  private static final long OF_RESULT = 2;

  private final LongSupplier nanoseconds;
  private final @Nullable Duration allowed;
  private final BooleanSupplier stopped;
  private final long start;
  private final Map<List<String>, Long> longest = new HashMap<>();
  private long firstBegun = -1;
  private int results = 1;

  /** What was spent on work that tells nothing of how long measuring takes. */
  private long apart;

  private long apartSince = -1;

  /**
   * Begins now.
   *
   * @param allowed for the whole run; null for as long as it takes
   * @param nanoseconds a clock
   * @param stopped whether nothing more is to be tried; may be asked often
   */
  public Schedule(@Nullable Duration allowed, LongSupplier nanoseconds, BooleanSupplier stopped) {
    this.allowed = allowed;
    this.nanoseconds = nanoseconds;
    this.stopped = stopped;
    this.start = nanoseconds.getAsLong();
  }

  /** As long as it takes. */
  public static Schedule unlimited() {
    return new Schedule(null, System::nanoTime, () -> false);
  }

  /** Keeps time free to measure so many results, where there is more than one. */
  public void results(int count) {
    results = count;
  }

  /**
   * Does the work of a candidate, if there is time.
   *
   * @param parts what it is about
   * @return empty where it was not begun or not finished for lack of time
   */
  <T> Optional<T> spend(List<String> parts, Supplier<T> work) {
    long begun = nanoseconds.getAsLong();
    long apartBefore = apart();
    if (firstBegun < 0) {
      firstBegun = begun;
    }
    long expected = longest.getOrDefault(parts, longest());
    if (!isLeft(begun + expected, longest())) {
      return Optional.empty();
    }
    try {
      return Optional.of(Cancellation.before(() -> isUp(begun, apartBefore), work));
    } catch (OutOfTime e) {
      return Optional.empty();
    } finally {
      longest.merge(parts, measured(begun, apartBefore), Math::max);
    }
  }

  /**
   * Does what a candidate takes once and measuring it does not, such as training: how long it takes
   * tells nothing of other candidates, nor of the result.
   */
  <T> T apart(Supplier<T> work) {
    apartSince = nanoseconds.getAsLong();
    try {
      return work.get();
    } finally {
      apart += nanoseconds.getAsLong() - apartSince;
      apartSince = -1;
    }
  }

  private long apart() {
    return apart + (apartSince < 0 ? 0 : nanoseconds.getAsLong() - apartSince);
  }

  /**
   * How long a candidate may learn so that it, and the result, can still be measured; empty where
   * nothing limits the run.
   */
  public Optional<Duration> timeToLearn() {
    if (allowed == null) {
      return Optional.empty();
    }
    long measuring = (1 + results * OF_RESULT) * longest();
    long left = allowed.toNanos() - (nanoseconds.getAsLong() - start) - measuring;
    return Optional.of(Duration.ofNanos(Math.max(0, left)));
  }

  /**
   * Does work on a result that is measured already, if there is time.
   *
   * @return empty where it was not begun or not finished for lack of time
   */
  public <T> Optional<T> spendRest(Supplier<T> work) {
    BooleanSupplier isUp = () -> !isLeft(nanoseconds.getAsLong(), 0);
    if (isUp.getAsBoolean()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Cancellation.before(isUp, work));
    } catch (OutOfTime e) {
      return Optional.empty();
    }
  }

  /** The result is likely to take as long as what is taking so long now. */
  private boolean isUp(long begun, long apartBefore) {
    return !isLeft(nanoseconds.getAsLong(), Math.max(longest(), measured(begun, apartBefore)));
  }

  /** What a candidate has taken so far, without what it takes once. */
  private long measured(long begun, long apartBefore) {
    return nanoseconds.getAsLong() - begun - (apart() - apartBefore);
  }

  /** Whether a result that takes as long as some candidate can still be measured from then on. */
  private boolean isLeft(long then, long candidate) {
    if (stopped.getAsBoolean()) {
      return false;
    }
    return allowed == null || then - start + results * OF_RESULT * candidate <= allowed.toNanos();
  }

  private long longest() {
    long preparing = firstBegun < 0 ? 0 : firstBegun - start;
    return longest.values().stream().mapToLong(Long::longValue).max().orElse(preparing);
  }

  /** Why nothing more is tried. */
  public String reason() {
    return stopped.getAsBoolean() ? "the search was ended" : "the time is up";
  }

  /** What was spent before the first candidate; all of it where there was none. */
  public Duration preparing() {
    return Duration.ofNanos((firstBegun < 0 ? nanoseconds.getAsLong() : firstBegun) - start);
  }

  /** What was spent so far. */
  public Duration elapsed() {
    return Duration.ofNanos(nanoseconds.getAsLong() - start);
  }
}
