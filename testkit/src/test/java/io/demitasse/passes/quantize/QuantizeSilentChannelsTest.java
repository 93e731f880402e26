package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import io.demitasse.passes.quantize.QuantizeStatic.Calibration;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Channels whose weights are zero or next to it, and whose output is their bias. */
class QuantizeSilentChannelsTest {
  private static final double BOUND = .02;

  private static PassRun check(String text, boolean perChannel) {
    QuantizeStatic pass =
        new QuantizeStatic(List.of(), perChannel, false, Calibration.MIN_MAX, 100);
    PassRun run = PassChecks.applied(pass, TextGraph.parse(text));
    assertThat(run.changes()).isNotEmpty().allMatch(change -> change.applied());
    return Approximation.checkAtAllLevels(run, BOUND, Map.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float[1,4,6,6] | float[4,4,3,3] | Conv(x, w, b)",
        "float[1,4,6,6] | float[4,2,3,3] | Conv(x, w, b) <group=2>",
        "float[1,4,6,6] | float[4,1,3,3] | Conv(x, w, b) <group=4>",
        "float[1,4,9]   | float[4,4,3]   | Conv(x, w, b)",
        "float[1,4,4,4,4] | float[4,4,2,2,2] | Conv(x, w, b)",
        "float[5,8]     | float[8,4]     | Gemm(x, w, b)",
        "float[5,8]     | float[4,8]     | Gemm(x, w, b) <transB=1>",
      })
  void theBiasIsKept(String input, String weight, String node) {
    for (String range : List.of("[0, 0]", "[-1e-30, 1e-30]", "[-1e-40, 1e-40]", "[-1e-7, 1e-7]")) {
      for (String opset : List.of("13", "21")) {
        String text =
            """
            ir 10, opset OPSET
            graph g(x: INPUT) -> (y: float[...]) {
              w = WEIGHT ~ 1 in RANGE
              b = float[4] {0.7, -0.2, 1.5, 0}
              y = NODE
            }
            """
                .replace("OPSET", opset)
                .replace("INPUT", input)
                .replace("WEIGHT", weight)
                .replace("RANGE", range)
                .replace("NODE", node);
        check(text, true);
        check(text, false);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1, 1e4, 1e8})
  void theBiasOfASilentChannelBesideOthersIsKept(double bias) {
    String text =
        """
        ir 8, opset 17
        graph g(x: float[1,1,6,6]) -> (y: float[...]) {
          w = float[3,1,1,1] {0, 0.25, 0}
          b = float[3] {BIAS, BIAS, 0}
          c = Conv(x, w, b)
          y = Sin(c)
        }
        """
            .replace("BIAS", Double.toString(bias))
            .replace("y = Sin(c)", "scale = float[] {1}\n  y = Mul(c, scale)");
    check(text, true);
  }
}
