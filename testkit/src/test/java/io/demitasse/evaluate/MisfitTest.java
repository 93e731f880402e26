package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.DemitasseException.Kind;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ops.RunEstimate;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Runtime.SessionOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What ONNX Runtime does not refuse but ends the process over never reaches it. Without that this
 * test ends too, with all the others.
 */
class MisfitTest {
  private static final Ports PORTS = BoundedRuntime.bound(Ports.find(), new Memory(1 << 30));

  private static Model model(int opset, String input, String nodes) {
    return TextGraph.parse("opset " + opset + "\ngraph g(x: " + input + ") -> (y) {" + nodes + "}");
  }

  private static Map<String, Tensor> zeros(DataType type, String sizes) {
    long[] shape =
        sizes.equals("-")
            ? new long[0]
            : Arrays.stream(sizes.split(",")).mapToLong(Long::parseLong).toArray();
    double[] numbers = new double[(int) Tensor.elementCount(shape)];
    return Map.of("x", Tensor.ofNumbers(type, shape, numbers));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          14 | 5       | y = Einsum(x, x) <equation="bij,bkj->bik">
          14 | 2,3,4,5 | y = Einsum(x, x) <equation="bij, bkj -> bik">
          14 | -       | y = Einsum(x, x) <equation="b...j,bkj->bk">
          14 | 5       | y = Einsum(x) <equation="ii">
          17 | 2,3     | w = float[1,16,3] ~ 1 r = float[1,16,4] ~ 1 y = LSTM(x, w, r) <hidden_size=4>
          17 | -       | w = float[1,12,3] ~ 1 r = float[1,12,4] ~ 1 y = GRU(x, w, r) <hidden_size=4>
          17 | 2,3     | w = float[1,4,3] ~ 1 r = float[1,4,4] ~ 1 y = RNN(x, w, r) <hidden_size=4>
          17 | 5       | l = int64[1] {9} y = ReverseSequence(x, l)
          17 | 1,2,8,8 | s = float[2] {2, 2} y = Resize(x, _, s)
          10 | 1,2,8,8 | s = float[2] {2, 2} y = Resize(x, s)
          17 | 1,2,8,8 | s = int64[2] {2, 2} y = Resize(x, _, _, s)
          9  | 1,2,8,8 | s = float[3] {1, 2, 2} y = Upsample(x, s)
          7  | 1,2,8,8 | y = Upsample(x) <scales=[2.0, 2.0]>
          17 | 4,2     | r = float[2,4] ~ 1 i = int64[2] {0, 0} y = RoiAlign(x, r, i)
          17 | 4       | f = float[1,2,8,8] ~ 1 i = int64[2] {0, 0} y = RoiAlign(f, x, i)
          17 | 4,2     | r = float[2,5] ~ 1 y = MaxRoiPool(x, r) <pooled_shape=[2, 2]>
          17 | -       | y = DFT(x) <axis=9>
          17 | -       | a = int64[] {8} y = STFT(x, a)
          17 | 5       | y = Transpose(x) <perm=[0, 2, 1]>
          17 | 5       | t = Transpose(x) <perm=[0, 2, 1]> y = MatMul(x, t)
          17 | 5       | s = int64[3] {0, 0, 0} e = int64[3] {1, 1, 1} y = Slice(x, s, e)
          """)
  void inputsWithOtherThanTheRightAxesAreRefused(int opset, String sizes, String nodes) {
    try (Runtime.Session session =
        PORTS.runtime().open(model(opset, "float[...]", nodes), SessionOptions.of(1))) {
      assertThatThrownBy(() -> session.run(zeros(DataType.FLOAT, sizes)))
          .isInstanceOfSatisfying(
              DemitasseException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_REQUEST))
          .hasMessageStartingWith("The model cannot run at {x=[")
          .hasMessageContaining(" its input ")
          .hasMessageEndingWith("Give inputs with another number of axes.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "w = uint8[4,2,3,3] ~ 1 in [0, 9] y = ConvInteger(x, w)",
        "s = float[] {1} z = uint8[] {0} w = uint8[4,2,3,3] ~ 1 in [0, 9]"
            + " y = QLinearConv(x, s, z, w, s, z, s, z)",
      })
  void integerConvolutionsOfNumbersAreRefused(String nodes) {
    try (Runtime.Session session =
        PORTS.runtime().open(model(17, "uint8[...]", nodes), SessionOptions.of(1))) {
      assertThatThrownBy(() -> session.run(zeros(DataType.UINT8, "-")))
          .hasMessageContaining("has 0 axes, expected at least 2");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Relu(x) y = Einsum(a, a) <equation=\"bij,bkj->bik\">",
        "m = int32[1] {-2147483648} n = int32[1] {-1} y = Div(m, n)",
        "m = int32[3] {1, -2147483648, 2} n = int32[3] {-1, -1, 1} y = Mod(m, n)",
        "m = int64[] {-9223372036854775808} n = int64[2] {3, -1} y = Div(m, n)",
      })
  void whatNoInputsCanRunIsABadModel(String nodes) {
    Model model = model(17, "float[2,3]", nodes);
    assertThatThrownBy(() -> PORTS.runtime().open(model, SessionOptions.of(1)))
        .isInstanceOfSatisfying(
            DemitasseException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_MODEL))
        .hasMessageStartingWith("The model cannot run on any inputs: ");
    assertThat(PORTS.runtime().refuses(model)).isPresent();
  }

  @Test
  void whatTheFileDeclaresOfInnerValuesIsNotBelieved() {
    String nodes = "a: float[2,3] = Relu(x) y = Einsum(a, a) <equation=\"bij,bkj->bik\">";
    RunEstimate estimate = RunEstimate.of(model(14, "float[...]", nodes).graph(), Map.of());
    assertThat(estimate.contradictions()).hasSize(1);
    assertThat(estimate.misfits()).isEmpty();
  }

  @Test
  void aBranchThatIsNotTakenNeedNotFit() {
    String nodes =
        """
        three = int64[] {3}
        sizes = Shape(x)
        rank = Size(sizes)
        fits = Equal(rank, three)
        y = If(fits) <
          then_branch=graph yes() -> (a) { a = Einsum(x, x) <equation="bij,bkj->bik"> },
          else_branch=graph no() -> (b) { b = Identity(x) }
        >
        """;
    try (Runtime.Session session =
        PORTS.runtime().open(model(14, "float[...]", nodes), SessionOptions.of(1))) {
      assertThat(session.run(zeros(DataType.FLOAT, "2,3"))).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t = Transpose(d)",
        "i = Identity(d) t = Transpose(i)",
      })
  void aTransposeThatDoesNotListItsAxesBehindADequantizationRuns(
      String transposed, @TempDir Path folder) {
    Model model =
        model(
            17,
            "float[2,3]",
            """
            s = float[4] {1, 2, 1, 2}
            w = int8[4,3] ~ 1 in [0, 9]
            d = DequantizeLinear(w, s) <axis=0>
            %s
            y = MatMul(x, t)
            """
                .formatted(transposed));
    Path file = folder.resolve("model.onnx");
    PORTS.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
    for (Runtime.Optimization level : Runtime.Optimization.values()) {
      SessionOptions options = SessionOptions.of(1).with(level);
      assertThat(PORTS.runtime().refuses(model)).isEmpty();
      try (Runtime.Session one = PORTS.runtime().open(model, options);
          Runtime.Session other = PORTS.runtime().open(file, options)) {
        Map<String, Tensor> inputs = zeros(DataType.FLOAT, "2,3");
        assertThat(one.run(inputs).get("y").sizes()).containsExactly(2, 4);
        assertThat(other.run(inputs).get("y").sizes()).containsExactly(2, 4);
      }
    }
  }
}
