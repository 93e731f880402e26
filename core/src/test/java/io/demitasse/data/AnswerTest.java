package io.demitasse.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much outputs still say what was said. */
class AnswerTest {
  private static Map<String, Tensor> of(long[] sizes, float... values) {
    return Map.of("y", Tensor.ofFloats(sizes, values));
  }

  @Test
  void scoresOfClassesAreHeldToTheClassThatScoredHighest() {
    Answer answer = Answer.of(of(new long[] {1, 3}, 0, 2, 1));

    assertThat(answer.score(of(new long[] {1, 3}, 5, 5, 5))).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(answer.score(of(new long[] {1, 3}, .2f, .7f, .1f))).isCloseTo(.7, within(1e-6));
    assertThat(answer.score(of(new long[] {1, 1}, 5))).isZero();
  }

  @Test
  void aNumberIsComparedAndAnotherTensorIsADirection() {
    assertThat(Answer.of(of(new long[] {1}, 3)).score(of(new long[] {1}, 1))).isEqualTo(-2);
    Answer direction = Answer.of(of(new long[] {1, 2, 1}, 1, 0));
    assertThat(direction.score(of(new long[] {1, 2, 1}, 3, 0))).isEqualTo(1);
    assertThat(direction.score(of(new long[] {1, 2, 1}, 0, 3))).isZero();
    assertThat(direction.score(of(new long[] {1, 3, 1}, 1, 0, 0))).isZero();
    assertThat(direction.score(of(new long[] {1, 2, 1}, 0, 0))).isZero();
  }

  @Test
  void outputsWithoutNumbersSayNothing() {
    Map<String, Tensor> tokens = Map.of("ids", Tensor.ofLongs(new long[] {1}, 7));

    assertThat(Answer.of(tokens).score(tokens)).isZero();
  }
}
