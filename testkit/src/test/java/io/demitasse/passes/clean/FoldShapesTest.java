package io.demitasse.passes.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.testkit.PassRun;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldShapesTest {
  private static final Map<String, Long> SIZES = Map.of("N", 3L, "T", 5L);

  private static PassRun run(String text) {
    return PassRun.of(new FoldShapes(), text);
  }

  @Test
  void aSizeThatNeverVariesBecomesAConstant() {
    run("""
    ir 8, opset 13
    graph g(x: float[N,T,4]) -> (y: float[...]) {
      w = float[2,2] {1, 2, 3, 4}
      start = int64[1] {2}
      end = int64[1] {3}
      shape = Shape(x)
      size = Slice(shape, start, end)
      scale = Reshape(w, size)
      y = Mul(x, scale)
    }
    """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[N,T,4]) -> (y: float[...]) {
              w = float[2,2] {1, 2, 3, 4}
              start = int64[1] {2}
              end = int64[1] {3}
              size = int64[1] {4}
              shape = Shape(x)
              scale = Reshape(w, size)
              y = Mul(x, scale)
            }
            """)
        .computesTheSame(0, SIZES);
  }

  @Test
  void aSizeThatIsGivenOutIsStillMadeByANode() {
    run("""
    ir 8, opset 13
    graph g(x: float[2,4]) -> (y: int32[2]) {
      s = Shape(x)
      y = Cast(s) <to=6>
    }
    """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[2,4]) -> (y: int32[2]) {
              s = Shape(x)
              y: int32[2] = Constant() <value=int32[2] {2, 4}>
            }
            """)
        .computesTheSame(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = Shape(x)",
        "s = Shape(x)  a = int64[] {0}  y = Gather(s, a)",
        "y = my.domain::Shape(x)",
        "y = Relu(x)",
      })
  void whatVariesIsLeftAlone(String body) {
    String text =
        "ir 8, opset 13, my.domain 1\ngraph g(x: float[N,T,4]) -> (y: float[...]) {\n"
            + body.replace("  ", "\n")
            + "\n}";
    assertThat(run(text).leavesAlone().changes()).isEmpty();
  }

  @Test
  void whatDependsOnConstantsAloneIsForFoldConstants() {
    run("ir 8, opset 13\ngraph g() -> (y: int64[1]) {\nw = float[3] {1, 2, 3}\ny = Shape(w)\n}")
        .leavesAlone();
  }
}
