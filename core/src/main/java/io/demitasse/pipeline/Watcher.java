package io.demitasse.pipeline;

import io.demitasse.evaluate.Evaluator;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import java.util.function.Consumer;

/** Is told how far a pass is on a part, at each percent. */
@FunctionalInterface
public interface Watcher extends Evaluator.Progress {
  Watcher NOBODY = (_, _) -> {};

  /** Who is told where a training of a part stands, point by point. */
  default Consumer<Point> learning(String part, Schedule schedule) {
    return _ -> {};
  }

  /** Is told something worth knowing of the pass. */
  default void noted(String text) {}
}
