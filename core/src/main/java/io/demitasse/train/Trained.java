package io.demitasse.train;

import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a training.
 *
 * @param weights the best that was judged, by student and key; those of the start where nothing was
 *     better
 * @param points in order
 * @param best the step that they are from; 0 is the start
 * @param end why it ended
 * @param why in a sentence, where it ended before its time
 */
public record Trained(
    Map<String, Map<String, Tensor>> weights,
    List<Point> points,
    int best,
    End end,
    Optional<String> why) {
  public Trained {
    weights = Map.copyOf(weights);
    points = List.copyOf(points);
  }

  /** Why a training ended. */
  public enum End {
    ALL_STEPS,
    NO_BETTER,
    OUT_OF_TIME,
    DIVERGED
  }
}
