package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.testkit.PassRun;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FuseMatMulAddTest {
  private static final Map<String, Long> SIZES = Map.of("N", 5L);

  private static final String SPELLED =
      """
      ir 8, opset 7
      graph g(x: float[N,3]) -> (y: float[N,2]) {
        w = float[3,2] {1, 2, 3, 4, 5, 6}
        b = float[2] {0.5, -0.5}
        p = MatMul(x, w) # product
        y = Add(p, b) # sum
      }
      """;

  @ParameterizedTest
  @ValueSource(strings = {"Add(p, b)", "Add(b, p)"})
  void aProductAndItsBiasBecomeOneNode(String sum) {
    PassRun.of(new FuseMatMulAdd(), SPELLED.replace("Add(p, b)", sum))
        .gives(
            """
            ir 8, opset 7
            graph g(x: float[N,3]) -> (y: float[N,2]) {
              w = float[3,2] {1, 2, 3, 4, 5, 6}
              b = float[2] {0.5, -0.5}
              y: float[N,2] = Gemm(x, w, b) # product
            }
            """)
        .computesTheSame(1e-6, SIZES);
  }

  @Test
  void aBiasOfTwoDimensionsIsFlattened() {
    PassRun.of(
            new FuseMatMulAdd(),
            SPELLED
                .replace("b = float[2]", "b = float[1,2]")
                .replace("opset 7", "opset 21")
                .replace("ir 8", "ir 10"))
        .gives(
            """
            ir 10, opset 21
            graph g(x: float[N,3]) -> (y: float[N,2]) {
              w = float[3,2] {1, 2, 3, 4, 5, 6}
              b_flat = float[2] {0.5, -0.5}
              y: float[N,2] = Gemm(x, w, b_flat) # product
            }
            """)
        .computesTheSame(1e-6, SIZES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "x: float[N,3] | x: float[N,4,3] | its activation has 3 dimensions, and Gemm takes two",
        "x: float[N,3] | x: float[...] | its activation has an unknown number of dimensions, and"
            + " Gemm takes two",
        "b = float[2] {0.5, -0.5} | b = float[1] {1} | 'b' is float[1], expected one number for"
            + " each of 2 channels",
        "b = float[2] {0.5, -0.5} | b = float[2,1] {1, 2}"
            + " | 'b' is float[2,1], expected one number for each of 2 channels",
        "b = float[2] {0.5, -0.5} | b = float[1,1,2] {1, 2}"
            + " | 'b' is float[1,1,2], expected one number for each of 2 channels",
        "y = Add | z = Relu(p)  y = Add | the inner value 'p' is also read by Relu -> 'z'",
      })
  void whatDoesNotFitIsLeftAlone(String spelling, String other, String reason) {
    String text = SPELLED.replace("(y: float[N,2])", "(y: float[...])");
    PassRun.of(new FuseMatMulAdd(), text.replace(spelling, other.replace("  ", "\n")))
        .refuses(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x: float[N,3], w: float[3,2]", "x: float[N,3], b: float[2]"})
  void anAdditionToAnythingElseIsNotEvenReported(String inputs) {
    String name = inputs.substring(15, 16);
    String text =
        SPELLED.replaceAll("  " + name + " = float.*\n", "").replace("x: float[N,3]", inputs);
    assertThat(PassRun.of(new FuseMatMulAdd(), text).leavesAlone().changes()).isEmpty();
  }
}
