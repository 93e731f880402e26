package io.demitasse.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeReducersTest {

  private static Histogram of(float... values) {
    Histogram histogram = new Histogram();
    histogram.add(values);
    return histogram;
  }

  /** 0, 1, 2, ... in a bin each. */
  private static Histogram counting(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return of(values);
  }

  private static Histogram gaussian(int count) {
    Random random = new Random(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return of(values);
  }

  @Test
  void anAccumulatorAddsSamplesAndAnswersOnceThereIsSomethingFinite() {
    Reducer.Accumulator<Range> accumulator = new Percentile(100).start();
    assertThat(accumulator.result()).isEmpty();
    accumulator.add(List.of(Tensor.ofFloats(new long[] {2}, 1, 5)));
    accumulator.add(List.of(Tensor.ofFloats(new long[] {1}, -2)));
    assertThat(accumulator.result()).contains(new Range(-2, 5));
    accumulator.add(List.of(Tensor.ofFloats(new long[] {1}, Float.NaN)));
    assertThat(accumulator.result()).isEmpty();
  }

  @Test
  void aRangeSurvivesItsNumbers() {
    Range range = new Range(-1.1f, 2.3f);
    for (RangeReducer reducer :
        List.of(new MinMax(), new Percentile(99), new Entropy(), new LeastError())) {
      assertThat(reducer.ofNumbers(reducer.numbers(range))).isEqualTo(range);
    }
  }

  @Nested
  class Percentiles {

    @Test
    void allOfThemAreTheWholeRange() {
      assertThat(new Percentile(100).range(of(-3, 0, 8))).isEqualTo(new Range(-3, 8));
    }

    @Test
    void asManyAreCutOffBelowAsAbove() {
      // 4096 numbers in bins of width 1; an eighth of them goes, a sixteenth at either end.
      assertThat(new Percentile(87.5).range(counting(4096))).isEqualTo(new Range(256, 3840));
    }

    @Test
    void withinABinNumbersAreEvenlySpread() {
      // Of 10 numbers 3 are cut off at either end: three quarters of the first bin; both of the
      // last
      // and a quarter of that of 4000, which ends at 4001.
      Histogram histogram = of(0, 0, 0, 0, 4000, 4000, 4000, 4000, 4095, 4095);
      assertThat(new Percentile(40).range(histogram)).isEqualTo(new Range(.75f, 4000.75f));
    }

    @Test
    void emptyBinsBeforeAnOutlierAreCutOffWithIt() {
      float[] values = new float[1000];
      values[17] = 4095;
      assertThat(new Percentile(99.8).range(of(values))).isEqualTo(new Range(1 / 999f, 1));
    }

    @Test
    void oneNumberManyTimesIsARangeOfNoWidth() {
      assertThat(new Percentile(50).range(of(5, 5, 5))).isEqualTo(new Range(5, 5));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 100.1, Double.NaN})
    void aPercentIsAboveNoneAndAtMostAll(double percent) {
      assertThatThrownBy(() -> new Percentile(percent))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a percentile is above 0 and at most 100, got " + percent);
    }
  }

  @Nested
  class Entropies {

    @Test
    void whatTheStepsTellExactlyDoesNotDiverge() {
      long[] counts = new long[512];
      Arrays.fill(counts, 3);
      assertThat(Entropy.divergence(counts, 0, 512)).isCloseTo(0, within(1e-12));
    }

    @Test
    void theDivergenceOfOneUnevenStep() {
      // 512 bins in steps of two. One step holds 1 and 3, which it tells as 2 and 2:
      // D = 1/4 log(1/2) + 3/4 log(3/2).
      long[] counts = new long[512];
      counts[10] = 1;
      counts[11] = 3;
      assertThat(Entropy.divergence(counts, 0, 512))
          .isCloseTo(.25 * Math.log(.5) + .75 * Math.log(1.5), within(1e-12));
    }

    @Test
    void whatIsCutOffCountsAsOutermostAndIsNotTold() {
      // Within the first 256 bins each is a step. 3 beyond join the outermost 1:
      // P = 4/8 and 4/8, Q = 4/5 and 1/5.
      long[] counts = new long[512];
      counts[0] = 4;
      counts[255] = 1;
      counts[300] = 3;
      assertThat(Entropy.divergence(counts, 0, 256))
          .isCloseTo(.5 * Math.log(.5 / .8) + .5 * Math.log(.5 / .2), within(1e-12));
    }

    @Test
    void anOutermostStepThatIsEmptyTellsHalfANumber() {
      // P = 4/7 and 3/7, Q = 4/4.5 and .5/4.5.
      long[] counts = new long[512];
      counts[0] = 4;
      counts[300] = 3;
      assertThat(Entropy.divergence(counts, 0, 256))
          .isCloseTo(
              4. / 7 * Math.log(4. / 7 * 4.5 / 4) + 3. / 7 * Math.log(3. / 7 * 4.5 / .5),
              within(1e-12));
    }

    @Test
    void aFewOutliersAreCutOffAndABulkIsNot() {
      Histogram histogram = gaussian(200_000);
      Range bulk = new Entropy().range(histogram);
      assertThat(bulk.max()).isBetween(2.5f, 5.5f);
      histogram.add(40, -35);
      Range range = new Entropy().range(histogram);
      assertThat(range.max()).isBetween(2.5f, 8f);
      assertThat(range.min()).isBetween(-8f, -2.5f);
    }

    @Test
    void whatIsNeverNegativeStaysSo() {
      Histogram histogram = counting(4096);
      assertThat(new Entropy().range(histogram).min()).isZero();
    }

    @Test
    void fewerBinsThanStepsAreTakenWhole() {
      assertThat(new Entropy().range(of(5, 5))).isEqualTo(new Range(5, 5));
    }
  }

  @Nested
  class LeastErrors {

    @Test
    void evenlySpreadNumbersAreNotCutOff() {
      Range range = new LeastError().range(counting(4096));
      assertThat(range.min()).isZero();
      assertThat(range.max()).isGreaterThan(4030);
    }

    @Test
    void aGaussianIsCutOffNearFourDeviations() {
      // 2 ∫_a (x - a)² φ(x) dx + (2a)² / (12 · 255²) is least at a = 3.9.
      Range range = new LeastError().range(gaussian(400_000));
      assertThat(range.max()).isCloseTo(3.9f, within(.3f));
      assertThat(range.min()).isCloseTo(-3.9f, within(.3f));
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 1_000_000})
    void anOutlierMovesTheEndAsFarAsIsWorthIt(int count) {
      // n numbers within [0, 1] and one at 10: (10 - b)² + n b² / (12 · 255²) is least at
      // b = 10 / (1 + n / (12 · 255²)).
      float[] values = new float[count];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) i / count;
      }
      values[500] = 10;
      float expected = (float) (10 / (1 + count / (12 * 255. * 255)));
      assertThat(new LeastError().range(of(values)).max()).isCloseTo(expected, within(.1f));
    }

    @Test
    void numbersFarFromZeroStayInARangeThatWasSeen() {
      Range range = new LeastError().range(of(100, 101, 102));
      assertThat(range).isEqualTo(new Range(100, 102));
    }
  }
}
