package io.demitasse.train;

import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is told of a training: how its objectives moved, and why it ended.
 *
 * @param part that was trained
 * @param points in order
 * @param best the step whose weights were kept; 0 is the start
 * @param end why it ended
 * @param why in a sentence, where it ended before its time
 */
public record Curve(
    String part, List<Point> points, int best, Trained.End end, Optional<String> why) {
  public Curve {
    points = List.copyOf(points);
  }

  public static Curve of(String part, Trained trained) {
    return new Curve(part, trained.points(), trained.best(), trained.end(), trained.why());
  }

  /** The point whose weights were kept; empty where no point is of that step. */
  public Optional<Point> kept() {
    return points.stream().filter(point -> point.step() == best).findFirst();
  }

  /** The types of {@link #tensors}, by name. */
  public static Map<String, ValueType.OfTensor> types() {
    return StoredCurve.TYPES;
  }

  /**
   * The curve as it is stored beside the weights that it led to, by names that begin with {@code
   * curve/}. The part is not in it, nor how many samples a second there were: what is learned alike
   * on two machines is stored in the same bytes.
   */
  public Map<String, Tensor> tensors() {
    return StoredCurve.tensors(this);
  }

  /**
   * Reads what {@link #tensors} gave; of the speed, 0 is told.
   *
   * @param stored may hold other tensors, too
   * @throws io.demitasse.error.DemitasseException (bad request) when it is no curve, saying why
   */
  public static Curve of(String part, Map<String, Tensor> stored) {
    return new StoredCurve(stored).curve(part);
  }
}
