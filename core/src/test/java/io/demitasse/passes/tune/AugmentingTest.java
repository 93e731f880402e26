package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.augment.Augmentation;
import io.demitasse.data.SpecialTokens;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.objective.Batch;
import io.demitasse.pass.PassOptions;
import io.demitasse.port.Trainer;
import io.demitasse.train.Examples;
import io.demitasse.train.TrainingData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which inputs an augmentation that is asked for changes. */
final class AugmentingTest {
  private static final SpecialTokens TOKENIZER =
      new SpecialTokens(OptionalLong.of(103), OptionalLong.of(100), Set.of(100L, 101L, 103L));

  private static final Model TEXTS =
      TextGraph.parse(
          """
          ir 8, opset 17
          graph g(input_ids: int64[N,T], kinds: int64[N,T], attention_mask: int64[N,T])
              -> (y: float[N,T,4]) {
            words = float[200,4] ~ 1
            types = float[2,4] ~ 2
            w = Gather(words, input_ids)
            k = Gather(types, kinds)
            y = Add(w, k)
          }
          """);

  private static final Model PLAIN =
      TextGraph.parse(
          "ir 8, opset 17\ngraph g(x: float[N,M]) -> (y: float[N,M]) {\n y = Relu(x)\n}\n");

  private static TrainingData data(Map<String, Tensor> example, SpecialTokens tokens) {
    Examples examples = Examples.of(List.of(new Batch(example, Map.of())));
    return new TrainingData(
        examples,
        examples,
        Optional.empty(),
        Map.of(),
        Optional.ofNullable(tokens),
        1,
        Long.MAX_VALUE,
        Optional.empty(),
        Trainer.Device.CPU);
  }

  private static Tensor floats(long... sizes) {
    return Tensor.ofFloats(sizes, new float[Math.toIntExact(Tensor.elementCount(sizes))]);
  }

  private static Map<String, Tensor> texts() {
    Map<String, Tensor> texts = new LinkedHashMap<>();
    for (String input : List.of("input_ids", "kinds", "attention_mask")) {
      texts.put(input, Tensor.ofLongs(new long[] {1, 2}, 1, 1));
    }
    return texts;
  }

  private static Augmenting augmenting(Map<String, Object> options) {
    return PassOptions.of(FineTune.class, options).augmenting();
  }

  private static Augmentation of(Map<String, Object> options, Map<String, Tensor> example) {
    return augmenting(options).of(PLAIN, data(example, null));
  }

  @Test
  void nothingIsVariedUnlessItIsAskedFor() {
    assertThat(of(Map.of(), Map.of("x", floats(1, 3, 8, 8)))).isSameAs(Augmentation.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crop | 2 | Crop[input=pixels, padding=2]",
        "flip | true | Flip[input=pixels, probability=0.5]",
        "color | 0.2 | ColorJitter[input=pixels, brightness=0.2, contrast=0.2, saturation=0.2]",
        "speed | 0.25 | Speed[input=wave, slowest=0.75, fastest=1.25]",
        "noise | 0.1 | Noise[input=pixels, deviation=0.1], Noise[input=wave, deviation=0.1]",
        "spans | 2 | Spans[input=pixels, axis=-2, bands=2, widest=0.1], Spans[input=pixels,"
            + " axis=-1, bands=2, widest=0.1]",
      })
  void inputsAreFoundByTypeAndShape(String option, String value, String steps) {
    Map<String, Tensor> example = new LinkedHashMap<>();
    example.put("pixels", floats(1, 3, 8, 8));
    example.put("wave", floats(1, 9));
    example.put("length", Tensor.ofLongs(new long[] {1, 1}, 9));
    example.put("scalar", Tensor.scalar(1f));

    assertThat(of(Map.of(option, value), example)).hasToString("Sequence[steps=[" + steps + "]]");
  }

  /**
   * Of shape {@code [N,bands,moments]}, as Whisper takes them: all bands differ, all moments too.
   */
  @Test
  void spectrogramsLoseBandsAndMomentsAndAreNotPlayedFaster() {
    float[] numbers = new float[80 * 60];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i;
    }
    Tensor mel = Tensor.ofFloats(new long[] {1, 80, 60}, numbers);
    Map<String, Tensor> example = Map.of("input_features", mel);

    float[] blotted =
        of(Map.of("spans", 2), example)
            .of(new Batch(example, Map.of()), new Random(3))
            .inputs()
            .get("input_features")
            .toFloats();

