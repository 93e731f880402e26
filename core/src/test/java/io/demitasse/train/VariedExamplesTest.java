package io.demitasse.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.augment.Noise;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VariedExamplesTest {
  private static final Examples PLAIN =
      Examples.of(
          java.util.Collections.nCopies(
              7,
              new Batch(Map.of("x", Tensor.ofFloats(new long[] {1, 4}, new float[4])), Map.of())));

  private static final Examples VARIED = PLAIN.varied(new Noise("x", 1), 5);

  private static List<Float> numbers(Batch batch) {
    List<Float> numbers = new ArrayList<>();
    for (float number : batch.inputs().get("x").toFloats()) {
      numbers.add(number);
    }
    return numbers;
  }

  @Test
  void everyExampleIsAnotherInEveryEpochAndTheSameWheneverItIsAskedFor() {
    List<List<Float>> seen = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int index = 0; index < VARIED.size(); index++) {
        seen.add(numbers(VARIED.get(index, epoch)));
      }
    }

    assertThat(seen).hasSize(21).doesNotHaveDuplicates();
    assertThat(numbers(VARIED.get(3, 1))).isEqualTo(seen.get(10));
    assertThat(numbers(PLAIN.varied(new Noise("x", 1), 6).get(3, 1))).isNotEqualTo(seen.get(10));
    assertThat(numbers(VARIED.get(3))).isEqualTo(numbers(PLAIN.get(3)));
  }

  /** A training that goes on in the midst of an epoch begins with another pool. */
  @Test
  void aStepSeesTheSameWhereverTheOrderBegan() {
    Order whole = new Order(VARIED, 2, 9);
    for (int step = 0; step < 6; step++) {
      whole.batches(step);
    }

    assertThat(numbers(whole.batches(6).getFirst()))
        .isEqualTo(numbers(new Order(VARIED, 2, 9).batches(6).getFirst()))
        .isNotEqualTo(numbers(whole.batches(2).getFirst()));
  }
}
