package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What labels teach, and what keeps a model as it is. */
final class FineTuneTest extends PairsLearned {

  @Test
  void labelsAreLearnedThroughTheSoftmaxAtTheEnd() {
    StepResult tuned = run(FineTune.class, Map.of());

    assertThat(accuracy(TextGraph.parse(CLASSIFIER))).isLessThan(.8);
    assertThat(accuracy(only(tuned))).isGreaterThan(.95);
    assertThat(tuned.curves()).hasSize(1);
    assertThat(tuned.curves().getFirst().best()).isPositive();
    assertThat(tuned.changes()).extracting(Change::text).contains("its weights were trained");
  }

  @Test
  void whatWasLearnedIsBroughtInAgainWithoutATrainerOrSamples() {
    StepResult tuned = run(FineTune.class, Map.of());
    Model model = TextGraph.parse(CLASSIFIER);

    StepResult again =
        new Pipeline(PORTS.runtime(), Bundle.of(model), null, 7)
            .apply(Bundle.of(model), tuned.steps().getLast());

    assertThat(TextGraph.print(only(again))).isEqualTo(TextGraph.print(only(tuned)));
    assertThat(again.curves())
        .extracting(curve -> curve.best())
        .containsExactly(tuned.curves().getFirst().best());
  }

  private static List<Integer> zeros(float... weights) {
    return IntStream.range(0, weights.length).filter(i -> weights[i] == 0).boxed().toList();
  }

  /** Every second weight of one matrix is zero, and of the other none. */
  @ParameterizedTest
  @CsvSource({"adam-w,keep", "sgd,keep", "adam-w,train", "adam-w,regrow"})
  void whatWasPrunedStaysZeroUnlessItIsToBeTrained(String optimizer, String zeros) {
    Model model = TextGraph.parse(CLASSIFIER);
    float[] w = weight(model, "w");
    for (int i = 0; i < w.length; i += 2) {
      w[i] = 0;
    }
    Value value = model.graph().find("w");
    model.graph().setInitializer(value, Tensor.ofFloats(new long[] {2, 8}, w));

    StepResult tuned =
        run(
            model,
            Step.of(
                pass(
                    FineTune.class,
                    Map.of(
                        "optimizer", optimizer, "zeros", zeros, "weight-decay", .01, "rate", .05)),
                Where.EVERYWHERE),
            splits(true, 256),
            new KeptFindings());

    float[] trained = weight(only(tuned), "w");
    if (zeros.equals("regrow")) {
      assertThat(zeros(trained)).hasSize(8).isNotEqualTo(zeros(w));
    } else {
      assertThat(zeros(trained)).isEqualTo(zeros.equals("keep") ? zeros(w) : List.of());
    }
    assertThat(tuned.curves().getFirst().kept().orElseThrow().objective())
        .isLessThan(.9 * tuned.curves().getFirst().points().getFirst().objective());
  }

  @Test
  void theSameSeedLearnsTheSame() {
    assertThat(TextGraph.print(only(run(FineTune.class, Map.of()))))
        .isEqualTo(TextGraph.print(only(run(FineTune.class, Map.of()))));
  }

  @Test
  void nodesThatAreNotSelectedKeepTheirWeights() {
    Model model = TextGraph.parse(CLASSIFIER);
    Where last = Where.EVERYWHERE.only(Where.label(model.graph().nodes().get(2)));

    StepResult tuned =
        run(
            model,
            Step.of(pass(FineTune.class, Map.of()), last),
            splits(true, 256),
            new KeptFindings());

    assertThat(weight(only(tuned), "w")).isEqualTo(weight(model, "w"));
    assertThat(weight(only(tuned), "v")).isNotEqualTo(weight(model, "v"));
  }

  @Test
  void weightsInConstantNodesAreTrainedWhereTheyAre() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (p: float[N,2]) {
              w = Constant() <value=float[2,2] {0.1, 0.2, 0.3, 0.1}>
              p = MatMul(x, w)
            }
            """);
    StepResult tuned =
        run(
            model,
            Step.of(pass(FineTune.class, Map.of()), Where.EVERYWHERE),
            splits(true, 256),
            new KeptFindings());

    assertThat(only(tuned).graph().nodes()).hasSize(2);
    assertThat(accuracy(only(tuned))).isGreaterThan(.95);
  }

  @Test
  void biasesThatWereEqualByChanceLearnByThemselves() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (p: float[N,2]) {
              w = float[2,2] ~ 1
              v = float[2,2] ~ 2
              b = float[2] {0, 0}
              h = MatMul(x, w)
              i = Add(h, b)
              r = Tanh(i)
              l = MatMul(r, v)
              p = Add(l, b)
            }
            """);

    Model tuned =
        only(
            run(
                model,
                Step.of(pass(FineTune.class, Map.of()), Where.EVERYWHERE),
                splits(true, 256),
                new KeptFindings()));

    assertThat(Parameters.of(tuned)).hasSize(4);
    assertThat(weight(tuned, "b")).isNotEqualTo(new float[2]);
  }

  @Test
  void withoutLabelsThereIsNothingToFineTuneOn() {
    assertThatThrownBy(
            () ->
                run(
                    TextGraph.parse(CLASSIFIER),
                    Step.of(pass(FineTune.class, Map.of()), Where.EVERYWHERE),
                    splits(false, 64),
                    new KeptFindings()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("no labels to learn from")
        .hasMessageContaining("'distill'");
  }

  @Test
  void withoutSamplesToTrainOnItSaysWhatToDo() {
    assertThatThrownBy(
            () ->
                run(
                    TextGraph.parse(CLASSIFIER),
                    Step.of(pass(FineTune.class, Map.of()), Where.EVERYWHERE),
                    splits(true, 0),
                    new KeptFindings()))
        .hasMessageContaining("no samples to train on")
        .hasMessageContaining("folder 'train'");
  }

  @Test
  void aClassThatTheOutputDoesNotHaveIsToldWithTheSample() {
    Model one =
        TextGraph.parse(
            CLASSIFIER.replace("[8,2]", "[8,1]").replace("p: float[N,2]", "p: float[N,1]"));

    assertThatThrownBy(
            () ->
                run(
                    one,
                    Step.of(pass(FineTune.class, Map.of()), Where.EVERYWHERE),
                    splits(true, 64),
                    new KeptFindings()))
        .hasMessageContaining("is of class 1, and output 'p' has classes from 0 to 0");
  }

  @Test
  void aModelWithoutWeightsIsLeftAlone() {
    StepResult none =
        run(
            TextGraph.parse(
                "ir 10, opset 17\ngraph g(x: float[N,2]) -> (p: float[N,2]) {\n p = Relu(x)\n}\n"),
            Step.of(pass(FineTune.class, Map.of()), Where.EVERYWHERE),
            splits(true, 64),
            new KeptFindings());

    assertThat(none.changes())
        .extracting(Change::text)
        .containsExactly("there are no weights to train among the nodes that are selected");
  }

  @Test
  void aRateThatDivergesKeepsTheStart() {
    StepResult diverged =
        run(
            TextGraph.parse(CLASSIFIER.replace("Tanh", "Relu")),
            Step.of(
                pass(FineTune.class, Map.of("rate", 1e30, "clip", 0, "optimizer", "sgd")),
                Where.EVERYWHERE),
            splits(true, 256),
            new KeptFindings());

    assertThat(diverged.changedAnything()).isFalse();
    assertThat(diverged.changes())
        .extracting(Change::text)
        .anyMatch(text -> text.contains("A lower learning rate may help"));
  }
}
