package io.demitasse.run;

import io.demitasse.pipeline.Event;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Where a run stands as a whole: passes events on, and tells with each beginning and each advance
 * how much of all is done.
 *
 * <p>Nobody knows beforehand how many options a step will try, so each that begins takes the same
 * portion of what is left of its step: the share grows all the time and never stands at the end too
 * early. How long the rest takes is told from what the past took, once a step is done.
 */
final class Course implements Consumer<Event> {
  /** What one piece of work takes of what is left of its step. */
  private static final double PORTION = .4;

  /** Too little time to tell the rest from. */
  private static final Duration SHORT = Duration.ofSeconds(3);

  private final Consumer<Event> listener;
  private final List<Double> weights;
  private final double total;
  private final LongSupplier nanoseconds;
  private final long start;
  private int step;

  // Of the step: where its present piece of work began, stands and will end.
  private double begun;
  private double reached;
  private double ahead;

  /**
   * @param weights of the steps, how long each is thought to take relative to the others
   * @param nanoseconds a clock
   */
  Course(List<Double> weights, Consumer<Event> listener, LongSupplier nanoseconds) {
    this.listener = listener;
    this.weights = List.copyOf(weights);
    this.total = sum(weights);
    this.nanoseconds = nanoseconds;
    this.start = nanoseconds.getAsLong();
  }

  /** The step before is done and the next begins. */
  void next() {
    step = Math.min(step + 1, weights.size());
    begun = 0;
    reached = 0;
    ahead = 0;
  }

  @Override
  public void accept(Event event) {
    switch (event) {
      case Event.Started _ -> {
        begun = ahead;
        ahead = begun + (1 - begun) * PORTION;
        reached = begun;
        tell();
        listener.accept(event);
      }
      case Event.Advanced(String _, long done, long all, _) -> {
        listener.accept(event);
        reached = Math.max(reached, begun + (ahead - begun) * done / Math.max(1, all));
        tell();
      }
      default -> listener.accept(event);
    }
  }

  private void tell() {
    double before = sum(weights.subList(0, Math.max(0, step - 1)));
    double current = step == 0 ? 0 : weights.get(step - 1);
    double share = (before + current * reached) / total;
    Duration elapsed = Duration.ofNanos(nanoseconds.getAsLong() - start);
    listener.accept(
        new Event.Progressed(step, weights.size(), share, elapsed, left(share, elapsed)));
  }

  private static double sum(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).sum();
  }

  private Optional<Duration> left(double share, Duration elapsed) {
    return step < 2 || elapsed.compareTo(SHORT) < 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) (elapsed.toMillis() * (1 - share) / share)));
  }
}
