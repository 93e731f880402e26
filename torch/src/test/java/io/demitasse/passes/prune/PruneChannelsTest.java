package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ops.ModelSummary;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.tune.PairsLearned;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.GraphGenerator;
import io.demitasse.testkit.KeptFindings;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes, what stays, and what those that stay take over. */
final class PruneChannelsTest {
  @TempDir private Path folder;

  private static final String NETWORK =
      """
      ir 10, opset 17
      graph g(x: float[N,6]) -> (y: float[N,5]) {
        w = float[6,16] ~ 1
        b = float[16] ~ 2
        v = float[16,12] ~ 3
        u = float[12,5] ~ 4
        h = MatMul(x, w)
        i = Add(h, b)
        j = Relu(i)
        k = MatMul(j, v)
        l = Tanh(k)
        y = MatMul(l, u)
      }
      """;

  private static PruneChannels pass(Object... options) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      all.put((String) options[i], options[i + 1]);
    }
    return PassOptions.of(PruneChannels.class, all);
  }

  private static long[] sizes(Model model, String weight) {
    return model.graph().find(weight).constant().orElseThrow().sizes();
  }

  private static Tensor some(long seed, long... sizes) {
    float[] numbers = new float[(int) Tensor.elementCount(sizes)];
    Random random = new Random(seed);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(sizes, numbers);
  }

  private static double error(Model model, Model original, Tensor x) {
    double[] expected = Numbers.run(original, Map.of("x", x)).get("y").toDoubles();
    double[] actual = Numbers.run(model, Map.of("x", x)).get("y").toDoubles();
    double error = 0;
    double energy = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
      energy += Math.pow(expected[i], 2);
    }
    return error / energy;
  }

  @Test
  void anEqualShareOfEachGroupGoes() {
    Model small =
        PassChecks.applied(pass("ratio", .25, "allocation", "uniform"), TextGraph.parse(NETWORK))
            .after();

    assertThat(sizes(small, "w")).containsExactly(6, 12);
    assertThat(sizes(small, "b")).containsExactly(12);
    assertThat(sizes(small, "v")).containsExactly(12, 9);
    assertThat(sizes(small, "u")).containsExactly(9, 5);
  }

  /** Most is multiplied in the convolution, and most weights are in the products behind it. */
  private static Model savingMost(String saving) {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,3,8,8]) -> (y: float[N,32]) {
              w = float[8,3,3,3] ~ 1
              v = float[8,64] ~ 2
              u = float[64,32] ~ 3
              c = Conv(x, w)
              r = Relu(c)
              p = GlobalAveragePool(r)
              f = Flatten(p)
              h = MatMul(f, v)
              t = Tanh(h)
              y = MatMul(t, u)
            }
            """);
    return PassChecks.applied(pass("ratio", .4, "saving", saving, "importance", "random"), model)
        .after();
  }

  @Test
  void unitsGoWhereTheySaveWhatIsToBeSaved() {
    assertThat(sizes(savingMost("size"), "u")[0]).isLessThan(40);
    assertThat(sizes(savingMost("size"), "w")[0]).isGreaterThan(5);
    assertThat(sizes(savingMost("operations"), "w")[0]).isLessThan(6);
    assertThat(sizes(savingMost("operations"), "u")[0]).isGreaterThan(40);
  }

  @Test
  void multiplesAndWhatStaysAtLeastAreKept() {
    Model small =
        PassChecks.applied(
                pass("ratio", .9, "allocation", "uniform", "least", .3, "multiple", 4),
                TextGraph.parse(NETWORK))
            .after();

    assertThat(sizes(small, "v")).containsExactly(8, 4);
  }

  /** A convolution is multiplied at each place of what it gives, not of what is read behind it. */
  @ParameterizedTest
  @ValueSource(doubles = {.3, .5, .7})
  void theShareOfMultiplicationsThatIsAskedForGoes(double ratio) {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,1,14,14]) -> (y: float[N,5]) {
              w = float[24,1,3,3] ~ 1
              v = float[32,24,3,3] ~ 2
              u = float[288,5] ~ 3
              a = Conv(x, w)
              b = Relu(a)
              c = MaxPool(b) <kernel_shape=[2,2], strides=[2,2]>
              d = Conv(c, v) <strides=[2,2], pads=[1,1,1,1]>
              e = Relu(d)
              f = Flatten(e)
              y = MatMul(f, u)
            }
            """);
    Model small = PassChecks.applied(pass("ratio", ratio), model).after();

    double left = (double) multiplyAccumulates(small) / multiplyAccumulates(model);
    assertThat(left).isBetween(1 - ratio - .05, 1 - ratio);
  }

  private static long multiplyAccumulates(Model model) {
    return ModelSummary.of(model, Map.of("x", new long[] {1, 1, 14, 14}))
        .work()
        .multiplyAccumulates();
  }

  /** Neurons 0 to 7 and 8 to 15 are the same, so that half of them do the work of all. */
  @Test
  void whatOthersDoTooGoesWithoutALoss() {
    Model model = TextGraph.parse(NETWORK);
    double[] w = model.graph().find("w").constant().orElseThrow().toDoubles();
    double[] b = model.graph().find("b").constant().orElseThrow().toDoubles();
    for (int column = 0; column < 8; column++) {
      b[8 + column] = b[column];
      for (int row = 0; row < 6; row++) {
        w[row * 16 + 8 + column] = w[row * 16 + column];
      }
    }
    set(model, "w", w);
    set(model, "b", b);
    Tensor x = some(7, 50, 6);

    PassRun run = PassChecks.applied(pass("ratio", .2, "damping", 1e-5), model, 300);

    long left = sizes(run.after(), "w")[1];
    assertThat(left).isBetween(8L, 13L);
    assertThat(sizes(run.after(), "u")[0]).isEqualTo(12);
    assertThat(error(run.after(), model, x)).isLessThan(1e-4);
    Model without =
        PassChecks.applied(pass("ratio", .2, "damping", 1e-5, "take-over", false), model, 300)
            .after();
    assertThat(error(without, model, x)).isGreaterThan(1e-3);
  }

  private static void set(Model model, String name, double... numbers) {
    Tensor old = model.graph().find(name).constant().orElseThrow();
    model
        .graph()
        .setInitializer(
            model.graph().find(name), Tensor.ofNumbers(old.dataType(), old.sizes(), numbers));
  }

  @ParameterizedTest
  @EnumSource(
      value = Importance.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"BATCH_NORM_SCALE", "TAYLOR", "FISHER"})
  void everyImportanceTakesAsMany(Importance importance) {
    Model small =
        PassChecks.applied(
                pass(
                    "importance",
                    importance.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    "allocation",
                    "uniform"),
                TextGraph.parse(NETWORK))
            .after();

    assertThat(sizes(small, "v")).containsExactly(11, 8);
  }

  @Test
  void headsGoWhole() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,S,8]) -> (y: float[N,S,8]) {
              wq = float[8,12] ~ 1
              wk = float[8,12] ~ 2
              wv = float[8,12] ~ 3
              wo = float[12,8] ~ 4
              heads = int64[4] {0, 0, 3, 4}
              whole = int64[3] {0, 0, 12}
              q = MatMul(x, wq)
              k = MatMul(x, wk)
              v = MatMul(x, wv)
              qh = Reshape(q, heads)
              kh = Reshape(k, heads)
              vh = Reshape(v, heads)
              qt = Transpose(qh) <perm=[0,2,1,3]>
              kt = Transpose(kh) <perm=[0,2,3,1]>
              vt = Transpose(vh) <perm=[0,2,1,3]>
              s = MatMul(qt, kt)
              p = Softmax(s) <axis=-1>
              a = MatMul(p, vt)
              t = Transpose(a) <perm=[0,2,1,3]>
              c = Reshape(t, whole)
              y = MatMul(c, wo)
            }
            """);

    PassRun run = PassChecks.applied(pass("ratio", .34, "allocation", "uniform"), model);

    Model small = run.after();
    RemovedUnits told = run.removed().getFirst();
    assertThat(told.kind()).isEqualTo(RemovedUnits.Kind.HEAD);
    assertThat(List.of(told.size(), told.units(), told.removed().size())).containsExactly(4, 3, 1);
    assertThat(sizes(small, "wq")).containsExactly(8, 8);
    assertThat(sizes(small, "wo")).containsExactly(8, 8);
    Tensor x = some(3, 2, 5, 8);
    assertThat(Numbers.run(small, Map.of("x", x)).get("y").sizes()).containsExactly(2, 5, 8);
  }

  @Test
  void channelsOfAConvolutionGoWithTheirNormalization() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,3,8,8]) -> (y: float[N,4]) {
              w = float[8,3,3,3] ~ 1
              scale = float[8] ~ 2
              bias = float[8] ~ 3
              mean = float[8] {0, 0, 0, 0, 0, 0, 0, 0}
              var = float[8] {1, 1, 1, 1, 1, 1, 1, 1}
              d = float[8,1,3,3] ~ 4
              u = float[288,4] ~ 5
              c = Conv(x, w)
              n = BatchNormalization(c, scale, bias, mean, var)
              r = Relu(n)
              e = Conv(r, d) <group=8, pads=[1,1,1,1]>
              f = Flatten(e)
              y = MatMul(f, u)
            }
            """);

    PassRun run = PassChecks.applied(pass("ratio", .5, "allocation", "uniform"), model);

    Model small = run.after();
    assertThat(run.removed())
        .extracting(RemovedUnits::kind)
        .containsExactly(RemovedUnits.Kind.CHANNEL);
    assertThat(sizes(small, "d")).containsExactly(4, 1, 3, 3);
    assertThat(sizes(small, "u")).containsExactly(144, 4);
    assertThat(small.graph().nodes().get(3).intAttribute("group", 1)).isEqualTo(4);
  }

  @Test
  void whatCannotGoIsToldWithTheReason() {
    PassRun run =
        PassChecks.applied(
            pass(),
            TextGraph.parse(
                """
                ir 10, opset 17
                graph g(x: float[N,6]) -> (y: float[N,4]) {
                  w = float[6,4] ~ 1
                  y = MatMul(x, w)
                }
                """));

    run.refuses("axis 0 of 'w' stays: 'x' is an input of the model");
    run.refuses("it has no units that can go");
    assertThat(run.after().graph().nodes()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void whatIsLeftOfGeneratedModelsRuns(long seed) {
    Model model = GraphGenerator.model(seed);
    Model small = PassChecks.applied(pass(), model).after();

    Map<String, Tensor> inputs =
        ((Sample.Tensors) SyntheticInputs.of(model.graph(), seed, 1, Map.of()).get(0)).inputs();
    Numbers.run(small, inputs)
        .values()
        .forEach(tensor -> assertThat(tensor.toDoubles()).doesNotContain(Double.NaN));
  }

  /** Of weights alone the importance is known: the smallest sums of magnitudes go. */
  @Test
  void whatGoesIsToldWithTheImportanceOfAll() {
    Model model = TextGraph.parse(NETWORK);
    PassRun run =
        PassChecks.applied(pass("ratio", .25, "allocation", "uniform", "importance", "l1"), model);

    assertThat(run.removed()).hasSize(2);
    RemovedUnits told = run.removed().getFirst();
    assertThat(told.group()).isEqualTo("h");
    assertThat(told.kind()).isEqualTo(RemovedUnits.Kind.NEURON);
    assertThat(List.of(told.size(), told.units())).containsExactly(1, 16);
    List<Double> importance = told.importance();
    assertThat(importance.stream().mapToDouble(each -> each).sum()).isCloseTo(1, within(1e-6));
    double last = importance.stream().sorted().skip(3).findFirst().orElseThrow();
    assertThat(told.removed())
        .isEqualTo(IntStream.range(0, 16).filter(i -> importance.get(i) <= last).boxed().toList());
    double[] w = model.graph().find("w").constant().orElseThrow().toDoubles();
    double[] v = model.graph().find("v").constant().orElseThrow().toDoubles();
    assertThat(importance.get(0) / importance.get(5))
        .isCloseTo(magnitude(w, v, 0) / magnitude(w, v, 5), within(1e-5));
    assertThat(run.changes().stream().filter(Change::applied).map(Change::text))
        .contains("keeps 12 of 16 units of h");
  }

  /** Of a neuron: its column of w and its row of v. */
  private static double magnitude(double[] w, double[] v, int neuron) {
    double sum = 0;
    for (int row = 0; row < 6; row++) {
      sum += Math.abs(w[row * 16 + neuron]);
    }
    for (int column = 0; column < 12; column++) {
      sum += Math.abs(v[neuron * 12 + column]);
    }
    return sum;
  }

  /** A neuron that nobody listens to matters least, and is told so where data were seen. */
  @Test
  void importanceOnDataIsWhatALayerErrs() {
    Model model = TextGraph.parse(NETWORK);
    double[] v = model.graph().find("v").constant().orElseThrow().toDoubles();
    Arrays.fill(v, 5 * 12, 6 * 12, 0);
    set(model, "v", v);

    RemovedUnits told =
        PassChecks.applied(pass("ratio", .25, "allocation", "uniform"), model, 60)
            .removed()
            .getFirst();

    assertThat(told.removed()).contains(5);
    assertThat(told.importance().get(5)).isZero();
    assertThat(told.importance()).filteredOn(each -> each > 0).hasSizeGreaterThan(12);
  }

  /**
   * Behind a Flatten there are 288 numbers, which follow from each other on 20 samples whatever
   * they are: a channel of 8 that nothing replaces is not to be told as one that costs nothing.
   */
  @Test
  void whatFewSamplesCannotTellApartIsNotTakenForNothing() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,1,8,8]) -> (y: float[N,4]) {
              w = float[8,1,3,3] ~ 1
              u = float[288,4] ~ 2
              a = Conv(x, w)
              b = Relu(a)
              f = Flatten(b)
              y = MatMul(f, u)
            }
            """);

    PassRun run =
        PassChecks.applied(
            pass("ratio", .125, "allocation", "uniform", "damping", 1e-4), model, 20);

    RemovedUnits told = run.removed().getFirst();
    assertThat(told.removed()).hasSize(1);
    double lost = error(run.after(), model, some(9, 200, 1, 8, 8));
    assertThat(told.importance().get(told.removed().getFirst())).isBetween(lost / 3, lost * 3);
  }

  @Test
  void aReplayTellsTheSame() {
    KeptFindings findings = new KeptFindings();
    Step step = Step.of(pass(), Where.EVERYWHERE);
    Model model = TextGraph.parse(NETWORK);
    Pipeline pipeline =
        new Pipeline(Ports.find().runtime(), Bundle.of(model), null, 1).with(findings);

    StepResult first = pipeline.apply(Bundle.of(model), step);
    StepResult again = pipeline.apply(Bundle.of(model), first.steps().getLast());

    assertThat(PairsLearned.removed(first)).isNotEmpty();
    assertThat(PairsLearned.removed(again)).isEqualTo(PairsLearned.removed(first));
  }

  @Test
  void aReplayGivesTheSameBytes() {
    PassChecks.replayGivesTheSameBytes(pass(), TextGraph.parse(NETWORK), folder);
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> pass("ratio", 1.0)).hasMessageContaining("ratio must be above 0");
    assertThatThrownBy(() -> pass("least", 2.0)).hasMessageContaining("least must be from 0 to 1");
    assertThatThrownBy(() -> pass("multiple", 0)).hasMessageContaining("multiple must be at least");
    assertThatThrownBy(() -> pass("samples", 0)).hasMessageContaining("samples must be at least");
  }
}
