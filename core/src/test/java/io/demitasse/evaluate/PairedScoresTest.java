package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.evaluate.Task.Score;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Scores of folds become those of all their samples. */
class PairedScoresTest {

  /** So many of so many. */
  private record Part(double right, double all) {
    static double share(List<Part> parts) {
      return parts.stream().mapToDouble(Part::right).sum()
          / parts.stream().mapToDouble(Part::all).sum();
    }
  }

  private static Score mean(String metric, double... values) {
    return Score.limited(metric, values);
  }

  private static Score share(Part... parts) {
    return Score.informational("share", Statistic.of(List.of(parts), Part::share));
  }

  @Test
  void meansAreOfAllValuesAndHaveOneInterval() {
    List<ScoreComparison> pooled =
        PairedScores.pooled(
            List.of(
                new PairedScores(
                    List.of(mean("recall", 1, 1, 1)), List.of(mean("recall", 1, 0, 1))),
                new PairedScores(List.of(mean("recall", 0)), List.of(mean("recall", 0)))));

    assertThat(pooled)
        .containsExactly(
            ScoreComparison.of(mean("recall", 1, 1, 1, 0), mean("recall", 1, 0, 1, 0)));
  }

  @Test
  void aNumberOfTheWholeSetIsNotAMeanOfFolds() {
    Score perfect = share(new Part(2, 2), new Part(98, 98));
    List<ScoreComparison> pooled =
        PairedScores.pooled(
            List.of(
                new PairedScores(List.of(share(new Part(2, 2))), List.of(share(new Part(1, 2)))),
                new PairedScores(
                    List.of(share(new Part(98, 98))), List.of(share(new Part(98, 98))))));

    assertThat(pooled)
        .containsExactly(ScoreComparison.of(perfect, share(new Part(1, 2), new Part(98, 98))));
    assertThat(pooled.getFirst().candidate().value()).isEqualTo(.99);
  }

  @Test
  void aFoldWithoutAMetricAddsNothingToIt() {
    PairedScores both =
        new PairedScores(
            List.of(mean("rare", 1), mean("usual", 1)),
            List.of(mean("rare", .5), mean("usual", 1)));
    PairedScores one = new PairedScores(List.of(mean("usual", 1)), List.of(mean("usual", 0)));
    PairedScores none =
        new PairedScores(
            List.of(mean("rare"), mean("usual", 1)), List.of(mean("rare"), mean("usual", 1)));

    assertThat(PairedScores.pooled(List.of(one, both, none)))
        .extracting(
            score ->
                String.format(
                    Locale.ROOT,
                    "%s %d %.2f",
                    score.metric(),
                    score.samples(),
                    score.degradation().value()))
        .containsExactly("usual 3 0.33", "rare 1 0.50");
  }

  @Test
  void statisticsOfTwoKindsAreNotPooled() {
    Statistic mean = Statistic.mean(1);
    Statistic whole = share(new Part(1, 2)).statistic();

    assertThatThrownBy(() -> Statistic.pooled(List.of(mean, whole)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Statistic.pooled(List.of(whole, mean)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
