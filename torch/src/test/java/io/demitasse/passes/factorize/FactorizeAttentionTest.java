package io.demitasse.passes.factorize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassOptions;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads whose products have a low rank become smaller without a loss. */
final class FactorizeAttentionTest {
  private static final String MODEL =
      """
      ir 10, opset 17
      graph g(x: float[N,5,8]) -> (y: float[N,2,5,5]) {
        wq = float[8,8] ~ 1
        bq = float[8] ~ 2
        wk = float[8,8] ~ 3
        bk = float[8] ~ 4
        s = int64[4] {0, 0, 2, 4}
        d = float[] {2}
        q = MatMul(x, wq)
        qb = Add(bq, q)
        qr = Reshape(qb, s)
        qt = Transpose(qr) <perm=[0,2,1,3]>
        k = MatMul(x, wk)
        kb = Add(k, bk)
        kr = Reshape(kb, s)
        kt = Transpose(kr) <perm=[0,2,3,1]>
        z = MatMul(qt, kt)
        zs = Div(z, d)
        y = Softmax(zs) <axis=-1>
      }
      """;

  @TempDir private Path folder;

  private static FactorizeAttention pass(Map<String, Object> more) {
    Map<String, Object> options = new HashMap<>(Map.of("damping", 1e-5));
    options.putAll(more);
    return PassOptions.of(FactorizeAttention.class, options);
  }

  /** Makes keys, with their bias, of rank 2. */
  private static Model ofRankTwo(String text) {
    Model model = TextGraph.parse(text);
    double[] numbers = new double[9 * 8];
    for (int i = 0; i < numbers.length; i++) {
      double row = i / 8 + 1;
      double column = i % 8 + 1;
      numbers[i] = Math.sin(row) * Math.cos(2 * column) + Math.cos(3 * row) * Math.sin(column);
    }
    set(model, "wk", Arrays.copyOf(numbers, 64), 8, 8);
    if (model.graph().find("bk") != null) {
      set(model, "bk", Arrays.copyOfRange(numbers, 64, 72), 8);
    }
    return model;
  }

  private static void set(Model model, String name, double[] numbers, long... sizes) {
    Value value = Objects.requireNonNull(model.graph().find(name));
    model.graph().setInitializer(value, Tensor.ofNumbers(DataType.FLOAT, sizes, numbers));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "qt = Transpose(qr) <perm=[0,2,1,3]>=>"
            + "qu = Transpose(qr) <perm=[0,2,1,3]>\\nqt = Div(qu, d)",
        "kt = Transpose(kr) <perm=[0,2,3,1]>=>"
            + "ku = Transpose(kr) <perm=[0,2,1,3]>\\nkt = Transpose(ku) <perm=[0,1,3,2]>",
        "qb = Add(bq, q)=>qb = Identity(q)"
      })
  void headsOfTheRankBecomeSmallerWithoutALoss(String change) {
    String[] two = change.split("=>", 2);
    String text = change.isEmpty() ? MODEL : MODEL.replace(two[0], two[1].replace("\\n", "\n"));
    Model model = ofRankTwo(text);
    Map<String, Tensor> inputs = FactorizeTest.inputs(model);

    for (boolean whitened : new boolean[] {false, true}) {
      Model small =
          PassChecks.applied(pass(Map.of("ratio", .5, "whitened", whitened)), model, 20).after();

      assertThat(small.graph().nodes()).hasSize(model.graph().nodes().size());
      assertThat(
              small.graph().nodes().stream()
                  .filter(node -> node.is("MatMul"))
                  .flatMap(node -> node.constantInput(1).stream())
                  .map(Tensor::sizes))
          .containsExactly(new long[] {8, 4}, new long[] {8, 4});
      Numbers.assertClose(Numbers.run(model, inputs), Numbers.run(small, inputs), 1e-3);
    }
  }

  @Test
  void moreOfTheHeadsKeepsMore() {
    Model model = TextGraph.parse(MODEL);

    assertThat(error(model, pass(Map.of("ratio", .75))))
        .isLessThan(error(model, pass(Map.of("ratio", .25))) / 2);
  }

  /** Half of the inputs are always small, so that what multiplies them matters little. */
  @Test
  void whatMattersOnTheDataIsKept() {
    Model model =
        TextGraph.parse(
            MODEL
                .replace("x: float", "v: float")
                .replace(
                    "q = MatMul(x, wq)",
                    "c = float[8] {1, 1, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01}\n"
                        + "x = Mul(v, c)\nq = MatMul(x, wq)"));

    double whitened = error(model, pass(Map.of()));
    double plain = error(model, pass(Map.of("whitened", false)));

    assertThat(whitened).isLessThan(plain / 2);
  }

  private static double error(Model model, FactorizeAttention pass) {
    return FactorizeTest.error(model, pass, FactorizeTest.inputs(model));
  }

  @Test
  void whatActsOnQueriesOrKeysBetweenKeepsThem() {
    PassRun.of(
            pass(Map.of()),
            MODEL.replace(
                "qt = Transpose(qr) <perm=[0,2,1,3]>",
                "qu = Transpose(qr) <perm=[0,2,1,3]>\n"
                    + "rotary = float[5,4] ~ 5\nqt = Mul(qu, rotary)"))
        .refuses("Mul -> 'qt' acts on what is multiplied");
    PassRun.of(pass(Map.of()), MODEL.replace("zs = Div(z, d)", "r = Relu(qt)\nzs = Div(z, d)"))
        .refuses("others read 'qt'");
  }

  @Test
  void aWeightThatOthersReadKeepsThem() {
    PassRun.of(pass(Map.of()), MODEL.replace("MatMul(x, wk)", "MatMul(x, wq)"))
        .refuses("its weight 'wq' is no matrix of floats of its own");
  }

  @Test
  void aHeadThatWouldLoseNothingStays() {
    PassRun.of(pass(Map.of("ratio", .99)), MODEL).refuses("of 4 places of a head 4 would stay");
    PassRun.of(pass(Map.of("ratio", .01)), MODEL).refuses("of 4 places of a head 0 would stay");
  }

  @Test
  void fewRowsAreTold() {
    Model model = TextGraph.parse(MODEL.replace("N,5", "1,5").replace("N,2", "1,2"));

    assertThat(PassChecks.applied(pass(Map.of()), model, 1).changes())
        .anySatisfy(
            change -> assertThat(change.text()).contains("5 rows of what it reads were seen"));
  }

  @Test
  void aWeightThatIsNotFiniteIsNamed() {
    Model model = TextGraph.parse(MODEL);
    double[] numbers = new double[64];
    numbers[9] = Double.NaN;
    set(model, "wk", numbers, 8, 8);

    assertThatThrownBy(() -> PassChecks.applied(pass(Map.of("whitened", false)), model))
        .hasMessageContaining("the weight 'wk'");
  }

  @Test
  void aReplayGivesTheSameBytes() {
    PassChecks.replayGivesTheSameBytes(pass(Map.of()), TextGraph.parse(MODEL), folder);
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> pass(Map.of("ratio", 0))).hasMessageContaining("ratio must be");
    assertThatThrownBy(() -> pass(Map.of("damping", 0))).hasMessageContaining("damping must be");
  }
}
