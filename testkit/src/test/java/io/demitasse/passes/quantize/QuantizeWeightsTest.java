package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizeWeightsTest {
  private static final QuantizeWeights PASS = new QuantizeWeights(true, true, 16);
  private static final double BOUND = .02;

  private static PassRun check(PassRun run) {
    boolean open =
        run.text().contains("[N,") || run.text().contains("[N]") || run.text().contains(",N,");
    return Approximation.check(run, BOUND, open ? Map.of("N", 3L) : Map.of());
  }

  private static List<String> operators(PassRun run) {
    return run.after().graph().nodes().stream().map(Node::opType).toList();
  }

  private static List<String> initializers(PassRun run) {
    return run.after().graph().initializers().stream().map(Value::toString).toList();
  }

  private static String graph(String input, String weight, String node) {
    return """
    ir 10, opset 13
    graph g(x: %s) -> (y: float[...]) {
      w = %s
      y = %s # it
    }
    """
        .formatted(input, weight, node);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float[N,64]      | float[64,32] ~ 1    | MatMul(x, w)                            | 32 |"
            + " axis=1",
        "float[3,N,64]    | float[3,64,32] ~ 1  | MatMul(x, w)                            | 32 |"
            + " axis=2",
        "float[N,64]      | float[64,32] ~ 1    | Gemm(x, w)                              | 32 |"
            + " axis=1",
        "float[N,64]      | float[32,64] ~ 1    | Gemm(x, w) <transB=1>                   | 32 |"
            + " axis=0",
        "float[N,8,9,9]   | float[6,8,3,3] ~ 1  | Conv(x, w)                              | 6  |"
            + " axis=0",
        "float[N,8,9,9]   | float[8,1,3,3] ~ 1  | Conv(x, w) <group=8>                    | 8  |"
            + " axis=0",
        "float[N,8,9,9]   | float[8,6,3,3] ~ 1  | ConvTranspose(x, w)                     | 6  |"
            + " axis=1",
        "float[N,8,9,9]   | float[8,3,3,3] ~ 1  | ConvTranspose(x, w) <group=2>           | 3  |"
            + " axis=1",
      })
  void aWeightIsDequantizedInFrontOfItsReader(
      String input, String weight, String node, int channels, String axis) {
    PassRun run = check(PassRun.of(PASS, graph(input, weight, node)));
    assertThat(operators(run)).startsWith("DequantizeLinear").hasSize(2);
    assertThat(run.text()).contains(axis);
    assertThat(initializers(run)).contains("w_scale: float[" + channels + "]");
  }

  @Test
  void bothWeightsOfARecurrenceAreStored() {
    String text =
        """
        ir 10, opset 14
        graph g(x: float[5,1,8]) -> (y: float[...]) {
          w = float[1,24,8] ~ 1
          r = float[1,24,6] ~ 2
          y = LSTM(x, w, r) <hidden_size=6>
        }
        """;
    PassRun run = check(PassRun.of(PASS, text));
    assertThat(operators(run)).containsExactly("DequantizeLinear", "DequantizeLinear", "LSTM");
    assertThat(initializers(run)).contains("w_quantized: int8[1,24,8]", "r_scale: float[24]");
  }

  @Test
  void aTableStaysIntegerInMemory() {
    PassRun run = PassRun.of(PASS, graph("int64[N]", "float[40,16] ~ 1", "Gather(w, x)"));
    assertThat(operators(run)).containsExactly("Gather", "Gather", "Cast", "Mul");
    check(run);
  }

  @Test
  void readersOfOneWeightShareWhatIsDequantized() {
    String text =
        graph("float[N,32]", "float[32,32] ~ 1", "MatMul(x, w)")
            .replace("# it", "# it\n  z = MatMul(y, w)");
    PassRun run = check(PassRun.of(PASS, text));
    assertThat(operators(run)).containsExactly("DequantizeLinear", "MatMul", "MatMul");
  }

  @Test
  void aWeightWithinAConstantNodeIsReplacedToo() {
    String text = graph("float[N,64]", "Constant() <value=float[64,32] ~ 1>", "MatMul(x, w)");
    PassRun run = check(PassRun.of(PASS, text));
    assertThat(operators(run)).containsExactly("DequantizeLinear", "MatMul");
  }

  @ParameterizedTest
  @CsvSource({"true,false", "false,true", "false,false"})
  void scalesAreOfTheKindAskedFor(boolean perChannel, boolean symmetric) {
    PassRun run =
        check(
            PassRun.of(
                new QuantizeWeights(perChannel, symmetric, 16),
                graph("float[N,64]", "float[64,32] ~ 1", "MatMul(x, w)")));
    assertThat(initializers(run)).contains(perChannel ? "w_scale: float[32]" : "w_scale: float[]");
    assertThat(run.after().graph().nodes().getFirst().inputs()).hasSize(symmetric ? 2 : 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "float[N,8,3] | float[8,1] ~ 1 | PRelu(x, w) | its weight 'w' has 8 elements, fewer than"
            + " 16",
        "float[N,16,3] | float[16,1] ~ 1 | PRelu(x, w) | the channels of its weight are not known",
        "int64[N] | float[2,4,4] ~ 1 | Gather(w, x) | its weight is float[2,4,4], expected two"
            + " dimensions",
        "float[N,64] | float[64,32] ~ 1 | MatMul(x, w)  z = Relu(w)"
            + " | its weight 'w' is also read by Relu 'it', which keeps it as it is",
      })
  void whatDoesNotFitIsLeftAloneWithTheReason(
      String input, String weight, String node, String reason) {
    PassRun.of(PASS, graph(input, weight, node.replace("  ", "\n"))).refuses(reason);
  }
}