    int bands = 0;
    int moments = 0;
    for (int band = 0; band < 80; band++) {
      bands += IntStream.range(60 * band, 60 * band + 60).allMatch(i -> blotted[i] != i) ? 1 : 0;
    }
    for (int moment = 0; moment < 60; moment++) {
      int at = moment;
      moments += IntStream.range(0, 80).allMatch(i -> blotted[60 * i + at] != 60 * i + at) ? 1 : 0;
    }
    assertThat(bands).isBetween(1, 16);
    assertThat(moments).isBetween(1, 12);
    assertThat(IntStream.range(0, numbers.length).filter(i -> blotted[i] != i).count())
        .isLessThanOrEqualTo(bands * 60L + moments * 80L);
    assertThatThrownBy(() -> of(Map.of("speed", .1), example))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("'speed' is for sound, float[N,T] or float[N,C,T] of at most 4");
  }

  @Test
  void inputsThatAreNamedAloneAreVaried() {
    Map<String, Tensor> example = new LinkedHashMap<>();
    example.put("left", floats(1, 3, 8, 8));
    example.put("maps", floats(1, 16, 8, 8));

    assertThat(of(Map.of("crop", 1), example).toString()).contains("left").doesNotContain("maps");
    assertThat(of(Map.of("crop", 1, "varied", "maps"), example).toString())
        .contains("maps")
        .doesNotContain("left");
    assertThatThrownBy(() -> of(Map.of("crop", 1, "varied", "right"), example))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("no input 'right'")
        .hasMessageContaining("left: float[1,3,8,8], maps: float[1,16,8,8]");
  }

  @ParameterizedTest
  @CsvSource({"crop, 2", "flip, true", "color, .1", "speed, .1", "spans, 1", "word-dropout, .1"})
  void whatFitsNoInputIsToldWithWhatTheModelTakes(String option, String value) {
    Map<String, Tensor> example =
        option.equals("speed")
            ? Map.of("x", floats(1, 3, 8, 8))
            : Map.of("x", floats(1, 7), "n", Tensor.ofLongs(new long[] {1, 3}, 1, 2, 3));

    assertThatThrownBy(
            () -> of(Map.of(option, value, "unknown-token", 1), new LinkedHashMap<>(example)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("'" + option + "' is for ")
        .hasMessageContaining("x: float[");
  }

  /** What would be mirrored are its colors. */
  @Test
  void picturesWhoseChannelsComeLastAreNotTaken() {
    assertThatThrownBy(() -> of(Map.of("flip", true), Map.of("x", floats(1, 8, 8, 3))))
        .hasMessageContaining("'flip' is for pictures, float[N,C,H,W] of at most 4 channels")
        .hasMessageContaining("x: float[1,8,8,3]");
  }

  @Test
  void tokensAreWhatSelectsFromTheLargestTable() {
    Augmentation dropped =
        augmenting(Map.of("word-dropout", .1)).of(TEXTS, data(texts(), TOKENIZER));

    assertThat(dropped)
        .hasToString(
            "Sequence[steps=[WordDropout[input=TokenInput[name=input_ids,"
                + " attention=attention_mask, kept=[100, 101, 103]], share=0.1,"
                + " replacement=100]]]");
  }

  @Test
  void optionsSayMoreThanTheTokenizer() {
    Augmentation dropped =
        augmenting(
                Map.of("word-dropout", .1, "unknown-token", 7, "special-tokens", List.of("8", "2")))
            .of(TEXTS, data(texts(), TOKENIZER));

    assertThat(dropped.toString()).contains("kept=[2, 8]", "replacement=7");
  }

  @Test
  void tokensThatNobodyKnowsAreToldWithWhatToDo() {
    Augmenting dropping = augmenting(Map.of("word-dropout", .1));
    assertThatThrownBy(() -> dropping.of(TEXTS, data(texts(), null)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("unknown-token: 100");
    assertThatThrownBy(
            () ->
                augmenting(Map.of("word-dropout", .1, "unknown-token", 200))
                    .of(TEXTS, data(texts(), null)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("unknown-token")
        .hasMessageContaining("is 200, and input 'input_ids' selects from 200");
  }

  @ParameterizedTest
  @CsvSource({
    "crop, -1, crop must be at least 0",
    "color, 1.5, color must be from 0 to 1",
    "noise, -0.1, noise must be at least 0",
    "noise, Infinity, noise must be at least 0",
    "speed, 1, speed must be from 0 to below 1",
    "spans, -2, spans must be at least 0",
    "span-width, 2, span-width must be from 0 to 1",
    "word-dropout, NaN, word-dropout must be from 0 to 1",
    "unknown-token, -2, unknown-token must be a token or -1",
    "special-tokens, cls, special-tokens must be whole numbers",
    "flip, maybe, takes true or false",
  })
  void optionsThatCannotBeAreRefused(String option, String value, String why) {
    List<String> problems = new ArrayList<>();

    assertThat(PassOptions.create(Distill.class, Map.of(option, value), problems)).isNull();
    assertThat(problems).singleElement().asString().contains(why, value);
  }
}
