package io.demitasse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.testkit.Numbers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoder and decoder of Whisper together, at a small size. */
final class WhisperTest {
  private static final int FRAMES = 14;
  private static final double TOLERANCE = 1e-5;
  private static final long[] IDS = {3, 7, 2, 5, 4, 1, 9, 19, 0};

  private final Bundle bundle = Zoo.make("whisper", SmallSizes.of("whisper"), 5);
  private final Model encoder = bundle.part(Whisper.ENCODER);
  private final Model decoder = bundle.part(Whisper.DECODER);

  private Map<String, Tensor> heard(int frames) {
    return Run.of(encoder, Run.inputs(encoder, Map.of("batch", 1, "frames", frames), 7));
  }

  /** What the decoder takes of a sound, before any token. */
  private static Map<String, Tensor> start(Map<String, Tensor> heard) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int layer = 0; layer < 2; layer++) {
      for (String of : new String[] {Whisper.key("cross", layer), Whisper.value("cross", layer)}) {
        state.put(of, heard.get(of));
        state.put(of.replace("cross", "past"), Tensor.ofFloats(new long[] {1, 2, 0, 8}));
      }
    }
    return state;
  }

  /** Scores of all tokens, given to the decoder so many at a time. */
  private float[][] scores(int together) {
    Map<String, Tensor> state = start(heard(FRAMES));
    float[][] scores = new float[IDS.length][];
    try (Runtime.Session session =
        Ports.find().runtime().open(decoder, Runtime.SessionOptions.of(1))) {
      for (int from = 0; from < IDS.length; from += together) {
        long[] ids = Arrays.copyOfRange(IDS, from, Math.min(from + together, IDS.length));
        state.put(Texts.IDS, Tensor.ofLongs(new long[] {1, ids.length}, ids));
        Map<String, Tensor> made = session.run(state);
        float[] logits = made.remove("logits").toFloats();
        for (int i = 0; i < ids.length; i++) {
          int words = SmallSizes.WORDS;
          scores[from + i] = Arrays.copyOfRange(logits, i * words, (i + 1) * words);
        }
        made.forEach((name, tensor) -> state.put(name.replace("present", "past"), tensor));
      }
    }
    return scores;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void tokensOneAfterTheOtherScoreAsAllAtOnce(int together) {
    float[][] atOnce = scores(IDS.length);
    float[][] inSteps = scores(together);

    for (int i = 0; i < IDS.length; i++) {
      Numbers.assertClose(
          Map.of("logits", Tensor.ofFloats(new long[] {SmallSizes.WORDS}, atOnce[i])),
          Map.of("logits", Tensor.ofFloats(new long[] {SmallSizes.WORDS}, inSteps[i])),
          TOLERANCE);
    }
  }

  @Test
  void theSameTokenScoresOtherwiseFurtherOn() {
    Map<String, Tensor> state = start(heard(FRAMES));
    state.put(Texts.IDS, Tensor.ofLongs(new long[] {1, 3}, 6, 6, 6));

    float[] logits = Run.of(decoder, state).get("logits").toFloats();

    assertThat(Arrays.copyOfRange(logits, 20, 40)).isNotEqualTo(Arrays.copyOf(logits, 20));
  }

  /** By hand: {@code heard x weight + bias}, of which each head takes a part. */
  @ParameterizedTest
  @CsvSource({"0, key", "0, value", "1, key", "1, value"})
  void whatIsLookedAtIsMadeOfWhatWasHeard(int layer, String kind) {
    Map<String, Tensor> outputs = heard(FRAMES);
    float[] heard = outputs.get("last_hidden_state").toFloats();
    float[] given = outputs.get("cross." + layer + "." + kind).toFloats();
    String projection = "decoder.layers." + layer + ".cross_attention." + kind;
    float[] weight =
        encoder.graph().find(projection + ".weight").constant().orElseThrow().toFloats();

    int places = FRAMES / 2;
    float[] expected = new float[given.length];
    for (int place = 0; place < places; place++) {
      for (int channel = 0; channel < 16; channel++) {
        double sum = 0;
        for (int i = 0; i < 16; i++) {
          sum += heard[place * 16 + i] * weight[i * 16 + channel];
        }
        expected[(channel / 8 * places + place) * 8 + channel % 8] = (float) sum;
      }
    }
    long[] sizes = {1, 2, places, 8};
    assertThat(outputs.get("cross." + layer + "." + kind).sizes()).isEqualTo(sizes);
    Numbers.assertClose(
        Map.of("made", Tensor.ofFloats(sizes, expected)),
        Map.of("made", Tensor.ofFloats(sizes, given)),
        TOLERANCE);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "7, 4", "20, 10"})
  void aSoundHasAPlaceForTwoFrames(int frames, int places) {
    assertThat(heard(frames).get("last_hidden_state").sizes()).containsExactly(1, places, 16);
  }

  @Test
  void keysHaveNoBias() {
    for (Model model : bundle.parts().values()) {
      assertThat(model.graph().initializers())
          .extracting(Value::name)
          .noneMatch(name -> name.endsWith(".key.bias"))
          .anyMatch(name -> name.endsWith(".value.bias"));
    }
  }

  @Test
  void theTableOfWordsIsHeldOnce() {
    assertThat(decoder.graph().initializers())
        .filteredOn(value -> value.initializer().elementCount() == 20L * 16)
        .singleElement()
        .satisfies(table -> assertThat(table.uses()).hasSize(2));
  }

  /** Of the paper's table: sines of the first half, cosines of the second. */
  @Test
  void placesAreWaves() {
    float[] table = Sinusoids.FILL.make(new long[] {5, 6}, 1).toFloats();

    assertThat(Arrays.copyOf(table, 6)).containsExactly(0, 0, 0, 1, 1, 1);
    assertThat(table[18]).isEqualTo((float) Math.sin(3));
    assertThat(table[19]).isEqualTo((float) Math.sin(0.03));
    assertThat(table[23]).isEqualTo((float) Math.cos(0.0003));
  }

  @Test
  void whatTheDecoderTakesIsWhatTheEncoderGives() {
    assertThat(Whisper.TINY_EN.manifest().dimensions())
        .hasSize(16)
        .allSatisfy(tie -> assertThat(tie.problems(Whisper.TINY_EN.build(1))).isEmpty());
    for (Value output : encoder.graph().outputs()) {
      if (output.name().startsWith("cross.")) {
        assertThat(decoder.graph().find(output.name()).type()).isEqualTo(output.type());
      }
    }
  }
}
