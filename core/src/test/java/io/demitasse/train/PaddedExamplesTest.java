package io.demitasse.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PaddedExamplesTest {
  private static final Batch SENTENCE =
      new Batch(
          Map.of(
              "input_ids", Tensor.ofLongs(new long[] {1, 3}, 101, 7, 102),
              "attention_mask", Tensor.ofLongs(new long[] {1, 3}, 1, 1, 1),
              "picture", Tensor.ofFloats(new long[] {1, 3}, .1f, .2f, .3f)),
          Map.of("tags", Tensor.ofLongs(new long[] {1, 3}, -100, 4, -100)));

  @Test
  void sequencesAreFilledUpMaskedAndNotAskedFor() {
    Batch padded = Examples.of(List.of(SENTENCE)).padded("attention_mask", 4).get(0);

    assertThat(padded.inputs().get("input_ids").toLongs()).containsExactly(101, 7, 102, 0);
    assertThat(padded.inputs().get("attention_mask").toLongs()).containsExactly(1, 1, 1, 0);
    assertThat(padded.targets().get("tags").toLongs()).containsExactly(-100, 4, -100, Loss.IGNORED);
    assertThat(padded.inputs().get("picture")).isSameAs(SENTENCE.inputs().get("picture"));
  }

  @Test
  void whatHasNoMaskOrTheLengthAlreadyStaysAsItIs() {
    assertThat(Examples.of(List.of(SENTENCE)).padded("mask", 4).get(0)).isSameAs(SENTENCE);
    assertThat(Examples.of(List.of(SENTENCE)).padded("attention_mask", 3).get(0))
        .isSameAs(SENTENCE);
  }
}
