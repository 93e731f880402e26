package io.demitasse.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.calibrate.Reducer.Accumulator;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RunSampleTest {

  private static List<Tensor> run(float... pairs) {
    return List.of(Tensor.ofFloats(new long[] {1, pairs.length / 2, 2}, pairs));
  }

  @Test
  void maximaAreOfAllRunsAndRowsAreOfSome() {
    Accumulator<SampledRuns> accumulator = new RunSample(2, 1, 9).start();
    assertThat(accumulator.result()).as("before any").isEmpty();
    accumulator.add(run(1, -2, 3, 0));
    accumulator.add(run(-5, 1, 0, 0));

    SampledRuns sampled = accumulator.result().orElseThrow();

    assertThat(sampled.maxima()).containsExactly(5, 2);
    assertThat(sampled.runs()).hasSize(1);
    assertThat(sampled.runs().getFirst())
        .isIn(new float[] {1, -2, 3, 0}, new float[] {-5, 1, 0, 0});
  }

  @Test
  void ofALongRunRowsAreKeptThatLieEvenlySpread() {
    Accumulator<SampledRuns> accumulator = new RunSample(2, 9, 2).start();
    accumulator.add(run(1, 2, 3, 4, 5, 6, 7, 8));

    SampledRuns sampled = accumulator.result().orElseThrow();

    assertThat(sampled.maxima()).containsExactly(7, 8);
    assertThat(sampled.runs()).containsExactly(new float[] {1, 2, 5, 6});
  }

  @Test
  void theOrderOfTheDataMakesNoDifference() {
    float[][] runs = new float[40][];
    Random random = new Random(3);
    for (int i = 0; i < runs.length; i++) {
      runs[i] = new float[2 * (1 + random.nextInt(9))];
      for (int k = 0; k < runs[i].length; k++) {
        runs[i][k] = (float) random.nextGaussian();
      }
    }
    Accumulator<SampledRuns> forward = new RunSample(2, 7, 5).start();
    Accumulator<SampledRuns> backward = new RunSample(2, 7, 5).start();
    Arrays.stream(runs).forEach(each -> forward.add(run(each)));
    Arrays.asList(runs).reversed().forEach(each -> backward.add(run(each)));

    SampledRuns sampled = forward.result().orElseThrow();

    assertThat(backward.result()).contains(sampled);
    assertThat(sampled.runs()).hasSize(7).allMatch(each -> each.length <= 10);
  }

  @Test
  void aSampleSurvivesItsNumbersAndIsTooLargeForARecipe() {
    RunSample reducer = new RunSample(2, 9, 9);
    Accumulator<SampledRuns> accumulator = reducer.start();
    accumulator.add(run(1, .1f, 3, 4));
    accumulator.add(run(-1e-30f, 7));
    SampledRuns sampled = accumulator.result().orElseThrow();

    assertThat(reducer.ofNumbers(reducer.numbers(sampled))).isEqualTo(sampled);
    assertThat(reducer.isKept()).isFalse();
    assertThat(new MinMax().isKept()).isTrue();
  }

  @Test
  void whatHasNoSuchRowsIsRefused() {
    assertThatThrownBy(() -> new RunSample(3, 9, 9).start().add(run(1, 2, 3, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no rows of 3 channels");
    assertThatThrownBy(() -> new RunSample(1, 0, 9)).isInstanceOf(IllegalArgumentException.class);
  }
}
