package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.testkit.PassRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FuseBatchNormTest {
  private static final String FRAME =
      """
      ir 8, opset OPSET
      graph g(x: INPUT) -> (y: float[...]) {
        w = WEIGHT
        b = float[6] ~ 2
        scale = float[6] ~ 3 in [-1, 2]
        shift = float[6] ~ 4
        mean = float[6] ~ 5
        variance = float[6] ~ 6 in [0.1, 3]
        c = NODE # before
        y = BatchNormalization(c, scale, shift, mean, variance) <epsilon=1e-3> # norm
      }
      """;

  private static String text(int opset, String input, String weight, String node) {
    return FRAME
        .replace("OPSET", Integer.toString(opset))
        .replace("INPUT", input)
        .replace("WEIGHT", weight)
        .replace("NODE", node);
  }

  private static String conv(String node) {
    return text(13, "float[2,6,7,7]", "float[6,6,3,3] ~ 1", node);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float[2,4,7,7] | float[6,4,3,3] ~ 1 | Conv(x, w)",
        "float[2,4,7,7] | float[6,4,3,3] ~ 1 | Conv(x, w, b)",
        "float[2,4,7,7] | float[6,2,3,3] ~ 1 | Conv(x, w, b) <group=2>",
        "float[2,6,7,7] | float[6,1,3,3] ~ 1 | Conv(x, w) <group=6>",
        "float[2,6,7,7] | float[6,1,3,3] ~ 1 | Conv(x, w, b) <group=6>",
        "float[2,4,9]   | float[6,4,3] ~ 1   | Conv(x, w, b)",
        "float[2,4,7,7] | float[4,6,3,3] ~ 1 | ConvTranspose(x, w)",
        "float[2,4,7,7] | float[4,6,3,3] ~ 1 | ConvTranspose(x, w, b)",
        "float[2,4,7,7] | float[4,3,3,3] ~ 1 | ConvTranspose(x, w, b) <group=2>",
        "float[2,6,7,7] | float[6,1,3,3] ~ 1 | ConvTranspose(x, w, b) <group=6>",
        "float[2,6,7,7] | float[6,2,3,3] ~ 1 | ConvTranspose(x, w) <group=3>",
        "float[3,4]     | float[4,6] ~ 1     | Gemm(x, w, b)",
        "float[3,4]     | float[6,4] ~ 1     | Gemm(x, w, b) <transB=1, alpha=0.5, beta=2.0>",
      })
  void aNormalizationIsFoldedIntoWhatComesBefore(String input, String weight, String node) {
    for (int opset : new int[] {9, 21}) {
      PassRun run =
          PassRun.of(new FuseBatchNorm(), text(opset, input, weight, node)).computesTheSame(1e-5);
      assertThat(run.after().graph().nodes()).extracting(Node::name).containsExactly("before");
      assertThat(run.after().graph().initializers())
          .extracting(Value::name)
          .contains("w_folded")
          .doesNotContain("w", "scale", "shift", "mean", "variance");
      assertThat(run.changes())
          .singleElement()
          .matches(change -> change.text().equals("absorbed a batch normalization"));
    }
  }

  @Test
  void aMatMulGetsAnAddBehindIt() {
    PassRun run =
        PassRun.of(new FuseBatchNorm(), text(13, "float[3,4]", "float[4,6] ~ 1", "MatMul(x, w)"))
            .computesTheSame(1e-5);
    assertThat(run.after().graph().nodes())
        .extracting(Node::opType)
        .containsExactly("MatMul", "Add");
  }

  @Test
  void theNumbersAreThoseOfTheFormula() {
    PassRun.of(
            new FuseBatchNorm(),
            """
            ir 8, opset 13
            graph g(x: float[1,1,1]) -> (y: float[1,1,1]) {
              w = float[1,1,1] {3}
              scale = float[1] {2}
              shift = float[1] {0.75}
              mean = float[1] {1}
              variance = float[1] {15}
              c = Conv(x, w)
              y: float[1,1,1] = BatchNormalization(c, scale, shift, mean, variance) <epsilon=1.0>
            }
            """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[1,1,1]) -> (y: float[1,1,1]) {
              w_bias = float[1] {0.25}
              w_folded = float[1,1,1] {1.5}
              y: float[1,1,1] = Conv(x, w_folded, w_bias)
            }
            """);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 21})
  void whatAnotherNodeReadsIsLeftAlone(int opset) {
    String text = text(opset, "float[2,6,7,7]", "float[6,6,3,3] ~ 1", "Conv(x, w)");
    PassRun.of(new FuseBatchNorm(), text.replace("y = Batch", "z = Relu(c)\n  y = Batch"))
        .refuses("the inner value 'c' is also read by Relu -> 'z'");
    PassRun.of(
            new FuseBatchNorm(), text.replace("(y: float[...])", "(y: float[...], c: float[...])"))
        .refuses("the inner value 'c' is a graph output");
    PassRun.of(new FuseBatchNorm(), text.replace("y = Batch", "z = Conv(x, w)\n  y = Batch"))
        .refuses("the weight 'w' has other readers and would be stored twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "scale, shift | v, shift | 'v' is not a constant float tensor",
        "mean, variance | mean, v | 'v' is not a constant float tensor",
        "Conv(x, w) | Conv(x, u) | 'u' is not a constant float tensor",
        "Conv(x, w) | Conv(x, w, v) | 'v' is not a constant float tensor",
        "variance = float[6] ~ 6 in [0.1, 3] | variance = float[6] {1, 1, -2, 1, 1, 1}"
            + " | its variance and epsilon are not positive together",
        "<epsilon=1e-3> | <epsilon=1e-3, spatial=0> | it has statistics for each place",
        "<epsilon=1e-3> | <epsilon=1e-3, training_mode=1> | it is for training",
      })
  void whatDoesNotFitIsLeftAlone(String spelling, String other, String reason) {
    String text =
        conv("Conv(x, w)")
            .replace("(x: float[2,6,7,7])", "(x: float[2,6,7,7], v: float[6], u: float[6,6,3,3])")
            .replace(spelling, other);
    PassRun.of(new FuseBatchNorm(), text).refuses(reason);
  }

  @Test
  void aProductOfMoreDimensionsHasItsChannelsElsewhere() {
    PassRun.of(new FuseBatchNorm(), text(13, "float[2,6,4]", "float[4,6] ~ 1", "MatMul(x, w)"))
        .refuses("the product before is not known to have two dimensions");
    String scalar =
        text(13, "float[3,4]", "float[4,6] ~ 1", "Gemm(x, w, b)")
            .replace("b = float[6] ~ 2", "b = float[1] {1}");
    PassRun.of(new FuseBatchNorm(), scalar)
        .refuses("the bias 'b' is not one number for each output channel");
  }

  @Test
  void aNormalizationOfSomethingElseIsNotEvenReported() {
    assertThat(PassRun.of(new FuseBatchNorm(), conv("Relu(x)")).leavesAlone().changes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{1e10, 1e10} | {0, 0} | {1e-30, 1e-30}"
            + " | the weight and bias would leave what floats hold well",
        "{1e-30, 1e-30} | {0, 0} | {1e30, 1e30}"
            + " | the weight and bias would leave what floats hold well",
        "{1, 1} | {1000, 0} | {1, 1} | its mean is far larger than its deviation",
      })
  void whatFloatsDoNotHoldIsLeftAlone(String scale, String mean, String variance, String reason) {
    PassRun.of(
            new FuseBatchNorm(),
            """
            ir 8, opset 17
            graph g(x: float[N,3,4,4]) -> (y: float[...]) {
              w = float[2,3,1,1] {5e14, 4e14, -2e14, -7e14, 2e14, 3e15}
              scale = float[2] %s
              bias = float[2] {0.6, 0.4}
              mean = float[2] %s
              variance = float[2] %s
              c = Conv(x, w)
              y = BatchNormalization(c, scale, bias, mean, variance) <epsilon=1.0e-30>
            }
            """
                .formatted(scale, mean, variance)
                .replace(reason.startsWith("its mean") ? "e14" : "none", "")
                .replace(reason.startsWith("its mean") ? "e15" : "none", ""))
        .refuses(reason);
  }
}
