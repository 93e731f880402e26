package io.demitasse.passes.factorize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassOptions;
import io.demitasse.testkit.GraphGenerator;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of low rank come apart without a loss, and together again. */
final class FactorizeTest {
  @TempDir private Path folder;

  static Factorize pass(Map<String, Object> more) {
    Map<String, Object> options = new HashMap<>(Map.of("minimum-elements", 16, "damping", 1e-5));
    options.putAll(more);
    return PassOptions.of(Factorize.class, options);
  }

  static Map<String, Tensor> inputs(Model model) {
    return ((Sample.Tensors) SyntheticInputs.of(model.graph(), 3, 1, Map.of()).get(0)).inputs();
  }

  /** Makes every matrix one of rank 2. */
  private static Model ofRankTwo(String text) {
    Model model = TextGraph.parse(text);
    for (Value value : model.graph().initializers()) {
      Tensor tensor = value.constant().orElseThrow();
      if (tensor.rank() > 1) {
        int rows = (int) tensor.size(0);
        int columns = (int) (tensor.elementCount() / rows);
        double[] numbers = new double[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
          double row = i / columns + 1;
          double column = i % columns + 1;
          numbers[i] = Math.sin(row) * Math.cos(2 * column) + Math.cos(3 * row) * Math.sin(column);
        }
        model
            .graph()
            .setInitializer(value, Tensor.ofNumbers(tensor.dataType(), tensor.sizes(), numbers));
      }
    }
    return model;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        ir 10, opset 17
        graph g(x: float[N,8]) -> (y: float[N,9]) {
          w = float[8,9] ~ 1
          y = MatMul(x, w)
        }
        """,
        """
        ir 10, opset 17
        graph g(x: float[N,8]) -> (y: float[N,9]) {
          w = float[9,8] ~ 1
          b = float[9] ~ 2
          y = Gemm(x, w, b) <transB=1, alpha=0.5>
        }
        """,
        """
        ir 10, opset 17
        graph g(x: float[N,8]) -> (y: float[N,9]) {
          w = float[8,9] ~ 1
          b = float[9] ~ 2
          y = Gemm(x, w, b)
        }
        """,
        """
        ir 10, opset 17
        graph g(x: float[N,8,5,5]) -> (y: float[N,9,3,3]) {
          w = float[9,8,1,1] ~ 1
          b = float[9] ~ 2
          y = Conv(x, w, b) <strides=[2,2]>
        }
        """,
        """
        ir 10, opset 17
        graph g(x: float[N,8]) -> (y: float[2,9]) {
          i = int64[2] {1, 4}
          t = float[8,9] ~ 1
          r = Gather(t, i)
          s = ReduceSum(x)
          y = Add(r, s)
        }
        """
      })
  void whatHasTheRankComesApartAndTogetherAgain(String text) {
    Model model = ofRankTwo(text);
    Map<String, Tensor> inputs = inputs(model);

    PassRun apart = PassChecks.applied(pass(Map.of("ratio", .5)), model, 100);

    assertThat(apart.after().graph().nodes()).hasSize(model.graph().nodes().size() + 1);
    Numbers.assertClose(Numbers.run(model, inputs), Numbers.run(apart.after(), inputs), 1e-3);
    Model together = PassChecks.applied(new MergeFactors(), apart.after()).after();
    assertThat(together.graph().nodes()).hasSize(model.graph().nodes().size());
    Numbers.assertClose(Numbers.run(apart.after(), inputs), Numbers.run(together, inputs), 1e-5);
  }

  /** Three numbers of a matrix of rank 2 are far from what they were. */
  private static Model withFew(String product) {
    Model model =
        ofRankTwo(
            """
            ir 10, opset 17
            graph g(x: float[N,16]) -> (y: float[N,18]) {
              w = float[16,18] ~ 1
              b = float[18] ~ 2
            %s}
            """
                .formatted(product));
    Value weight = model.graph().find("w");
    double[] numbers = weight.constant().orElseThrow().toDoubles();
    numbers[20] += 9;
    numbers[99] -= 7;
    numbers[211] += 8;
    model
        .graph()
        .setInitializer(weight, Tensor.ofNumbers(DataType.FLOAT, new long[] {16, 18}, numbers));
    return model;
  }

  @ParameterizedTest
  @ValueSource(strings = {"  y = MatMul(x, w)\n", "  y = Gemm(x, w, b)\n"})
  void fewNumbersStandBesideFactorsOfLowRank(String product) {
    Model model = withFew(product);
    Map<String, Tensor> inputs = inputs(model);
    Factorize pass = pass(Map.of("ratio", .26, "sparse", 3. / (16 * 18)));

    Model apart = PassChecks.applied(pass, model, 100).after();

    Numbers.assertClose(Numbers.run(model, inputs), Numbers.run(apart, inputs), 1e-2);
    Model low = PassChecks.applied(pass(Map.of("ratio", .25)), model, 100).after();
    assertThatThrownBy(
            () -> Numbers.assertClose(Numbers.run(model, inputs), Numbers.run(low, inputs), 1e-2))
        .isInstanceOf(AssertionError.class);
    Model together = PassChecks.applied(new MergeFactors(), apart).after();
    assertThat(together.graph().nodes()).hasSize(1);
    Numbers.assertClose(Numbers.run(apart, inputs), Numbers.run(together, inputs), 1e-5);
  }

  @Test
  void whatStandsBesideFactorsIsLessThanAll() {
    assertThatThrownBy(() -> pass(Map.of("ratio", .5, "sparse", .5)))
        .hasMessageContaining("sparse must be from 0 on and below ratio, which is 0.5, got 0.5");
  }

  @Test
  void noRankIsLeft() {
    PassRun.of(
            pass(Map.of("ratio", .01)),
            """
            ir 10, opset 17
            graph g(x: float[N,8,9,7]) -> (y: float[N,10,5,5]) {
              w = float[10,8,3,3] ~ 1
              c = Conv(x, w)
              v = float[5,5] ~ 1
              y = MatMul(c, v)
            }
            """)
        .refuses("its weight 'w' has no ranks that save enough")
        .refuses("its weight 'v' has no rank that saves any number");
  }

  /** One row tells nothing of seven of eight directions. */
  @Test
  void fewRowsAreTold() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[1,8]) -> (y: float[1,9]) {
              w = float[8,9] ~ 1
              y = MatMul(x, w)
            }
            """);

