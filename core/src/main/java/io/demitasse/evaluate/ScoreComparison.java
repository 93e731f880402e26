package io.demitasse.evaluate;

import java.util.Comparator;
import java.util.List;

/**
 * One metric of the original and of a candidate over the same samples.
 *
 * @param baseline score of the original with its interval
 * @param candidate score of the candidate with its interval
 * @param degradation paired loss: positive is worse
 * @param samples how many samples were judged, as the metric counts them
 * @param limited whether the accuracy budget holds this metric
 */
public record ScoreComparison(
    String metric,
    Interval baseline,
    Interval candidate,
    Interval degradation,
    int samples,
    boolean limited) {

  static ScoreComparison of(Task.Score baseline, Task.Score candidate) {
    return new ScoreComparison(
        baseline.metric(),
        Intervals.bootstrap(baseline.statistic()),
        Intervals.bootstrap(candidate.statistic()),
        Intervals.degradation(baseline.statistic(), candidate.statistic()),
        baseline.statistic().size(),
        baseline.limited());
  }

  /** Whether it is of one group of samples, see {@link Groups}. */
  public boolean concernsGroup() {
    return Groups.Metric.parse(metric).isPresent();
  }

  /** Those of groups of samples, that which lost most first. */
  public static List<ScoreComparison> ofGroups(List<ScoreComparison> scores) {
    return scores.stream()
        .filter(ScoreComparison::concernsGroup)
        .sorted(Comparator.comparingDouble(score -> -score.degradation().value()))
        .toList();
  }

  /** Those of all samples, in order. */
  public static List<ScoreComparison> ofAll(List<ScoreComparison> scores) {
    return scores.stream().filter(score -> !score.concernsGroup()).toList();
  }
}
