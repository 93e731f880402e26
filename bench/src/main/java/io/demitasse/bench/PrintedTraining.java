package io.demitasse.bench;

import io.demitasse.pipeline.Watcher;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import java.util.Locale;
import java.util.function.Consumer;

/** Tells of each judgement. */
final class PrintedTraining implements Watcher {
  private final long start = System.nanoTime();

  @Override
  public void at(long done, long total) {}

  @Override
  public Consumer<Point> learning(String part, Schedule schedule) {
    System.out.printf(Locale.ROOT, "%,d steps at most%n", schedule.steps());
    return point ->
        System.out.printf(
            Locale.ROOT,
            "  step %5d after %4.0f s: objective %.6f%n",
            point.step(),
            (System.nanoTime() - start) / 1e9,
            point.objective());
  }
}
