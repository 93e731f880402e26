package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.SpecialTokens;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What data without labels teach. */
final class SelfSuperviseTest extends PairsLearned {
  private static final int WORDS = 12;
  private static final int LENGTH = 6;
  private static final long MASK = 3;
  private static final long PADDING = 0;

  /** Says of each token what it is, by all of the text. */
  private static final String GUESSING =
      """
      ir 10, opset 17
      graph g(ids: int64[N,T], attention_mask: int64[N,T]) -> (scores: float[N,T,12]) {
        words = float[12,8] ~ 1
        head = float[8,12] ~ 2
        e = Gather(words, ids)
        m = ReduceMean(e) <axes=[1], keepdims=1>
        s = Add(e, m)
        scores = MatMul(s, head)
      }
      """;

  /** Vectors of pictures. */
  private static final String VECTORS =
      """
      ir 10, opset 17
      graph g(x: float[N,1,2,6]) -> (p: float[N,4]) {
        w = float[12,4] ~ 1
        f = Flatten(x)
        p = MatMul(f, w)
      }
      """;

  /** Knows its special tokens. */
  private static final class Tokenizing extends Plain {
    @Override
    public Optional<SpecialTokens> specialTokens(String part) {
      return Optional.of(
          new SpecialTokens(OptionalLong.of(MASK), OptionalLong.of(1), Set.of(PADDING, 1L, MASK)));
    }
  }

