package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import io.demitasse.passes.quantize.QuantizeStatic.Calibration;
import io.demitasse.pipeline.Change;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cuts off the outputs of integer products: kernels stay integers at whatever bounds. */
class QuantizeClippedTest {
  private static final double BOUND = .04;

  private static final String CLIPPED =
      """
      ir 10, opset OPSET
      graph g(x: float[1,8,9,9], limit: float[]) -> (y: float[...]) {
        w = float[6,8,3,3] ~ 1
        v = float[6,6,3,3] ~ 2
        b = float[6] ~ 3
        slopes = float[6,1,1] ~ 4 in [0, 0.5]
        one = float[] {1}
        four = float[] {4}
        half = float[1] {0.5}
        minus = float[] {-1}
        little = float[] {-0.3}
        big = float[] {3.3}
        zero = float[] {0}
        six = float[] {6}
        c = Conv(x, w, b) # first
        r = NODE
        y = Conv(r, v, b) # second
      }
      """;

  private static PassRun check(String text) {
    QuantizeStatic pass =
        new QuantizeStatic(List.of(), true, Approximation.SATURATES, Calibration.MIN_MAX, 100);
    PassRun run = PassChecks.applied(pass, TextGraph.parse(text));
    return Approximation.checkAtAllLevels(run, BOUND, Map.of());
  }

  private static List<String> kernels(String text) {
    return Approximation.kernels(check(text), Map.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Clip(c, minus, one)",
        "Clip(c, little, big)",
        "Clip(c, zero, six)",
        "Clip(c, minus)",
        "Clip(c, _, one)",
        "Clip(c)",
        "Max(c, little)",
        "Min(big, c)",
        "Relu(c)",
        "LeakyRelu(c) <alpha=0.1>",
        "Min(a, six)\n a = Relu(c)",
        "Max(a, little)\n a = Clip(c, minus, big)",
        "Relu(a)\n a = Clip(c, minus, one)",
        "Relu(a)\n a = Relu(c)",
        "Add(a, half)\n a = Relu(c)",
        "Add(a, half)\n a = Clip(c, little, big)",
        "Mul(a, half)\n a = Clip(c, minus, one)",
      })
  void nothingIsComputedInFloats(String node) {
    List<String> lines = node.lines().toList();
    String spelled = lines.getFirst();
    String first = lines.size() == 1 ? "" : lines.get(1).strip() + "\n  ";
    for (String opset : List.of("13", "15", "17", "19", "20", "21")) {
      String text = CLIPPED.replace("OPSET", opset).replace("r = NODE", first + "r = " + spelled);
      assertThat(kernels(text))
          .contains("QLinearConv")
          .doesNotContain("Conv", "FusedConv", "Relu", "Clip", "Min", "Max");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Clip(c, one, four)  | Clip",
        "Clip(c, minus, little) | Clip",
        "Clip(c, minus, limit) | Clip",
        "Clip(c, four, one) | Clip",
        "Max(c, slopes)      | Max",
        "Max(c, one)         | Max",
        "PRelu(c, slopes)    | PRelu",
      })
  void whatNoGridCutsOffStandsBetweenIntegerKernels(String node, String kernel) {
    for (String opset : List.of("13", "21")) {
      assertThat(kernels(CLIPPED.replace("OPSET", opset).replace("NODE", node)))
          .contains("QLinearConv", kernel)
          .doesNotContain("Conv", "FusedConv");
    }
  }

  @Test
  void aClipThatRoundingMakesUpForIsTold() {
    PassRun run =
        check(CLIPPED.replace("OPSET", "17").replace("NODE", "Clip(c, minus, one) # cut"));
    assertThat(run.changes())
        .filteredOn(change -> change.node().equals("cut"))
        .extracting(Change::text)
        .containsExactly("is left to the rounding to 8-bit integers, which cuts off the same");
    assertThat(run.text()).contains("r = Conv(");
  }

  @Test
  void aReluDoesNotTakeAGridThatGoesBelowZero() {
    String text =
        """
        ir 8, opset 17
        graph g(x: float[1,8,9,9]) -> (y: float[...]) {
          w = float[6,8,3,3] ~ 1
          v = float[6,12,3,3] ~ 2
          c = Conv(x, w)
          d = Conv(x, w)
          r = Relu(c)
          k = Concat(r, d) <axis=1>
          y = Conv(k, v)
        }
        """;
    assertThat(kernels(text)).contains("QLinearConcat").doesNotContain("FusedConv", "Conv");
  }

  @Test
  void whatWasZeroThroughoutIsStillCutOff() {
    String text =
        CLIPPED
            .replace("OPSET", "17")
            .replace("Conv(x, w, b)", "Conv(n, w)")
            .replace("c =", "n = Mul(x, zero)\n  c =")
            .replace("NODE", "Clip(c, minus, one)");
    assertThat(kernels(text)).doesNotContain("Clip", "FusedConv");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"MatMul(x, w) | MatMulIntegerToFloat,QLinearMatMul", "Gemm(x, w, b) | QGemm"})
  void aProductInFrontOfAClipAtTheEndIsAnIntegerKernel(String product, String kernels) {
    for (String clip : List.of("Clip(p, minus, one)", "Clip(p, one, four)", "Relu(p)")) {
      String text =
          """
          ir 8, opset 17
          graph g(x: float[5,64]) -> (y: float[...]) {
            w = float[64,6] ~ 1
            b = float[6] ~ 2
            minus = float[] {-1}
            one = float[] {1}
            four = float[] {4}
            p = PRODUCT
            r = CLIP
            y = Neg(r)
          }
          """
              .replace("PRODUCT", product)
              .replace("CLIP", clip);
      assertThat(kernels(text)).containsAnyOf(kernels.split(","));
    }
  }

  @Test
  void aTransposeThatReversesAxesIsSpelledOutBehindIntegers() {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[1,8,9,9]) -> (y: float[...], z: float[...]) {
          w = float[6,8,3,3] ~ 1
          v = float[4,7,2,1] ~ 2
          c = Conv(x, w)
          t = Transpose(c)
          y = Conv(t, v)
          d = Conv(x, w)
          s = Sin(d)
          u = Transpose(d)
          z = Exp(u)
        }
        """;
    assertThat(check(text).after().graph().nodes())
        .filteredOn(node -> node.is("Transpose"))
        .hasSize(2)
        .allMatch(node -> node.attribute("perm") != null);
  }
}