    assertThat(PassChecks.applied(pass(Map.of()), model, 1).changes())
        .anySatisfy(
            change ->
                assertThat(change.text())
                    .contains("1 rows of what it reads were seen, fewer than its 8 inputs"));
  }

  @Test
  void numbersThatAreNotFiniteAreTold() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,8]) -> (y: float[N,9]) {
              z = float[] {0}
              n = Div(z, z)
              u = Add(x, n)
              w = float[8,9] ~ 1
              y = MatMul(u, w)
            }
            """);

    assertThat(PassChecks.applied(pass(Map.of()), model, 4).changes())
        .anySatisfy(change -> assertThat(change.text()).contains("not seen, or was not finite"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MatMul", "Conv"})
  void aWeightThatIsNotFiniteIsNamed(String kind) {
    boolean convolution = kind.equals("Conv");
    long[] sizes = convolution ? new long[] {8, 8, 3, 3} : new long[] {8, 8};
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[SIZES]) -> (y: float[SIZES]) {
              w = float[WEIGHT] ~ 1
              y = KIND(x, w)
            }
            """
                .replace("SIZES", convolution ? "1,8,9,9" : "3,8")
                .replace("WEIGHT", convolution ? "8,8,3,3" : "8,8")
                .replace("KIND", kind)
                .replace("(y: float[1,8,9,9])", "(y: float[1,8,7,7])"));
    double[] numbers = new double[(int) Tensor.elementCount(sizes)];
    numbers[3] = Double.NaN;
    model
        .graph()
        .setInitializer(
            Objects.requireNonNull(model.graph().find("w")),
            Tensor.ofNumbers(DataType.FLOAT, sizes, numbers));

    assertThatThrownBy(() -> PassChecks.applied(pass(Map.of("whitened", false)), model))
        .hasMessageContaining("the weight 'w'");
  }

  /** Half of the inputs are always small, so that what multiplies them matters little. */
  @Test
  void whatMattersOnTheDataIsKept() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,12]) -> (y: float[N,12]) {
              s = float[12] {1, 1, 1, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01}
              w = float[12,12] ~ 1
              u = Mul(x, s)
              y = MatMul(u, w)
            }
            """);
    Map<String, Tensor> inputs = inputs(model);

    double whitened = error(model, pass(Map.of("ratio", .5)), inputs);
    double plain = error(model, pass(Map.of("ratio", .5, "whitened", false)), inputs);

    assertThat(whitened).isLessThan(plain / 10);
  }

  @Test
  void rowsThatAreLookedUpAreKept() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,12]) -> (y: float[2,12]) {
              i = int64[2] {3, 8}
              t = float[12,12] ~ 1
              r = Gather(t, i)
              s = ReduceSum(x)
              z = float[] {0}
              n = Mul(s, z)
              y = Add(r, n)
            }
            """);
    Map<String, Tensor> inputs = inputs(model);

    double whitened = error(model, pass(Map.of("ratio", .5)), inputs);
    double plain = error(model, pass(Map.of("ratio", .5, "whitened", false)), inputs);

    assertThat(whitened).isLessThan(plain / 10);
  }

  static double error(Model model, ModelPass pass, Map<String, Tensor> inputs) {
    double[] expected = Numbers.run(model, inputs).get("y").toDoubles();
    double[] actual =
        Numbers.run(PassChecks.applied(pass, model, 100).after(), inputs).get("y").toDoubles();
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      error += Math.pow(actual[i] - expected[i], 2);
    }
    return error;
  }

  @Test
  void smallWeightsAndTablesCanBeLeftAlone() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(i: int64[N]) -> (y: float[N,9]) {
              t = float[8,9] ~ 1
              y = Gather(t, i)
            }
            """);

    PassRun.of(pass(Map.of("tables", false)), model).refuses("tables are left alone");
    PassRun.of(pass(Map.of("minimum-elements", 100)), model)
        .refuses("its weight 't' has 72 elements, fewer than 100");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void generatedModelsComeApart(long seed) {
    Model model = GraphGenerator.model(seed);
    Model apart = PassChecks.applied(pass(Map.of()), model).after();
    Model together = PassChecks.applied(new MergeFactors(), apart).after();

    Map<String, Tensor> inputs = inputs(model);
    Numbers.assertClose(Numbers.run(apart, inputs), Numbers.run(together, inputs), 1e-3);
  }

  @Test
  void aReplayGivesTheSameBytes() {
    PassChecks.replayGivesTheSameBytes(
        pass(Map.of()),
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,8]) -> (y: float[N,9]) {
              w = float[8,9] ~ 1
              y = MatMul(x, w)
            }
            """),
        folder);
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> pass(Map.of("ratio", 1.5))).hasMessageContaining("ratio must be");
    assertThatThrownBy(() -> pass(Map.of("damping", 0))).hasMessageContaining("damping must be");
  }
}
