package io.demitasse.pipeline;

import io.demitasse.evaluate.Evaluator;
import io.demitasse.train.Point;

/** Is told how far a pass is on a part, at each percent. */
@FunctionalInterface
public interface Watcher extends Evaluator.Progress {
  Watcher NOBODY = (_, _) -> {};

  /**
   * Is told where the training of a part stands.
   *
   * @param steps of all of it
   */
  default void learning(String part, Point point, int steps) {}
}
