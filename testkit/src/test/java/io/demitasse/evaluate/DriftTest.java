package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.RealInputs;
import io.demitasse.testkit.RealModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What exact steps may do to outputs, on the real runtime. */
final class DriftTest {
  private static final Ports PORTS = Ports.find();

  @TempDir private Path folder;

  @Test
  void whatIsOffByMoreThanRoundingIsWrong() throws Exception {
    Path original = scaled(1);
    List<Workload> inputs = List.of(new Workload("1x4", Map.of("x", floats(1, .5, -2, 3))));

    assertThat(drift(original, scaled(1.0001), inputs).wrong())
        .hasValueSatisfying(
            wrong ->
                assertThat(wrong)
                    .startsWith("output 'y' at 1x4, without the runtime's optimizations, deviates")
                    .endsWith(" of its largest magnitude, 1.0e-05 is allowed"));
    Drift rounding = drift(original, scaled(1.000001), inputs);
    assertThat(rounding.wrong()).isEmpty();
    assertThat(rounding.isFelt()).isFalse();
    assertThat(rounding.deviation()).isPositive();
  }

  /** A sum in which thousands cancel is known no better than its weights are rounded. */
  @Test
  void whatRoundingOfWeightsExplainsIsRight() {
    Path cancelling = weighted("1000.1, -1000.3, 2000.7, -1998.2", 1);
    Path calm = weighted("0.1, -0.3, 0.7, 1.8", 1);
    List<Workload> ones = List.of(new Workload("1x4", Map.of("x", floats(1, 1, 1, 1))));

    Drift explained =
        drift(cancelling, weighted("1000.1, -1000.3, 2000.7, -1998.2", 1.00003), ones);
    assertThat(explained.wrong()).isEmpty();
    assertThat(explained.isFelt()).as("it is charged to the budget").isTrue();
    assertThat(drift(cancelling, weighted("1000.1, -1000.3, 2000.7, -1998.2", 1.002), ones).wrong())
        .hasValueSatisfying(wrong -> assertThat(wrong).endsWith("1.0e-05 is allowed"));
    assertThat(drift(calm, weighted("0.1, -0.3, 0.7, 1.8", 1.00003), ones).wrong()).isPresent();
  }

