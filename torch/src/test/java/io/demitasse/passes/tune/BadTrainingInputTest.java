package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.TrainingSamples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Data, labels, teachers and models that nothing can be learned from, or not what was meant. */
final class BadTrainingInputTest extends PairsLearned {

  private static TaskSplits splits(Samples samples, Supervision supervision) {
    return splits(new Known(samples, new Plain(), Optional.of(supervision)), samples);
  }

  private static Supervision labels(Supervision.Kind kind, Function<Sample, Tensor> target) {
    return Supervision.of("p", kind, target);
  }

  private static StepResult tuned(Model model, TaskSplits splits, Map<String, Object> more) {
    return run(
        model, Step.of(pass(FineTune.class, more), Where.EVERYWHERE), splits, new KeptFindings());
  }

  private static Model classifier() {
    return TextGraph.parse(CLASSIFIER);
  }

  @Test
  void labelsOfAnotherShapeThanTheOutputAreToldWithBoth() {
    Supervision wide =
        labels(Supervision.Kind.VALUES, _ -> Tensor.ofFloats(new long[] {1, 3}, 1, 2, 3));

    assertThatThrownBy(() -> tuned(classifier(), splits(samples(32, 1), wide), Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("'labels' has the shape [16, 3]")
        .hasMessageContaining("output 'p' [16, 2]");
  }

  @Test
  void aClassBeyondAnOutputOfUnknownWidthIsToldWithTheClassesThereAre() {
    Model open = TextGraph.parse(CLASSIFIER.replace("p: float[N,2]", "p: float[N,M]"));
    Supervision third = labels(Supervision.Kind.CLASS, _ -> Tensor.ofLongs(new long[] {1}, 2));

    assertThatThrownBy(() -> tuned(open, splits(samples(32, 1), third), Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("A label is 2, and the output has 2 classes: labels are from 0 to 1");
  }

  @Test
  void samplesOfOneClassAreLearnedAndNothingBreaks() {
    Supervision first = labels(Supervision.Kind.CLASS, _ -> Tensor.ofLongs(new long[] {1}, 0));

    Model biased =
        TextGraph.parse(
            CLASSIFIER
                .replace("v = float[8,2] ~ 2", "v = float[8,2] ~ 2\n  b = float[2] {0, 0.5}")
                .replace("l = MatMul(r, v)", "m = MatMul(r, v)\n  l = Add(m, b)"));

    Model tuned = only(tuned(biased, splits(samples(64, 1), first), Map.of("epochs", 20)));

    for (float[] row : outputs(tuned, samples(20, 9))) {
      assertThat(row[0]).isGreaterThan(row[1]);
    }
  }

  @Test
  void samplesThatAreAllEqualTeachNothingThatIsNotFinite() {
    List<Sample> equal = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      equal.add(
          new Sample.Tensors(
              String.valueOf(i), Map.of("x", Tensor.ofFloats(new long[] {1, 2}, 0, 0))));
    }
    // Half of them are of one class and half of the other, and zeros say both alike.
    Supervision both =
        labels(
            Supervision.Kind.CLASS,
            sample -> Tensor.ofLongs(new long[] {1}, Long.parseLong(sample.id()) % 2));

    StepResult result = tuned(classifier(), splits(Samples.of("equal", equal), both), Map.of());

    assertThat(result.changedAnything()).isFalse();
    assertThat(result.changes())
        .extracting(Change::text)
        .anyMatch(text -> text.startsWith("training made nothing better"));
  }

  @Test
  void aRateThatDivergesInTheMidstKeepsTheBestSoFarAndSaysWhere() {
    // Least squares: what is below twice the inverse of the curvature learns, what is above
    // diverges.
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (p: float[N,2]) {
              w = float[2,2] {0.1, 0.2, 0.3, 0.1}
              p = MatMul(x, w)
            }
            """);
    Supervision same =
        labels(
            Supervision.Kind.VALUES,
            sample -> Objects.requireNonNull(((Sample.Tensors) sample).inputs().get("x")));

    StepResult result =
        tuned(
            model,
            splits(samples(64, 1), same),
            Map.of(
                "rate",
                300,
                "warm-up",
                1,
                "epochs",
                40,
                "clip",
                0,
                "optimizer",
                "sgd",
                "patience",
                100));

    assertThat(result.curves().getFirst().best()).isPositive();
    assertThat(result.changes())
        .extracting(Change::text)
        .anyMatch(
            text ->
                text.startsWith("trained 1 weight of float: ")
                    && text.contains("At step ")
                    && text.contains("A lower learning rate may help"));
    assertThat(weight(only(result), "w"))
        .satisfies(
            numbers -> {
              for (float number : numbers) {
                assertThat(number).isFinite();
              }
            });
  }

  private static StepResult taught(Model teacher, Map<String, Object> more) {
    TaskSplits splits = splits(false, 64);
    Model student = classifier();
    TrainingSamples samples =
        new TrainingSamples(
            PORTS.runtime(),
            Bundle.of(student),
            new BundleFiles(Map.of(Bundle.SINGLE, file(student))),
            splits,
            Map.of("large.onnx", Bundle.of(teacher)),
            1,
            Long.MAX_VALUE,
            Optional::empty);
    Pass distill = pass(Distill.class, more);
    return new Pipeline(PORTS.runtime(), Bundle.of(student), splits.choose(), 7)
        .with(new KeptFindings())
        .with(samples)
        .apply(Bundle.of(student), Step.of(distill, Where.EVERYWHERE));
  }

  @Test
  void aTeacherWhoseOutputsHaveOtherNamesIsMatchedByName() {
    Model renamed =
        TextGraph.parse(
            CLASSIFIER
                .replace("~ 2", "~ 5")
                .replace("(p: float", "(scores: float")
                .replace("p = Softmax", "scores = Softmax"));

    assertThatThrownBy(() -> taught(renamed, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("no output in common: [p] and [scores]")
        .hasMessageContaining("match: p=scores");
    assertThat(taught(renamed, Map.of("match", "p=scores")).curves()).hasSize(1);
  }

  @Test
  void aTeacherWhoseOutputHasAnotherShapeIsToldWithBoth() {
    Model wider =
        TextGraph.parse(
            CLASSIFIER
                .replace("v = float[8,2]", "v = float[8,5]")
                .replace("p: float[N,2]", "p: float[N,5]"));
    Model deeper =
        TextGraph.parse(
            CLASSIFIER
                .replace("p: float[N,2]", "p: float[N,1,2]")
                .replace(
                    "p = Softmax(l)",
                    "s = int64[3] {-1, 1, 2}\n  o = Reshape(l, s)\n  p = Softmax(o)"));

    assertThatThrownBy(() -> taught(wider, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("'p' of the student has 2 values along its last axis")
        .hasMessageContaining("'p' of teacher 'large.onnx' has 5");
    assertThatThrownBy(() -> taught(deeper, Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("[16, 2]")
        .hasMessageContaining("of the teacher [16, 1, 2]");
  }

  @Test
  void ofAQuantizedModelItIsSaidWhatIsTrained() {
    Step quantize =
        Step.of(
            PassOptions.of(QuantizeWeights.class, Map.of("minimum-elements", 1)), Where.EVERYWHERE);
    Model quantized = only(run(classifier(), quantize, splits(true, 64), new KeptFindings()));

    StepResult result = tuned(quantized, splits(true, 256), Map.of());

    assertThat(result.changes())
        .extracting(Change::text)
        .anyMatch(text -> text.startsWith("trained 2 weights of int8, 2 scales: objective"));
  }

  @Test
  void whatCannotBeTrainedIsNamedWithWhatCould() {
    Model half =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,2]) -> (p: float[N,2]) {
              w = float16[2,2] {0.1, 0.2, 0.3, 0.1}
              h = Cast(x) <to=10>
              y = MatMul(h, w)
              p = Cast(y) <to=1>
            }
            """);

    StepResult result = tuned(half, splits(true, 64), Map.of());

    assertThat(result.changedAnything()).isFalse();
    assertThat(result.changes())
        .extracting(Change::text)
        .containsExactly(
            "there are no weights to train among the nodes that are selected; 'w' of float16 cannot"
                + " be trained: floats of 32 bits can be, and integers whose scale is known, so"
                + " train the model before it is compressed");
  }
}
