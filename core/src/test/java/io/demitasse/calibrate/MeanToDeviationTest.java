package io.demitasse.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeanToDeviationTest {

  private static Optional<Double> ratio(float epsilon, float... pairs) {
    Reducer.Accumulator<Double> accumulator = new MeanToDeviation(epsilon).start();
    accumulator.add(List.of(Tensor.ofFloats(new long[] {1, pairs.length / 2, 2}, pairs)));
    return accumulator.result();
  }

  @Test
  void theFarthestRowOfAllSamplesCounts() {
    Reducer.Accumulator<Double> accumulator = new MeanToDeviation(0).start();
    assertThat(accumulator.result()).as("before any").isEmpty();
    accumulator.add(List.of(Tensor.ofFloats(new long[] {2, 2}, -1, 1, -4, -2)));
    assertThat(accumulator.result()).contains(3.);
    accumulator.add(List.of(Tensor.ofFloats(new long[] {1, 2}, 1, 3)));
    assertThat(accumulator.result()).contains(3.);
  }

  @Test
  void aDeviationFarBelowTheMeanIsSeen() {
    assertThat(ratio(0, 16_777_214, 16_777_216).orElseThrow()).isCloseTo(16_777_215, within(1e-3));
  }

  @Test
  void epsilonCountsAsDeviation() {
    assertThat(ratio(1e-4f, 0, 0)).as("a row of zeros").contains(0.);
    assertThat(ratio(0, 0, 0)).as("a row of zeros, without epsilon").contains(0.);
    assertThat(ratio(1e-4f, .02f, .02f).orElseThrow()).isCloseTo(2, within(1e-6));
    assertThat(ratio(0, 5, 5)).as("a row without deviation").isEmpty();
  }

  @Test
  void whatIsNoNumberIsNoAnswer() {
    assertThat(ratio(1, 0, 1, Float.NaN, 1)).isEmpty();
    assertThat(ratio(1, Float.POSITIVE_INFINITY, 1, 0, 1)).isEmpty();
  }

  @Test
  void aRatioSurvivesItsNumbers() {
    MeanToDeviation reducer = new MeanToDeviation(1e-5f);
    assertThat(reducer.ofNumbers(reducer.numbers(2.5))).isEqualTo(2.5);
  }
}
