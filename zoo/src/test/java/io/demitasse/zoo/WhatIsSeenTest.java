package io.demitasse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens see what they are to see, and nothing else. */
final class WhatIsSeenTest {
  private static final Map<String, Integer> SIZES =
      Map.of("batch", 1, "tokens", 6, "regions", 4, "past", 3, "frames", 10, "places", 5);
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";

  private static Model model(String name, String part) {
    return Zoo.make(name, SmallSizes.of(name), 1).part(part);
  }

  /** The same inputs with another token at a place, or a number in a mask. */
  private static Map<String, Tensor> with(
      Map<String, Tensor> inputs, String name, int place, long number) {
    Map<String, Tensor> changed = new LinkedHashMap<>(inputs);
    Tensor tensor = inputs.get(name);
    long[] numbers = tensor.toLongs();
    numbers[place] = number;
    changed.put(name, Tensor.ofLongs(tensor.sizes(), numbers));
    return changed;
  }

  /** Sets every place apart from the others, for models that look for the highest number. */
  private static Map<String, Tensor> inputs(Model model) {
    Map<String, Tensor> inputs = Run.inputs(model, SIZES, 3);
    inputs.put(IDS, Tensor.ofLongs(new long[] {1, 6}, 3, 7, 2, 5, 4, 1));
    return inputs;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "lstm-captioner", "transformer-captioner"})
  void aDecoderSeesNothingBehindAToken(String name) {
    Model model = model(name, "model");
    Map<String, Tensor> inputs = inputs(model);
    float[] before = Run.of(model, inputs).get("logits").toFloats();
    float[] after = Run.of(model, with(inputs, IDS, 4, 9)).get("logits").toFloats();

    int words = before.length / 6;
    assertThat(Arrays.copyOf(after, 4 * words)).isEqualTo(Arrays.copyOf(before, 4 * words));
    assertThat(Arrays.copyOfRange(after, 4 * words, 5 * words))
        .isNotEqualTo(Arrays.copyOfRange(before, 4 * words, 5 * words));
    assertThat(Arrays.copyOfRange(after, 5 * words, 6 * words))
        .isNotEqualTo(Arrays.copyOfRange(before, 5 * words, 6 * words));
  }

  @ParameterizedTest
  @CsvSource({
    "bert-base, pooler_output",
    "early-fusion, logits",
    "late-fusion, logits",
    "cross-attention-fusion, logits"
  })
  void paddingIsNotSeen(String name, String output) {
    Model model = model(name, "model");
    Map<String, Tensor> whole = inputs(model);
    Map<String, Tensor> padded = with(whole, MASK, 5, 0);
    float[] seen = Run.of(model, padded).get(output).toFloats();

    assertThat(Run.of(model, with(padded, IDS, 5, 9)).get(output).toFloats()).isEqualTo(seen);
    assertThat(Run.of(model, with(whole, IDS, 5, 9)).get(output).toFloats()).isNotEqualTo(seen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"early-fusion", "late-fusion", "cross-attention-fusion"})
  void whatAPictureSaysDependsOnTheText(String name) {
    Model model = model(name, "model");
    Map<String, Tensor> inputs = inputs(model);
    float[] asked = moved(model, inputs);
    float[] askedOtherwise = moved(model, with(inputs, IDS, 0, 8));

    double largest = 0;
    for (int i = 0; i < asked.length; i++) {
      largest = Math.max(largest, Math.abs(asked[i] - askedOtherwise[i]));
    }
    assertThat(largest).isGreaterThan(1e-4);
  }

  /** How another picture changes scores. */
  private static float[] moved(Model model, Map<String, Tensor> inputs) {
    Map<String, Tensor> others = new LinkedHashMap<>(inputs);
    others.computeIfPresent("pixel_values", Run::changed);
    float[] before = Run.of(model, inputs).get("logits").toFloats();
    float[] after = Run.of(model, others).get("logits").toFloats();
    for (int i = 0; i < after.length; i++) {
      after[i] -= before[i];
    }
    return after;
  }

  @ParameterizedTest
  @CsvSource({"0, true", "3, true", "4, false", "5, false"})
  void aTextOfClipEndsWithItsHighestNumber(int place, boolean seen) {
    Model model = model("clip", "text");
    Map<String, Tensor> inputs = with(inputs(model), IDS, 3, 15);
    float[] before = Run.of(model, inputs).get("text_embeds").toFloats();
    float[] after = Run.of(model, with(inputs, IDS, place, 14)).get("text_embeds").toFloats();

    assertThat(Arrays.equals(before, after)).isEqualTo(!seen);
  }
}
