package io.demitasse.bench.towers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ir.Verifier;
import io.demitasse.testkit.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TowersTest {
  /** Three tokens of a picture, and a head that marks what it is about. */
  private static final Model VISION =
      TextGraph.parse(
          """
          ir 8, opset 14
          graph g(image: float[B,3,2,2]) -> (map: float[B,3,1]) {
            w = float[4,384] ~ 1
            u = float[384,1] ~ 2
            s = int64[3] {0, 3, 4}
            r = Reshape(image, s)
            "/backbone/layernorm/Add_1_output_0" = MatMul(r, w)
            map = MatMul("/backbone/layernorm/Add_1_output_0", u)
          }
          """);

  private static final Model TEXT =
      TextGraph.parse(
          """
          ir 6, opset 11
          graph g(input_ids: int64[B,S], attention_mask: int64[B,S], token_type_ids: int64[B,S])
              -> (last_hidden_state: float[B,S,384]) {
            t = float[6,384] ~ 3
            k = float[2,384] ~ 4
            a = Gather(t, input_ids)
            b = Gather(k, token_type_ids)
            last_hidden_state = Add(a, b)
          }
          """);

  private static final Shape TOKENS = new Shape(List.of(Dim.of(2), Dim.of(3), Dim.of(384)));

  private static Tensor picture() {
    float[] numbers = new float[24];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (i % 7 - 3) / 3f;
    }
    return Tensor.ofFloats(new long[] {2, 3, 2, 2}, numbers);
  }

  private static float[] run(Model model, Map<String, Tensor> inputs, String output) {
    Verifier.verify(model);
    return Numbers.run(model, inputs).get(output).toFloats();
  }

  @Test
  void featuresAreTheClassTokenAndTheMeanOfThePatches() {
    Model backbone = Towers.backbone(VISION);

    float[] features = run(backbone, Map.of("pixel_values", picture()), "features");

    Model wholes = VISION.copy();
    Value tokens = wholes.graph().find("/backbone/layernorm/Add_1_output_0");
    wholes.graph().addOutput(tokens.type(ValueType.tensor(DataType.FLOAT, TOKENS)));
    float[] all = run(wholes, Map.of("image", picture()), "/backbone/layernorm/Add_1_output_0");
    assertThat(features).hasSize(2 * Head.FEATURES);
    for (int column : new int[] {0, 5, 383}) {
      int second = 3 * 384;
      assertThat(features[768 + column]).isEqualTo(all[second + column]);
      assertThat(features[768 + 384 + column])
          .isCloseTo((all[second + 384 + column] + all[second + 768 + column]) / 2, within(1e-6f));
    }
    assertThat(backbone.graph().find("u")).as("the head's weight").isNull();
  }

  @Test
  void theTowerGivesWhatItsHeadGivesByItself() {
    Head head = Head.random(16, 1);
    Model backbone = Towers.backbone(VISION);
    float[] features = run(backbone, Map.of("pixel_values", picture()), "features");

    float[] together =
        run(Towers.vision(backbone, head), Map.of("pixel_values", picture()), "image_embeds");
    float[] alone =
        run(
            head.student(),
            Map.of(
                "features",
                Tensor.ofFloats(new long[] {2, Head.FEATURES}, features),
                Head.MEANING,
                Tensor.ofFloats(new long[] {2, Head.EMBEDDING}, new float[2 * Head.EMBEDDING])),
            "image_embeds");

    assertThat(together).containsExactly(alone, within(1e-6f));
    double length = 0;
    for (int i = 0; i < Head.EMBEDDING; i++) {
      length += (double) together[i] * together[i];
    }
    assertThat(length).isCloseTo(1, within(1e-5));
  }

  @Test
  void aHeadThatLearnedFromStandardFeaturesTakesThemAsTheyAre() {
    Random random = new Random(3);
    List<float[]> rows = new ArrayList<>();
    for (int row = 0; row < 5; row++) {
      float[] features = new float[Head.FEATURES];
      for (int i = 0; i < features.length; i++) {
        features[i] = (float) (random.nextGaussian() * (1 + i % 4) + i % 9);
      }
      rows.add(features);
    }
    Standardization standard = Standardization.of(rows);
    Head head = Head.random(8, 2);

    for (float[] row : rows) {
      float[] expected = placed(head, standard.apply(row));
      assertThat(placed(head.taking(standard), row)).containsExactly(expected, within(1e-5f));
      assertThat(placed(head, row)).isNotEqualTo(expected);
    }
  }

  private static float[] placed(Head head, float[] features) {
    Map<String, Tensor> inputs =
        Map.of(
            "features",
            Tensor.ofFloats(new long[] {1, Head.FEATURES}, features),
            Head.MEANING,
            Tensor.ofFloats(new long[] {1, Head.EMBEDDING}, new float[Head.EMBEDDING]));
    return run(head.student(), inputs, Head.IMAGE);
  }

  @Test
  void aTextIsTheMeanOfItsTokensWhateverItIsFilledUpWith() {
    Model text = Towers.text(TEXT);

    float[] filled =
        run(
            text,
            Map.of(
                "input_ids", Tensor.ofLongs(new long[] {1, 4}, 2, 5, 0, 1),
                "attention_mask", Tensor.ofLongs(new long[] {1, 4}, 1, 1, 0, 0)),
            Head.TEXT);
    float[] bare =
        run(
            text,
            Map.of(
                "input_ids", Tensor.ofLongs(new long[] {1, 2}, 2, 5),
                "attention_mask", Tensor.ofLongs(new long[] {1, 2}, 1, 1)),
            Head.TEXT);

    float[] tokens =
        run(
            TEXT,
            Map.of(
                "input_ids", Tensor.ofLongs(new long[] {1, 2}, 2, 5),
                "attention_mask", Tensor.ofLongs(new long[] {1, 2}, 1, 1),
                "token_type_ids", Tensor.ofLongs(new long[] {1, 2}, 0, 0)),
            "last_hidden_state");
    assertThat(filled).containsExactly(bare, within(1e-6f));
    double ratio = (tokens[0] + tokens[384]) / bare[0];
    assertThat(ratio).isCloseTo((tokens[1] + tokens[385]) / bare[1], within(1e-2));
    assertThat(ratio).isPositive();
  }
}
