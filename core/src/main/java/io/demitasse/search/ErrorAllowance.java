package io.demitasse.search;

import java.util.Map;
import java.util.TreeMap;

/**
 * How much the errors of single layers may add up to before the whole leaves the budget. How the
 * one follows from the other is not known beforehand, so it is learned from what was measured: the
 * loss is taken to grow as a power of the errors, in proportion until a second measurement tells.
 */
final class ErrorAllowance {
  /** Of the loss that the budget permits, so that what was predicted a little low still fits. */
  private static final double AIM = .9;

  /**
   * What is predicted may be too high by as much: where a metric counts whole answers, errors of
   * layers do not add up.
   */
  private static final double DOUBT = 2.5;

  /** Powers beyond these say that noise was measured. */
  private static final double LEAST_POWER = .25;

  private static final double MOST_POWER = 4;

  /** How near, as a ratio, to an end of what is known it makes sense to try again. */
  private static final double NEAR = 1.05;

  /** Losses, relative to what the budget permits, by sums of errors. */
  private final TreeMap<Double, Double> measured = new TreeMap<>();

  private double kept;
  private double exceeded = Double.POSITIVE_INFINITY;
  private double lossOfExceeded = Double.POSITIVE_INFINITY;

  /**
   * Takes in a measurement.
   *
   * @param errors the sum of the errors of all layers that were changed
   * @param loss relative to what the budget permits: up to 1 it is kept
   */
  void learn(double errors, double loss) {
    if (loss <= 1) {
      kept = Math.max(kept, errors);
    } else if (errors < exceeded) {
      exceeded = errors;
      lossOfExceeded = loss;
    }
    if (loss > 0 && errors > 0) {
      measured.put(errors, loss);
    }
  }

  /**
   * The sum of errors to try next, which is likely to keep the budget.
   *
   * @return infinite where nothing was seen to exceed it
   */
  double next() {
    if (exceeded == Double.POSITIVE_INFINITY || kept >= exceeded) {
      return exceeded;
    }
    double predicted = exceeded * Math.pow(AIM / lossOfExceeded, 1 / power());
    return Math.clamp(predicted, Math.min(kept * NEAR, exceeded / NEAR), exceeded / NEAR);
  }

  /** Whether a sum of errors may keep the budget, though {@link #next} would not try so much. */
  boolean mayKeep(double errors) {
    return errors < exceeded && lossOfExceeded * Math.pow(errors / exceeded, power()) <= DOUBT;
  }

  /**
   * From the nearest that exceeded the budget and the one below it, or else the one above; what is
   * about the same tells nothing.
   */
  private double power() {
    Map.Entry<Double, Double> below = measured.lowerEntry(exceeded / NEAR);
    Map.Entry<Double, Double> other = below != null ? below : measured.higherEntry(exceeded * NEAR);
    if (other == null) {
      return 1;
    }
    double power =
        Math.log(lossOfExceeded / other.getValue()) / Math.log(exceeded / other.getKey());
    return Double.isNaN(power) ? 1 : Math.clamp(power, LEAST_POWER, MOST_POWER);
  }
}
