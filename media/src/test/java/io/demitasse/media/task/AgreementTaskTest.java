package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgreementTaskTest {
  @Test
  void equalOutputsAgreeFully() {
    Tensor x = vector(1, -2, 3);

    assertThat(values(Map.of("x", x), Map.of("x", x)))
        .isEqualTo(Map.of("cosine", 1.0, "sqnr", 100.0));
  }

  @Test
  void cosineAndNoiseAreComputedByHand() {
    // |a - b|^2 = 1, |b|^2 = 100: 20 dB
    Map<String, Double> values = values(Map.of("x", vector(10, 1)), Map.of("x", vector(10, 0)));

    assertThat(values.get("cosine")).isCloseTo(10 / Math.sqrt(101), within(1e-12));
    assertThat(values.get("sqnr")).isCloseTo(20, within(1e-12));
  }

  @Test
  void severalOutputsAreAveraged() {
    Map<String, Tensor> original = Map.of("x", vector(1, 0), "y", vector(1, 0));

    assertThat(values(Map.of("x", vector(1, 0), "y", vector(0, 1)), original).get("cosine"))
        .isEqualTo(0.5);
  }

  @Test
  void theEmbeddingAloneIsComparedWhereThereIsOne() {
    Program program =
        program(Map.of("embedding", vector(1, 0), "last_hidden_state", vector(3, 4, 5)));
    AgreementTask task = new AgreementTask(Samples.of("none", List.of()), program);

    assertThat(task.program().run(new Sample.Text("a", "b"), (part, inputs) -> Map.of()))
        .containsOnlyKeys("embedding");
  }

  @Test
  void samplesThatSayOtherwiseComeBeforeThoseThatAreOnlyFurtherOff() {
    Samples samples =
        Samples.of(
            "texts",
            List.of(
                new Sample.Text("line 1", "half a cup"),
                new Sample.Text("line 2", "a cup"),
                new Sample.Text("line 3", "two cups"),
                new Sample.Text("line 4", "no cup")));
    AgreementTask task = new AgreementTask(samples, program(Map.of()));
    Tensor near = matrix(.1f, .2f, .7f);

    List<Difference> differences =
        differences(
            task,
            List.of(
                Map.of("probs", near),
                Map.of("probs", matrix(.4f, .1f, .5f)),
                Map.of("probs", matrix(.1f, .5f, .4f)),
                Map.of("probs", near)),
            List.of(
                Map.of("probs", near),
                Map.of("probs", near),
                Map.of("probs", matrix(.1f, .4f, .5f)),
                Map.of("probs", near)));

    assertThat(differences).extracting(Difference::sample).containsExactly("line 3", "line 2");
    assertThat(differences.getFirst().content()).isEqualTo("two cups");
    assertThat(differences.getFirst().before()).isEqualTo("class 2");
    assertThat(differences.getFirst().after()).isEqualTo("class 1");
  }

  @Test
  void textsThatWereReadAreCompared() {
    AgreementTask task =
        new AgreementTask(
            Samples.of("one", List.of(new Sample.Text("page", ""))), program(Map.of()));

    List<Difference> differences =
        differences(
            task,
            List.of(Map.of("map", vector(1, 2), "text", texts("lantems"))),
            List.of(Map.of("map", vector(1, 2), "text", texts("lanterns"))));

    assertThat(differences).hasSize(1);
    assertThat(differences.getFirst().before()).isEqualTo("lanterns");
    assertThat(differences.getFirst().after()).isEqualTo("lantems");
  }

  private static List<Difference> differences(
      AgreementTask task, List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> original) {
    return task.differences(5).orElseThrow().of(outputs, original);
  }

  private static Tensor texts(String text) {
    return Tensor.ofStrings(new long[] {1}, List.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Tensor matrix(float... row) {
    return Tensor.ofFloats(new long[] {1, row.length}, row);
  }

  @Test
  void valuesThatAreNotFiniteScoreZeroUnlessTheOriginalHasThemToo() {
    Map<String, Tensor> original = Map.of("x", vector(1, Float.NEGATIVE_INFINITY, 2));

    assertThat(values(Map.of("x", vector(1, Float.NEGATIVE_INFINITY, 2)), original))
        .isEqualTo(Map.of("cosine", 1.0, "sqnr", 100.0));
    assertThat(values(Map.of("x", vector(1, Float.NEGATIVE_INFINITY, Float.NaN)), original))
        .isEqualTo(Map.of("cosine", 0.0, "sqnr", 0.0));
    assertThat(values(Map.of("x", vector(1, 0, 2)), original))
        .isEqualTo(Map.of("cosine", 0.0, "sqnr", 0.0));
  }

  @Test
  void anotherShapeOrAMissingOutputScoresZero() {
    Map<String, Tensor> original = Map.of("x", vector(1, 2));
    Tensor column = Tensor.ofFloats(new long[] {2, 1}, 1, 2);

    assertThat(values(Map.of("x", column), original)).isEqualTo(Map.of("cosine", 0.0, "sqnr", 0.0));
    assertThat(values(Map.of("y", vector(1, 2)), original))
        .isEqualTo(Map.of("cosine", 0.0, "sqnr", 0.0));
  }

  @Test
  void zerosAgreeWithZerosOnly() {
    assertThat(values(Map.of("x", vector(0, 0)), Map.of("x", vector(0, 0))).get("cosine"))
        .isEqualTo(1);
    assertThat(values(Map.of("x", vector(0, 0)), Map.of("x", vector(2, 0))))
        .isEqualTo(Map.of("cosine", 0.0, "sqnr", 0.0));
  }

  @Test
  void distributionsAndLogitsHaveATopClass() {
    Tensor original = Tensor.ofFloats(new long[] {1, 2, 2}, 0.9f, 0.1f, 0.2f, 0.8f);
    Tensor output = Tensor.ofFloats(new long[] {1, 2, 2}, 0.6f, 0.4f, 0.7f, 0.3f);
    Tensor logits = Tensor.ofFloats(new long[] {1, 3}, -1, 5, 2);
    Tensor others = Tensor.ofFloats(new long[] {1, 3}, -1, 2, 5);

    assertThat(values(Map.of("y", output), Map.of("y", original)).get("top1")).isEqualTo(0.5);
    assertThat(values(Map.of("logits", others), Map.of("logits", logits)).get("top1")).isZero();
    assertThat(values(Map.of("logits", logits), Map.of("logits", logits)).get("top1")).isEqualTo(1);
  }

  @Test
  void mapsVectorsAndSingleScoresHaveNoTopClass() {
    Tensor score = Tensor.ofFloats(new long[] {1, 1}, 1);

    assertThat(values(Map.of("prob", score), Map.of("prob", score))).doesNotContainKey("top1");
    assertThat(values(Map.of("x", vector(1, 2)), Map.of("x", vector(1, 2))))
        .doesNotContainKey("top1");
  }

  @Test
  void aRowWithANanHasNoTopClass() {
    Tensor original = Tensor.ofFloats(new long[] {1, 2}, Float.NaN, 1);

    assertThat(values(Map.of("logits", original), Map.of("logits", original)).get("top1")).isZero();
  }

  @Test
  void integersAgreeByTheShareOfEqualOnes() {
    Tensor original = Tensor.ofLongs(new long[] {4}, 1, 2, 3, 4);
    Tensor output = Tensor.ofLongs(new long[] {4}, 1, 2, 3, 5);

    assertThat(values(Map.of("label", output), Map.of("label", original)))
        .isEqualTo(Map.of("equal", 0.75));
  }

  @Test
  void scoresFollowTheSamplesAndTheirFirstMetricIsCosine() {
    List<Map<String, Tensor>> original =
        List.of(Map.of("x", vector(1, 0)), Map.of("x", vector(1, 0, 0)));
    List<Map<String, Tensor>> outputs =
        List.of(Map.of("x", vector(0, 1)), Map.of("x", vector(2, 0, 0)));

    List<Score> scores = task().scores().of(outputs, original);

    assertThat(scores.getFirst().metric()).isEqualTo("cosine");
    assertThat(scores.getFirst().perSample()).containsExactly(0, 1);
  }

  @Test
  void outputsThatCannotBeComparedAreABadRequest() {
    Tensor text = Tensor.ofStrings(new long[] {1}, List.of("a".getBytes(StandardCharsets.UTF_8)));

    assertThatThrownBy(() -> values(Map.of("x", text), Map.of("x", text)))
        .isInstanceOf(DemitasseException.class)
        .hasMessage("The outputs of this model cannot be compared: {x=string[1]}.");
  }

  private static AgreementTask task() {
    return new AgreementTask(Samples.of("none", List.of()), program(Map.of()));
  }

  private static Map<String, Double> values(
      Map<String, Tensor> outputs, Map<String, Tensor> original) {
    return task().scores().of(List.of(outputs), List.of(original)).stream()
        .collect(java.util.stream.Collectors.toMap(Score::metric, score -> score.perSample()[0]));
  }

  private static Tensor vector(float... values) {
    return Tensor.ofFloats(new long[] {values.length}, values);
  }

  private static Program program(Map<String, Tensor> outputs) {
    return new Program() {
      @Override
      public String name() {
        return "fixed";
      }

      @Override
      public Map<String, Tensor> run(Sample sample, Parts parts) {
        return outputs;
      }
    };
  }
}
