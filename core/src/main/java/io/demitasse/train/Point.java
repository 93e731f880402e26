package io.demitasse.train;

import java.util.Map;

/**
 * Where training stands after a step, for curves and for whoever watches.
 *
 * @param step from 1 on; 0 before the first
 * @param rate learning rate of that step
 * @param learned value of each term on what was learned from since the point before, by student and
 *     term; empty before the first step
 * @param judged the same on examples that nothing is learned from
 * @param objective the weighted sum of the latter
 * @param samples a second
 */
public record Point(
    int step,
    double rate,
    Map<String, Double> learned,
    Map<String, Double> judged,
    double objective,
    double samples) {
  public Point {
    learned = Map.copyOf(learned);
    judged = Map.copyOf(judged);
  }

  Point withSamples(double faster) {
    return new Point(step, rate, learned, judged, objective, faster);
  }
}
