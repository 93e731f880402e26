package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.ir.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class SupervisionTest {
  @Test
  void aTargetFollowsFromTheSample() {
    Supervision supervision =
        Supervision.of(
            "logits",
            Supervision.Kind.CLASS,
            sample -> Tensor.ofLongs(new long[] {1}, sample.id().length()));

    assertThat(supervision.output()).isEqualTo("logits");
    assertThat(supervision.target(new Sample.Text("abc", "x")).toLongs()).containsExactly(3);
  }

  @Test
  void pairsAreAboutTwoOutputsAndAllElseAboutOne() {
    assertThatThrownBy(() -> Supervision.of("a", Supervision.Kind.PAIRS, _ -> Tensor.scalar(1)))
        .hasMessage("PAIRS is about 2 outputs, got [a]");
    assertThatThrownBy(
            () ->
                new Supervision(List.of("a", "b"), Supervision.Kind.VALUES, _ -> Tensor.scalar(1)))
        .hasMessage("VALUES is about 1 outputs, got [a, b]");
  }
}