  @Test
  void roundingOtherwiseMovesAWeightByItsLastBitAndLeavesWhatMayBeASize() {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph g(x: float[N,2]) -> (y: float[N,2]) {
              w = float[2,2] {0.1, -0.3, 0, 7}
              scales = float[2] {1.5, 1.5}
              z = MatMul(x, w)
              y = Mul(z, scales)
            }
            """);
    float[] before = weights(model, "w");

    RoundedWeights.in(model, 3);

    float[] after = weights(model, "w");
    assertThat(after).isNotEqualTo(before);
    assertThat(after[2]).isZero();
    for (int i = 0; i < before.length; i++) {
      assertThat(Math.abs(after[i] - before[i])).isLessThanOrEqualTo(Math.ulp(before[i]));
    }
    assertThat(weights(model, "scales")).containsExactly(1.5f, 1.5f);
  }

  private static float[] weights(Model model, String name) {
    return Objects.requireNonNull(model.graph().find(name)).constant().orElseThrow().toFloats();
  }

  private Path weighted(String weights, double factor) {
    return store(
        """
        ir 8, opset 17
        graph g(x: float[N,4]) -> (y: float[N,1]) {
          w = float[4,1] {%w} f = float[] {%f}
          z = MatMul(x, w)
          y = Mul(z, f)
        }
        """
            .replace("%w", weights)
            .replace("%f", String.valueOf(factor)));
  }

  /** The runtime folds the factor into the weights by itself, with the same rounding. */
  @Test
  void whatTheRuntimesOptimizerDoesItselfIsNotFelt() {
    Path original = store(convolution("1000.1, -1000.3, 2000.7, -1998.2", "z", "y = Mul(z, f)"));
    float[] weights = {1000.1f, -1000.3f, 2000.7f, -1998.2f};
    List<String> folded = new ArrayList<>();
    for (float weight : weights) {
      folded.add(String.valueOf(weight * 1.3f));
    }
    Path candidate = store(convolution(String.join(", ", folded), "y", ""));
    Tensor ones = Tensor.ofFloats(new long[] {1, 4, 1, 1}, 1, 1, 1, 1);

    Drift drift = drift(original, candidate, List.of(new Workload("1x4", Map.of("x", ones))));

    assertThat(drift.deviation()).isGreaterThan(Drift.TOLERANCE);
    assertThat(drift.wrong()).isEmpty();
    assertThat(drift.isFelt()).isFalse();
  }

  private static String convolution(String weights, String output, String behind) {
    return """
    ir 8, opset 17
    graph g(x: float[N,4,1,1]) -> (y: float[N,1,1,1]) {
      w = float[1,4,1,1] {%s} f = float[1,1,1,1] {1.3}
      %s = Conv(x, w)
      %s
    }
    """
        .formatted(weights, output, behind);
  }

  @Test
  void infinitiesHaveToBeInTheSamePlacesAndHideNothing() {
    float infinite = Float.POSITIVE_INFINITY;
    Tensor expected = floats(1, infinite, 2, Float.NaN);
    assertThat(Deviation.of(expected, floats(1, infinite, 2, Float.NaN))).isZero();
    assertThat(Deviation.of(expected, floats(1, infinite, 3, Float.NaN))).isEqualTo(.5);
    assertThat(Deviation.of(expected, floats(1, -infinite, 2, Float.NaN))).isInfinite();
    assertThat(Deviation.of(expected, floats(1, infinite, Float.NaN, Float.NaN))).isInfinite();
    assertThat(Deviation.of(expected, floats(1, infinite, 2, 0))).isInfinite();
    assertThat(Deviation.of(floats(1, 2, 3), floats(1, infinite, 3))).isInfinite();
  }

  /** A candidate that takes the first row for all is right as long as there is one row. */
  @Test
  void aStepThatIsRightAtOneSizeOnlyIsFoundOut() throws Exception {
    Path original = scaled(1);
    Path candidate =
        store(
            """
            ir 8, opset 17
            graph g(x: float[N,4]) -> (y: float[N,4]) {
              first = int64[1] {0}
              shape = Shape(x)
              row = Gather(x, first) <axis=0>
              y = Expand(row, shape)
            }
            """);
    Map<String, Tensor> recorded = Map.of("x", floats(1, .5, -2, 3));
    List<Workload> inputs = new ArrayList<>(List.of(new Workload("1x4", recorded)));

    assertThat(drift(original, candidate, inputs).wrong()).isEmpty();
    inputs.addAll(probes(original, recorded).workloads());
    assertThat(drift(original, candidate, inputs).wrong())
        .hasValueSatisfying(wrong -> assertThat(wrong).contains("{N=2}"));
  }

  @Test
  void aStepThatIsRightForSomeNumbersOnlyIsFoundOut() throws Exception {
    Path original = scaled(1);
    Map<String, Tensor> recorded = Map.of("x", floats(1, .5, 2, 3));
    for (String body :
        List.of(
            "y = Relu(x)",
            "most = float[] {20} y = Min(x, most)",
            "a_bit = float[] {0.0001} much = float[] {0.001} z = Sub(x, a_bit) p = Greater(x, much)"
                + " y = Where(p, x, z)")) {
      Path candidate = store(graph(body));
      List<Workload> inputs = new ArrayList<>(List.of(new Workload("1x4", recorded)));
      assertThat(drift(original, candidate, inputs).wrong()).as(body).isEmpty();
      inputs.addAll(probes(original, recorded).workloads());
      assertThat(drift(original, candidate, inputs).wrong()).as(body).isPresent();
    }
  }

  @Test
  void probesReachBothEndsOfATableAndLeaveOutWhatTheOriginalCannotRun() throws Exception {
    Path model =
        store(
            """
            ir 8, opset 17
            graph g(ids: int64[N,4], mask: float[N,4]) -> (y: float[...]) {
              table = float[10,2] ~ 1
              sizes = int64[3] {1, 4, 2}
              rows = Gather(table, ids)
              fixed = Reshape(rows, sizes)
              axes = int64[1] {2}
              wide = Unsqueeze(mask, axes)
              y = Mul(fixed, wide)
            }
            """);
    Tensor ids = Tensor.ofNumbers(DataType.INT64, new long[] {1, 4}, new double[] {3, 4, 5, 6});
    Tensor mask = floats(1, 1, 1, 1);

    Probes probes = probes(model, Map.of("ids", ids, "mask", mask));

    assertThat(probes.leftOut()).as("two rows cannot be reshaped to one").isEqualTo(1);
    assertThat(probes.workloads())
        .allSatisfy(probe -> assertThat(probe.inputs()).containsEntry("mask", mask))
        .anySatisfy(probe -> assertThat(input(probe, "ids").toLongs()).containsOnly(0))
        .anySatisfy(probe -> assertThat(input(probe, "ids").toLongs()).containsOnly(9));
  }

  /** Fused kernels of real models round otherwise; that is no reason to refuse them. */
  @ParameterizedTest
  @ValueSource(strings = {RealModels.MINILM, RealModels.OCR_DETECTOR_V4})
  void allExactStepsOfRealModelsAreStillRight(String resource) {
    Model model = RealModels.read(resource);
    Map<String, Tensor> recorded = RealInputs.of(resource, model);
    Bundle bundle = Bundle.of(model);
    Pipeline pipeline = new Pipeline(PORTS.runtime(), bundle, null, 7);
    for (Class<? extends Pass> pass : Catalogue.PASSES) {
      if (PassOptions.info(pass).effect() == PassInfo.Effect.EXACT) {
        Step step = Step.of(PassOptions.defaults(pass), Where.EVERYWHERE);
        bundle = pipeline.apply(bundle, step).bundle();
      }
    }
    Path original = RealModels.file(resource);
    Path exact = store(bundle.part(Bundle.SINGLE));
    List<Workload> inputs = new ArrayList<>(List.of(new Workload("recorded", recorded)));
    inputs.addAll(Probes.of(PORTS.runtime(), original, model.graph(), recorded, 7).workloads());

    assertThat(inputs).hasSizeGreaterThan(3);
    assertThat(drift(original, exact, inputs).wrong()).isEmpty();
  }

  private static Tensor input(Workload workload, String name) {
    return workload.inputs().get(name);
  }

  private static Drift drift(Path original, Path candidate, List<Workload> workloads) {
    return new DriftMeter(PORTS, Runtime.SessionOptions.of(1))
        .measure(original, original, candidate, workloads);
  }

  private static Probes probes(Path model, Map<String, Tensor> recorded) {
    return Probes.of(PORTS.runtime(), model, PORTS.format().read(model).graph(), recorded, 7);
  }

  private Path scaled(double factor) {
    return store(graph("f = float[] {" + factor + "} y = Mul(x, f)"));
  }

  private static String graph(String body) {
    return "ir 8, opset 17\ngraph g(x: float[N,4]) -> (y: float[N,4]) {\n" + body + "\n}\n";
  }

  private Path store(String text) {
    return store(TextGraph.parse(text));
  }

  private Path store(Model model) {
    try {
      Path file = Files.createTempFile(folder, "model", ".onnx");
      PORTS.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor floats(double... values) {
    return Tensor.ofNumbers(DataType.FLOAT, new long[] {1, values.length}, values);
  }
}
