package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.testkit.PassRun;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FuseSkipLayerNormTest {
  private static final Map<String, Long> SIZES = Map.of("B", 2L, "S", 5L);

  private static final String SPELLED =
      """
      ir 8, opset 17
      graph g(x: float[B,S,4], r: float[B,S,4]) -> (y: float[B,S,4]) {
        scale = float[4] {1, 2, -3, 0.5}
        bias = float[4] {0.1, 0, 0.2, -1}
        s = Add(x, r)
        y = LayerNormalization(s, scale, bias) <axis=-1, epsilon=1e-6>
      }
      """;

  @Test
  void aSumAndItsNormalizationBecomeOneNode() {
    PassRun.of(new FuseSkipLayerNorm(), SPELLED)
        .gives(
            """
            ir 8, opset 17, com.microsoft 1
            graph g(x: float[B,S,4], r: float[B,S,4]) -> (y: float[B,S,4]) {
              scale = float[4] {1, 2, -3, 0.5}
              bias = float[4] {0.1, 0, 0.2, -1}
              y: float[B,S,4] = com.microsoft::SkipLayerNormalization(x, r, scale, bias) <epsilon=1e-6>
            }
            """)
        .computesTheSame(1e-5, SIZES);
  }

  @Test
  void aSumThatIsReadElsewhereIsTheFourthOutput() {
    String text =
        SPELLED
            .replace("(y: float[B,S,4])", "(y: float[B,S,4], t: float[B,S,4], s: float[B,S,4])")
            .replace("y = Layer", "t = Relu(s)\n  y = Layer");
    PassRun run = PassRun.of(new FuseSkipLayerNorm(), text);
    assertThat(run.text()).contains("y, _, _, s = com.microsoft::SkipLayerNormalization(");
    run.computesTheSame(1e-5, SIZES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r: float[1,S,4]", "r: float[S,4]"})
  void theSkipMayLackABatchOnEitherSide(String skip) {
    String text = SPELLED.replace("r: float[B,S,4]", skip);
    PassRun right = PassRun.of(new FuseSkipLayerNorm(), text).computesTheSame(1e-5, SIZES);
    PassRun left =
        PassRun.of(new FuseSkipLayerNorm(), text.replace("Add(x, r)", "Add(r, x)"))
            .computesTheSame(1e-5, SIZES);
    assertThat(right.text()).contains("SkipLayerNormalization(x, r,");
    assertThat(left.text()).contains("SkipLayerNormalization(x, r,");
  }

  @Test
  void aBiasMayBeMissing() {
    PassRun run =
        PassRun.of(new FuseSkipLayerNorm(), SPELLED.replace("s, scale, bias", "s, scale"));
    assertThat(run.after().graph().nodes())
        .singleElement()
        .hasToString("com.microsoft.SkipLayerNormalization -> 'y'");
    run.computesTheSame(1e-5, SIZES);
  }

  @Test
  void twoDimensionsAreEnough() {
    String text = SPELLED.replace("[B,S,4]", "[S,4]");
    PassRun run = PassRun.of(new FuseSkipLayerNorm(), text);
    assertThat(run.text()).contains("SkipLayerNormalization");
    run.computesTheSame(1e-5, Map.of("S", 5L));
  }

  @Test
  void sizesAreFollowedThroughTheArithmeticOfReshapes() {
    String text =
        """
        ir 8, opset 17
        graph g(x: float[B,S,4]) -> (y: float[...]) {
          scale = float[4] {1, 2, -3, 0.5}
          first = int64[] {0}
          second = int64[] {1}
          axis = int64[1] {0}
          two = int64[1] {2}
          four = int64[1] {4}
          w = float[4,4] ~ 3
          sizes = Shape(x)
          b = Gather(sizes, first)
          l = Gather(sizes, second)
          b1 = Unsqueeze(b, axis)
          l1 = Unsqueeze(l, axis)
          heads = Concat(b1, l1, two, two) <axis=0>
          h = Reshape(x, heads)
          t = Transpose(h) <perm=[0, 2, 1, 3]>
          u = Transpose(t) <perm=[0, 2, 1, 3]>
          merged = Concat(b1, l1, four) <axis=0>
          m = Reshape(u, merged)
          p = MatMul(m, w)
          s = Add(p, x)
          y = LayerNormalization(s, scale)
        }
        """;
    PassRun run = PassRun.of(new FuseSkipLayerNorm(), text).computesTheSame(1e-5, SIZES);
    assertThat(run.text()).contains("SkipLayerNormalization(p, x, scale)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "r: float[B,S,4] | r: float[B,T,4] | the shapes 'x' [B,S,4] and 'r' [B,T,4] are not known"
            + " to be equal, of two or three dimensions",
        "r: float[B,S,4] | r: float[4] | the shapes 'x' [B,S,4] and 'r' [4] are not known to be"
            + " equal, of two or three dimensions",
        "r: float[B,S,4] | r: float[...] | the shapes 'x' [B,S,4] and 'r' [...] are not known to be"
            + " equal, of two or three dimensions",
        "r: float[B,S,4] | r: float[B,1,4] | the shapes 'x' [B,S,4] and 'r' [B,1,4] are not known"
            + " to be equal, of two or three dimensions",
        "[B,S,4] | [B,S,3,4] | the shapes 'x' [B,S,3,4] and 'r' [B,S,3,4] are not known to be"
            + " equal, of two or three dimensions",
        "axis=-1 | axis=1 | it does not normalize the last axis alone",
        "r: float[B,S,4] | r: float[B,S,4], shift: float[4] | 'shift' is not constant",
        "y = Layer | y, mean = Layer | its mean and deviation are read",
      })
  void whatDoesNotFitIsLeftAlone(String spelling, String other, String reason) {
    String text = SPELLED.replace(spelling, other);
    if (other.contains("shift")) {
      text = text.replace("scale, bias)", "scale, shift)");
    }
    PassRun.of(new FuseSkipLayerNorm(), text).refuses(reason);
  }
}
