package io.demitasse.evaluate;

/**
 * One metric of the original and of a candidate over the same samples.
 *
 * @param baseline mean of the original with its interval
 * @param candidate mean of the candidate with its interval
 * @param degradation paired loss: positive is worse
 * @param samples how many samples were judged
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
        Intervals.bootstrapMean(baseline.perSample()),
        Intervals.bootstrapMean(candidate.perSample()),
        Intervals.degradation(baseline.perSample(), candidate.perSample()),
        baseline.perSample().length,
        baseline.limited());
  }
}
