package io.demitasse.report;

import io.demitasse.train.Curve;
import io.demitasse.train.Trained;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the weights of a part were trained.
 *
 * @param points in order; the first is where it began
 * @param best the step whose weights were kept; 0 is the start
 * @param end why it ended
 * @param why in a sentence, where it ended before its time; else empty
 */
public record TrainingCurve(
    String part, List<Judged> points, int best, Trained.End end, String why) {
  public TrainingCurve {
    points = List.copyOf(points);
  }

  public static TrainingCurve of(Curve curve) {
    return new TrainingCurve(
        curve.part(),
        curve.points().stream()
            .map(
                point ->
                    new Judged(
                        point.step(),
                        point.rate(),
                        point.objective(),
                        point.learned(),
                        point.judged()))
            .toList(),
        curve.best(),
        curve.end(),
        curve.why().orElse(""));
  }

  /**
   * Where training stood when it was judged.
   *
   * @param rate learning rate
   * @param objective the weighted sum of what was judged
   * @param learned value of each term on what was learned from since the point before; empty at the
   *     start
   * @param judged the same on examples that nothing is learned from
   */
  public record Judged(
      int step,
      double rate,
      double objective,
      Map<String, Double> learned,
      Map<String, Double> judged) {
    public Judged {
      learned = Collections.unmodifiableMap(new TreeMap<>(learned));
      judged = Collections.unmodifiableMap(new TreeMap<>(judged));
    }
  }
}
