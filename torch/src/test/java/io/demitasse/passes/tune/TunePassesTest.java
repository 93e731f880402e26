package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.TrainingSamples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Findings;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the passes that train do to a model, through the pipeline and with the real trainer. */
final class TunePassesTest {
  private static final Ports PORTS = Ports.find();

  @TempDir private static Path folder;

  /** Says of two numbers which is larger, once it has learned it. */
  private static final String CLASSIFIER =
      """
      ir 10, opset 17
      graph g(x: float[N,2]) -> (p: float[N,2]) {
        w = float[2,8] ~ 1
        v = float[8,2] ~ 2
        h = MatMul(x, w)
        r = Tanh(h)
        l = MatMul(r, v)
        p = Softmax(l)
      }
      """;

  private static final Map<String, Object> QUICKLY =
      Map.of("rate", .02, "epochs", 8, "batch", 16, "weight-decay", 0);

  private static Pass pass(Class<? extends Pass> kind, Map<String, Object> more) {
    Map<String, Object> options = new LinkedHashMap<>(QUICKLY);
    options.putAll(more);
    return PassOptions.of(kind, options);
  }

  /** Pairs of numbers, each with the place of the larger one. */
  private static Samples samples(int count, long seed) {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] x = {random.nextFloat() - .5f, random.nextFloat() - .5f};
      samples.add(new Sample.Tensors("s" + i, Map.of("x", Tensor.ofFloats(new long[] {1, 2}, x))));
    }
    return Samples.of("pairs", samples);
  }

  private static Tensor larger(Sample sample) {
    float[] x = ((Sample.Tensors) sample).inputs().get("x").toFloats();
    return Tensor.ofLongs(new long[] {1}, x[0] > x[1] ? 0 : 1);
  }

  /** Runs a single model on tensors. */
  private static final class Plain implements Program {
    @Override
    public String name() {
      return "plain";
    }

    @Override
    public Map<String, Tensor> run(Sample sample, Parts parts) {
      return parts.run(Bundle.SINGLE, ((Sample.Tensors) sample).inputs());
    }
  }

  /** A task of samples with a known answer, or none. */
  private record Known(Samples samples, boolean labeled) implements Task {
    @Override
    public String name() {
      return "known";
    }

    @Override
    public Program program() {
      return new Plain();
    }

    @Override
    public List<String> metrics() {
      return List.of();
    }

    @Override
    public Review<?, List<Score>> scores() {
      return new Review<String, List<Score>>((_, _, _) -> "", _ -> List.of());
    }

    @Override
    public Optional<Supervision> supervision() {
      return labeled
          ? Optional.of(Supervision.of("p", Supervision.Kind.CLASS, TunePassesTest::larger))
          : Optional.empty();
    }
  }

  private static TaskSplits splits(boolean labeled, int train) {
    Task choose = new Known(samples(64, 3), labeled);
    return new TaskSplits(
        choose,
        choose,
        samples(train, 4),
        TaskSplits.Sizes.NONE,
        TaskSplits.undivided(choose).folds());
  }

  private static StepResult run(Model model, Step step, TaskSplits splits, Findings findings) {
    return run(model, model, step, splits, findings);
  }

  private static StepResult run(
      Model original, Model model, Step step, TaskSplits splits, Findings findings) {
    Bundle bundle = Bundle.of(original);
    TrainingSamples samples =
        new TrainingSamples(
            PORTS.runtime(),
            bundle,
            new BundleFiles(Map.of(Bundle.SINGLE, file(original))),
            splits,
            Map.of(),
            1,
            Optional::empty);
    return new Pipeline(PORTS.runtime(), bundle, splits.choose(), 7)
        .with(findings)
        .with(samples)
        .apply(Bundle.of(model), step);
  }

  private static Path file(Model model) {
    Path file = folder.resolve(UUID.randomUUID() + ".onnx");
    PORTS.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  private static StepResult run(Class<? extends Pass> kind, Map<String, Object> more) {
    return run(
        TextGraph.parse(CLASSIFIER),
        Step.of(pass(kind, more), Where.EVERYWHERE),
        splits(true, 256),
        new KeptFindings());
  }

  private static Model only(StepResult result) {
    return result.bundle().part(Bundle.SINGLE);
  }

  private static float[][] outputs(Model model, Samples samples) {
    try (Runtime.Session session = PORTS.runtime().open(model, Runtime.SessionOptions.of(1))) {
      float[][] outputs = new float[samples.size()][];
      for (int i = 0; i < outputs.length; i++) {
        outputs[i] = session.run(((Sample.Tensors) samples.get(i)).inputs()).get("p").toFloats();
      }
      return outputs;
    }
  }

  private static double accuracy(Model model) {
    Samples judging = samples(200, 9);
    float[][] outputs = outputs(model, judging);
    int right = 0;
    for (int i = 0; i < outputs.length; i++) {
      right +=
          (outputs[i][0] > outputs[i][1] ? 0 : 1) == larger(judging.get(i)).toLongs()[0] ? 1 : 0;
    }
    return right / 200.;
  }

  private static double distance(Model one, Model other) {
    Samples judging = samples(200, 9);
    float[][] ours = outputs(one, judging);
    float[][] theirs = outputs(other, judging);
    double sum = 0;
    for (int i = 0; i < ours.length; i++) {
      sum += Math.pow(ours[i][0] - theirs[i][0], 2);
    }
    return Math.sqrt(sum / ours.length);
  }

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

  private static float[] weight(Model model, String name) {
    return Parameters.of(model).get(name).constant().orElseThrow().toFloats();
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
  void aPrunedCopyLearnsFromTheOriginalWithoutLabels() {
    Model original = TextGraph.parse(CLASSIFIER);
    Model damaged = TextGraph.parse(CLASSIFIER.replace("~ 2", "~ 5"));

    StepResult taught =
        run(
            original,
            damaged,
            Step.of(pass(Distill.class, Map.of("epochs", 20)), Where.EVERYWHERE),
            splits(false, 256),
            new KeptFindings());

    assertThat(distance(only(taught), original)).isLessThan(.1 * distance(damaged, original));
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
  void aPenaltyMakesManyWeightsExactlyZero() {
    Function<Model, Long> zeros =
        model ->
            Parameters.of(model).values().stream()
                .flatMapToDouble(value -> Arrays.stream(value.constant().orElseThrow().toDoubles()))
                .filter(each -> each == 0)
                .count();

    StepResult sparse =
        run(
            Sparsify.class,
            Map.of("strength", .02, "epochs", 60, "labels", 1, "alpha", 0, "beta", 0));

    assertThat(zeros.apply(TextGraph.parse(CLASSIFIER))).isZero();
    assertThat(zeros.apply(only(sparse))).isGreaterThan(8);
    assertThat(accuracy(only(sparse))).isGreaterThan(.9);
  }

  @Test
  void whatIsNotBetterStaysAsItIs() {
    StepResult same =
        run(
            TextGraph.parse(CLASSIFIER),
            Step.of(pass(Distill.class, Map.of()), Where.EVERYWHERE),
            splits(false, 64),
            new KeptFindings());

    assertThat(same.changedAnything()).isFalse();
    assertThat(same.changes())
        .extracting(Change::text)
        .anyMatch(text -> text.startsWith("training made nothing better"));
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
  void outputsThatDoNotFitAreToldWithWhatToDo() {
    assertThatThrownBy(() -> run(Distill.class, Map.of("match", "p=q")))
        .hasMessageContaining("teacher 'original' has no value 'q'")
        .hasMessageContaining("[p]");
    assertThatThrownBy(() -> run(Distill.class, Map.of("match", "p=h")))
        .hasMessageContaining("'p' of the student has 2 values")
        .hasMessageContaining("'h' of teacher 'original' has 8");
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

  @Test
  void integersAreTrainedToGiveWhatTheFloatsGave() {
    Model original = TextGraph.parse(CLASSIFIER);
    Step quantize =
        Step.of(
            PassOptions.of(QuantizeWeights.class, Map.of("minimum-elements", 1)), Where.EVERYWHERE);
    Model rounded = only(run(original, quantize, splits(false, 256), new KeptFindings()));
    for (Value value : Parameters.of(rounded).values()) {
      Tensor integers = value.constant().orElseThrow();
      if (integers.dataType() == DataType.INT8) {
        value.graph().setInitializer(value, coarse(integers));
      }
    }

    StepResult trained =
        run(
            original,
            rounded,
            Step.of(pass(TrainQuantized.class, Map.of("rate", .003)), Where.EVERYWHERE),
            splits(false, 256),
            new KeptFindings());

    assertThat(distance(only(trained), original)).isLessThan(.5 * distance(rounded, original));
    assertThat(Parameters.of(only(trained)).values())
        .filteredOn(value -> value.constant().orElseThrow().dataType() == DataType.INT8)
        .hasSize(2);
  }

  /** The same rounded to every sixteenth number. */
  private static Tensor coarse(Tensor integers) {
    byte[] rounded = new byte[(int) integers.elementCount()];
    long[] numbers = integers.toLongs();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (byte) Math.clamp(Math.round(numbers[i] / 16.) * 16, -127, 127);
    }
    return Tensor.ofBytes(DataType.INT8, integers.sizes(), rounded);
  }

  @Test
  void whatIsNotQuantizedIsNotTrainedAsSuch() {
    assertThat(run(TrainQuantized.class, Map.of()).changes())
        .extracting(Change::text)
        .anyMatch(text -> text.startsWith("nothing here is quantized"));
  }
}
