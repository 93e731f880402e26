package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class IntervalsTest {

  @Test
  void bootstrapCoversTheTrueMeanAboutNinetyFiveTimesInAHundred() {
    SplittableRandom random = new SplittableRandom(3);
    int covered = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] values = random.doubles(80).toArray();
      Interval interval = Intervals.bootstrapMean(values);
      if (interval.low() <= .5 && .5 <= interval.high()) {
        covered++;
      }
    }
    assertThat(covered).isBetween(180, 198);
  }

  @Test
  void bootstrapOfTheSameValuesIsTheSame() {
    double[] values = {1, 2, 4, 8};
    assertThat(Intervals.bootstrapMean(values)).isEqualTo(Intervals.bootstrapMean(values));
  }

  @Test
  void degradationIsPairedSoThatSampleDifficultyCancels() {
    double[] baseline = new SplittableRandom(1).doubles(100, 0, 100).toArray();
    double[] candidate = Arrays.stream(baseline).map(value -> value - .25).toArray();
    Interval degradation = Intervals.degradation(baseline, candidate);
    assertThat(degradation.value()).isCloseTo(.25, within(1e-9));
    assertThat(degradation.high() - degradation.low()).isLessThan(1e-9);
  }

  @Test
  void degradationRefusesScoresOfDifferentSamples() {
    assertThatThrownBy(() -> Intervals.degradation(new double[3], new double[4]))
        .hasMessage("paired scores need the same samples, got 3 and 4");
  }

  /** Edits of a line, and its characters. */
  private record Line(int edits, int length) {
    static double accuracy(List<Line> lines) {
      double edits = lines.stream().mapToInt(Line::edits).sum();
      return 1 - edits / lines.stream().mapToInt(Line::length).sum();
    }
  }

  private static List<Line> lines(SplittableRandom random, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> 1 + random.nextInt(40))
        .map(length -> new Line(random.nextInt(1 + length / 4), length))
        .toList();
  }

  @Test
  void theIntervalOfAQuotientIsThatOfTheQuotient() {
    List<Line> lines = new ArrayList<>(Collections.nCopies(99, new Line(1, 10)));
    lines.add(new Line(0, 0));

    Interval interval = Intervals.bootstrap(Statistic.of(lines, Line::accuracy));

    assertThat(interval.value()).isCloseTo(.9, within(1e-12));
    assertThat(interval.low())
        .as("whichever are drawn, a tenth is wrong")
        .isCloseTo(.9, within(1e-12));
    assertThat(interval.high()).isCloseTo(.9, within(1e-12));
  }

  @Test
  void theIntervalOfAQuotientCoversItAboutNinetyFiveTimesInAHundred() {
    SplittableRandom random = new SplittableRandom(8);
    double expected = Line.accuracy(lines(random, 200_000));
    int covered = 0;
    for (int trial = 0; trial < 100; trial++) {
      Interval interval = Intervals.bootstrap(Statistic.of(lines(random, 80), Line::accuracy));
      covered += interval.low() <= expected && expected <= interval.high() ? 1 : 0;
    }
    assertThat(covered).isBetween(88, 99);
  }

  @Test
  void bothSidesOfAQuotientAreDrawnAlike() {
    List<Line> before = lines(new SplittableRandom(1), 100);
    List<Line> after =
        before.stream().map(line -> new Line(line.edits() + line.length(), line.length())).toList();

    Interval degradation =
        Intervals.degradation(
            Statistic.of(before, Line::accuracy), Statistic.of(after, Line::accuracy));

    assertThat(degradation.value()).isCloseTo(1, within(1e-9));
    assertThat(degradation.high() - degradation.low()).isLessThan(1e-9);
  }

  @Test
  void aMeanIsTheSameWhicheverWayItIsTold() {
    List<Double> values = new SplittableRandom(2).doubles(60).boxed().toList();
    Statistic told =
        Statistic.of(
            values,
            drawn -> {
              double sum = 0;
              for (double value : drawn) {
                sum += value;
              }
              return sum / drawn.size();
            });

    Interval mean = Intervals.bootstrap(Statistic.mean(values, Double::doubleValue));

    assertThat(Intervals.bootstrap(told).low()).isEqualTo(mean.low());
    assertThat(Intervals.bootstrap(told).high()).isEqualTo(mean.high());
  }

  /** Positives are so few that many draws have none. */
  @Test
  void whatIsOftenUndefinedHasNoUpperEnd() {
    List<Line> lines = new ArrayList<>(Collections.nCopies(30, new Line(0, 0)));
    lines.add(new Line(1, 2));

    Interval interval = Intervals.bootstrap(Statistic.of(lines, Line::accuracy));

    assertThat(interval.value()).isEqualTo(.5);
    assertThat(interval.low()).isEqualTo(.5);
    assertThat(interval.high()).isNaN();
  }

  @Test
  void geometricMeanFollowsStudent() {
    // Logs 0, ln 2: mean ln 2 / 2, standard error ln 2 / 2, t = 12.706.
    Interval interval = Intervals.geometricMean(new double[] {1, 2});
    double half = 12.706 * Math.log(2) / 2;
    assertThat(interval.value()).isCloseTo(Math.sqrt(2), within(1e-12));
    assertThat(interval.low()).isCloseTo(Math.exp(Math.log(2) / 2 - half), within(1e-9));
    assertThat(interval.high()).isCloseTo(Math.exp(Math.log(2) / 2 + half), within(1e-3));
  }

  @Test
  void theMeanOfAFewFollowsStudent() {
    // Mean 2, standard deviation 1, three values: t = 4.303 for two degrees of freedom.
    Interval interval = Intervals.mean(new double[] {1, 2, 3});
    assertThat(interval.value()).isEqualTo(2);
    assertThat(interval.high() - 2).isCloseTo(4.303 / Math.sqrt(3), within(1e-12));
    assertThat(2 - interval.low()).isCloseTo(4.303 / Math.sqrt(3), within(1e-12));
  }

  @Test
  void latencyNeedsSpread() {
    Interval one = new Interval(1, 1, 1);
    assertThatThrownBy(() -> new Latency(one, 1, 1, 1))
        .hasMessage("a latency needs at least two runs, got 1");
    double[] runs = {5, 1, 3, 2, 4};
    assertThat(Latency.of(List.of(runs, runs)))
        .satisfies(
            latency -> {
              assertThat(latency.time().value()).isCloseTo(2, within(1e-12));
              assertThat(latency.low()).isEqualTo(1);
              assertThat(latency.high()).isEqualTo(5);
              assertThat(latency.runs()).isEqualTo(10);
            });
  }

  @Test
  void aReaderMayDivideTheTimesThatAreShown() {
    List<double[]> before = new ArrayList<>();
    List<double[]> after = new ArrayList<>();
    Random random = new Random(7);
    for (int pair = 0; pair < 7; pair++) {
      double machine = 1 + 3 * random.nextDouble();
      before.add(random.doubles(30).map(noise -> machine * (8 + 40 * noise * noise)).toArray());
      after.add(random.doubles(45).map(noise -> machine * (3 + 2 * noise)).toArray());
    }

    TimingComparison timing = TimingComparison.of("8x64", before, after);

    assertThat(timing.ratio().value())
        .isCloseTo(
            timing.candidate().time().value() / timing.baseline().time().value(), within(1e-12));
  }
}
