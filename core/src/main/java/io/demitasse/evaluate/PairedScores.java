package io.demitasse.evaluate;

import java.util.List;
import java.util.function.Function;

/**
 * What the original and a candidate score on the same samples.
 *
 * @param original one score for each metric
 * @param candidate the same, in the same order
 */
public record PairedScores(List<Task.Score> original, List<Task.Score> candidate) {
  public PairedScores {
    original = List.copyOf(original);
    candidate = List.copyOf(candidate);
  }

  /**
   * Compares by what was kept of the samples of all folds together: one interval for each metric. A
   * fold that has no value of a metric adds nothing to it.
   *
   * @param folds samples that have nothing in common, each with a candidate of its own
   */
  public static List<ScoreComparison> pooled(List<PairedScores> folds) {
    return folds.stream()
        .flatMap(fold -> fold.original.stream())
        .filter(score -> score.statistic().size() > 0)
        .map(Task.Score::metric)
        .distinct()
        .map(
            metric ->
                ScoreComparison.of(
                    pooled(folds, PairedScores::original, metric),
                    pooled(folds, PairedScores::candidate, metric)))
        .toList();
  }

  private static Task.Score pooled(
      List<PairedScores> folds, Function<PairedScores, List<Task.Score>> side, String metric) {
    List<Task.Score> scores =
        folds.stream()
            .flatMap(fold -> side.apply(fold).stream())
            .filter(score -> score.metric().equals(metric) && score.statistic().size() > 0)
            .toList();
    Statistic all = Statistic.pooled(scores.stream().map(Task.Score::statistic).toList());
    return new Task.Score(metric, all, scores.getFirst().limited());
  }
}
