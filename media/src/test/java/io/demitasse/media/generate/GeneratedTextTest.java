package io.demitasse.media.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GeneratedTextTest {
  @Test
  void whatAProgramGivesIsReadAsItWas() {
    Map<String, Tensor> outputs =
        new GeneratedText("ein Café", new long[] {7, 1L << 40}, new float[] {-.5f, -2}).asOutputs();

    assertThat(outputs).containsOnlyKeys("text", "tokens", "log-probabilities");
    assertThat(GeneratedText.isIn(outputs)).isTrue();
    GeneratedText read = GeneratedText.of(outputs);
    assertThat(read.text()).isEqualTo("ein Café");
    assertThat(read.tokens()).containsExactly(7, 1L << 40);
    assertThat(read.logProbabilities()).containsExactly(-.5f, -2);
  }

  @Test
  void anAnswerIsHeldToItsFirstTokensAsFarAsTheyAreChosen() {
    GeneratedText said = new GeneratedText("a b c", new long[] {1, 2, 3}, new float[] {-1, -1, -1});
    float half = (float) Math.log(.5);
    GeneratedText other =
        new GeneratedText("a x c", new long[] {1, 9, 3}, new float[] {half, half, half});

    assertThat(said.asAnswer().score(said.asOutputs())).isCloseTo(Math.exp(-1), within(1e-6));
    assertThat(said.asAnswer().score(other.asOutputs())).isCloseTo(.5 / 3, within(1e-6));
    GeneratedText nothing = new GeneratedText("", new long[0], new float[0]);
    assertThat(said.asAnswer().score(nothing.asOutputs())).isZero();
    assertThat(nothing.asAnswer().score(said.asOutputs())).isZero();
  }

  @Test
  void nothingMayHaveBeenGenerated() {
    GeneratedText nothing = new GeneratedText("", new long[0], new float[0]);

    assertThat(GeneratedText.of(nothing.asOutputs()).tokens()).isEmpty();
  }

  @Test
  void otherOutputsAreRefused() {
    Map<String, Tensor> outputs =
        new HashMap<>(new GeneratedText("a", new long[] {7}, new float[] {-1}).asOutputs());
    outputs.put("tokens", Tensor.ofLongs(new long[] {2}, 7, 8));
    assertThatThrownBy(() -> GeneratedText.of(outputs))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("A generated text is the outputs text: string[1], tokens:");
    outputs.remove("tokens");
    assertThat(GeneratedText.isIn(outputs)).isFalse();
    assertThatThrownBy(() -> GeneratedText.of(outputs)).isInstanceOf(DemitasseException.class);
    assertThatThrownBy(() -> new GeneratedText("a", new long[1], new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 tokens cannot have the probabilities of 2");
  }
}
