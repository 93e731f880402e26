package io.demitasse.pipeline;

import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Tells of a training as it happens, point by point. */
public final class TrainingEvents implements Consumer<Point> {
  private final String part;
  private final Schedule schedule;
  private final OptionalInt candidate;
  private final Consumer<Event> events;
  private double best = Double.POSITIVE_INFINITY;

  /**
   * Of one training.
   *
   * @param part that learns
   */
  public TrainingEvents(
      String part, Schedule schedule, OptionalInt candidate, Consumer<Event> events) {
    this.part = part;
    this.schedule = schedule;
    this.candidate = candidate;
    this.events = events;
  }

  @Override
  public void accept(Point point) {
    boolean better = point.objective() < best;
    best = better ? point.objective() : best;
    events.accept(new Event.Learned(part, point, schedule.steps(), better, left(point), candidate));
  }

  /** At the speed of so far, and no longer than there is time. */
  private Optional<Duration> left(Point point) {
    if (point.step() == 0 || !(point.samples() > 0)) {
      return Optional.empty();
    }
    double seconds = schedule.batch() / point.samples();
    Duration steps = seconds((schedule.steps() - point.step()) * seconds);
    Duration time = schedule.time().minus(seconds(point.step() * seconds));
    Duration least = steps.compareTo(time) < 0 ? steps : time;
    return Optional.of(least.isNegative() ? Duration.ZERO : least);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis((long) (seconds * 1_000));
  }
}