  /** Texts of one word each, said again and again, and padded. */
  private static Samples texts(int count) {
    List<Sample> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long[] ids = new long[LENGTH];
      long[] read = new long[LENGTH];
      for (int place = 0; place < LENGTH - 1; place++) {
        ids[place] = word(i);
        read[place] = 1;
      }
      texts.add(new Sample.Tensors("t" + i, tokens(ids, read)));
    }
    return Samples.of("texts", texts);
  }

  private static long word(int text) {
    return 4L + text % (WORDS - 4);
  }

  private static Map<String, Tensor> tokens(long[] ids, long[] read) {
    Map<String, Tensor> tokens = new LinkedHashMap<>();
    tokens.put("ids", Tensor.ofLongs(new long[] {1, LENGTH}, ids));
    tokens.put("attention_mask", Tensor.ofLongs(new long[] {1, LENGTH}, read));
    return tokens;
  }

  private static Samples pictures(int count, long seed) {
    Random random = new Random(seed);
    List<Sample> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] pixels = new float[12];
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = (float) random.nextGaussian();
      }
      pictures.add(
          new Sample.Tensors(
              "p" + i, Map.of("x", Tensor.ofFloats(new long[] {1, 1, 2, 6}, pixels))));
    }
    return Samples.of("pictures", pictures);
  }

  private static StepResult learned(
      String model, Program program, Samples samples, Map<String, Object> options) {
    return run(
        TextGraph.parse(model),
        Step.of(pass(SelfSupervise.class, options), Where.EVERYWHERE),
        splits(Known.unlabeled(samples, program), samples),
        new KeptFindings());
  }

  private static StepResult guessing(Map<String, Object> options) {
    Map<String, Object> all = new LinkedHashMap<>(Map.of("rate", .05));
    all.putAll(options);
    return learned(GUESSING, new Tokenizing(), texts(160), all);
  }

  /** How often a masked word is known by the others. */
  private static double guessed(Model model) {
    try (Runtime.Session session = PORTS.runtime().open(model, Runtime.SessionOptions.of(1))) {
      double right = 0;
      for (int word = 4; word < WORDS; word++) {
        long[] ids = {word, MASK, word, word, word, PADDING};
        float[] scores =
            session
                .run(tokens(ids, new long[] {1, 1, 1, 1, 1, 0}))
                .get("scores")
                .toFloats(WORDS, WORDS);
        int best = 0;
        for (int i = 1; i < WORDS; i++) {
          best = scores[i] > scores[best] ? i : best;
        }
        right += best == word ? 1 : 0;
      }
      return right / (WORDS - 4);
    }
  }

  @Test
  void maskedTokensAreGuessedFromTheOthers() {
    StepResult learned = guessing(Map.of());

    assertThat(guessed(TextGraph.parse(GUESSING))).isLessThan(.5);
    assertThat(guessed(only(learned))).isGreaterThan(.8);
    assertThat(learned.curves().getFirst().points().getLast().learned())
        .containsKey("student/labels");
  }

  @Test
  void theSameSeedAsksTheSame() {
    String once = TextGraph.print(only(guessing(Map.of("epochs", 1))));

    assertThat(TextGraph.print(only(guessing(Map.of("epochs", 1))))).isEqualTo(once);
  }

  @Test
  void wordsMayBeDroppedBesideThoseThatAreMasked() {
    assertThat(guessed(only(guessing(Map.of("word-dropout", .2))))).isGreaterThan(.8);
  }

  @Test
  void withoutATokenizerOptionsSayWhichTokenIsTheMask() {
    assertThatThrownBy(() -> learned(GUESSING, new Plain(), texts(16), Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("mask-token: 103");

    StepResult learned =
        learned(
            GUESSING,
            new Plain(),
            texts(160),
            Map.of("rate", .05, "mask-token", MASK, "special-tokens", List.of("0", "1", "3")));
    assertThat(guessed(only(learned))).isGreaterThan(.8);
  }

  @Test
  void viewsOfOneExampleComeNearToEachOther() {
    StepResult learned =
        learned(
            VECTORS,
            new Plain(),
            pictures(256, 3),
            Map.of("objective", "contrast", "flip", true, "epochs", 10, "temperature", .2));

    double before = mirrored(TextGraph.parse(VECTORS));
    double after = mirrored(only(learned));
    assertThat(before).isLessThan(.5);
    assertThat(after).isGreaterThan(.8);
  }

  /** The mean cosine between vectors of a picture and of its mirror image. */
  private static double mirrored(Model model) {
    Samples pictures = pictures(64, 9);
    List<Sample> mirrors = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      float[] pixels = ((Sample.Tensors) pictures.get(i)).inputs().get("x").toFloats();
      float[] mirror = new float[12];
      for (int k = 0; k < 12; k++) {
        mirror[k] = pixels[k / 6 * 6 + 5 - k % 6];
      }
      mirrors.add(
          new Sample.Tensors(
              "m" + i, Map.of("x", Tensor.ofFloats(new long[] {1, 1, 2, 6}, mirror))));
    }
    float[][] ours = outputs(model, pictures);
    float[][] theirs = outputs(model, Samples.of("mirrors", mirrors));
    double sum = 0;
    for (int i = 0; i < ours.length; i++) {
      sum += cosine(ours[i], theirs[i]);
    }
    return sum / ours.length;
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      left += a[i] * a[i];
      right += b[i] * b[i];
    }
    return product / Math.sqrt(left * right);
  }

  @Test
  void equalViewsTeachNothing() {
    assertThatThrownBy(
            () -> learned(VECTORS, new Plain(), pictures(16, 3), Map.of("objective", "contrast")))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("Ask for crop, flip, color");
  }

  @Test
  void whatCannotBeAskedOfAModelIsToldWithItsOutputs() {
    assertThatThrownBy(() -> learned(VECTORS, new Plain(), pictures(16, 3), Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("'masked-tokens' is for tokens");
    assertThatThrownBy(
            () ->
                learned(
                    GUESSING.replace("[8,12]", "[8,9]").replace("N,T,12", "N,T,9"),
                    new Tokenizing(),
                    texts(16),
                    Map.of()))
        .hasMessageContaining("no output that gives scores of tokens, float[rows,positions,12]")
        .hasMessageContaining("scores: [N,T,9]");
    assertThatThrownBy(() -> guessing(Map.of("output", "logits")))
        .hasMessageContaining("There is no output 'logits' that gives scores");
    assertThatThrownBy(() -> guessing(Map.of("mask-token", 12)))
        .hasMessageContaining("The token of 'mask-token' is 12, and input 'ids' selects from 12");
  }

  @ParameterizedTest
  @CsvSource({
    "masked, 0, masked must be above 0 and at most 1",
    "masked, 1.5, masked must be above 0 and at most 1",
    "mask-token, -3, mask-token must be a token or -1",
    "temperature, 0, temperature must be above 0",
    "objective, jigsaw, 'one of [masked-tokens, contrast]'",
    "rate, 0, rate must be above 0",
  })
  void optionsThatCannotBeAreRefused(String option, String value, String why) {
    List<String> problems = new ArrayList<>();

    assertThat(PassOptions.create(SelfSupervise.class, Map.of(option, value), problems)).isNull();
    assertThat(problems).singleElement().asString().contains(why, value);
  }
}
