package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.PartContext;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.util.LinkedHashMap;
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

  /** On rows of 64, whose mean is as far from zero as a constant takes it. */
  private static final String SHIFTED =
      """
      ir 8, opset 17
      graph g(x: float[B,S,64]) -> (y: float[B,S,64]) {
        scale = float[64] ~ 1 in [0.5, 2]
        shift = float[] {%s}
        r = Add(x, shift)
        s = Add(x, r)
        y = LayerNormalization(s, scale)
      }
      """;

  /** The pass on a model of which data showed rows with means of so many deviations. */
  private static PassRun seen(double ratio, String text) {
    Model model = TextGraph.parse(text);
    FuseSkipLayerNorm pass = new FuseSkipLayerNorm();
    Step step = Step.of(pass, Where.EVERYWHERE);
    Map<Observation<?>, double[]> answers = new LinkedHashMap<>();
    pass.observations(model, new PartContext("model", model, model, step, 1))
        .forEach(observation -> answers.put(observation, new double[] {ratio}));
    return PassRun.of(pass, model, Where.EVERYWHERE, new Statistics(answers));
  }

  @Test
  void aSumAndItsNormalizationBecomeOneNode() {
    seen(.5, SPELLED)
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
    PassRun run = seen(.5, text);
    assertThat(run.text()).contains("y, _, _, s = com.microsoft::SkipLayerNormalization(");
    run.computesTheSame(1e-5, SIZES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r: float[1,S,4]", "r: float[S,4]"})
  void theSkipMayLackABatchOnEitherSide(String skip) {
    String text = SPELLED.replace("r: float[B,S,4]", skip);
    PassRun right = seen(.5, text).computesTheSame(1e-5, SIZES);
    PassRun left = seen(.5, text.replace("Add(x, r)", "Add(r, x)")).computesTheSame(1e-5, SIZES);
    assertThat(right.text()).contains("SkipLayerNormalization(x, r,");
    assertThat(left.text()).contains("SkipLayerNormalization(x, r,");
  }

  @Test
  void aBiasMayBeMissing() {
    PassRun run = seen(.5, SPELLED.replace("s, scale, bias", "s, scale"));
    assertThat(run.after().graph().nodes())
        .singleElement()
        .hasToString("com.microsoft.SkipLayerNormalization -> 'y'");
    run.computesTheSame(1e-5, SIZES);
  }

  @Test
  void twoDimensionsAreEnough() {
    String text = SPELLED.replace("[B,S,4]", "[S,4]");
    PassRun run = seen(.5, text);
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
    PassRun run = seen(.5, text).computesTheSame(1e-5, SIZES);
    assertThat(run.text()).contains("SkipLayerNormalization(p, x, scale)");
  }

  @Test
  void rowsNearZeroKeepTheirNumbersInOneNode() {
    PassRun run =
        PassChecks.applied(new FuseSkipLayerNorm(), TextGraph.parse(SHIFTED.formatted("1")));
    assertThat(run.text()).contains("SkipLayerNormalization(x, r, scale)");
    run.computesTheSame(1e-5, SIZES);
  }

  @ParameterizedTest
  @CsvSource({"30, 1e-5", "300, 1e-3", "-300, 1e-3", "3000, 1e-2"})
  void rowsFarFromZeroWouldLoseTheirDeviationAndAreLeftAlone(String shift, double atLeast) {
    String text = SHIFTED.formatted(shift);
    PassRun run = PassChecks.applied(new FuseSkipLayerNorm(), TextGraph.parse(text)).leavesAlone();
    assertThat(run.changes())
        .singleElement()
        .extracting(Change::text, STRING)
        .startsWith("the mean of a row of 's' is up to ")
        .endsWith(" times its deviation on the data; beyond 4 times the one node loses precision");

    PassRun fused = seen(0, text);
    assertThat(fused.text()).contains("SkipLayerNormalization");
    assertThatThrownBy(() -> fused.computesTheSame(atLeast, SIZES))
        .as("what the one node would compute")
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void dataDecideUpToFourDeviations() {
    assertThat(seen(4, SPELLED).text()).contains("SkipLayerNormalization");
    seen(4.01, SPELLED)
        .refuses(
            "the mean of a row of 's' is up to 4.01 times its deviation on the data; beyond 4 times"
                + " the one node loses precision");
  }

  @Test
  void withoutDataItIsLeftAlone() {
    PassRun.of(new FuseSkipLayerNorm(), SPELLED)
        .refuses("no data show that the mean of a row of 's' is at most 4 times its deviation");
  }

  @Test
  void normalizationsOfOneSumThatDifferInEpsilonAreSeenApart() {
    String text =
        SPELLED
            .replace("(y: float[B,S,4])", "(y: float[B,S,4], z: float[B,S,4])")
            .replace("y = Layer", "z = LayerNormalization(s, bias) <epsilon=0.1>\n  y = Layer");
    Model model = TextGraph.parse(text);
    FuseSkipLayerNorm pass = new FuseSkipLayerNorm();
    Step step = Step.of(pass, Where.EVERYWHERE);
    assertThat(pass.observations(model, new PartContext("model", model, model, step, 1)))
        .extracting(Step::key)
        .containsExactly("model:mean-to-deviation-0.1:s", "model:mean-to-deviation-1.0E-6:s");
    seen(.5, text).computesTheSame(1e-5, SIZES);
  }

  @Test
  void aSumInsideABranchIsNotSeenAndLeftAlone() {
    String text =
        """
        ir 8, opset 17
        graph g(x: float[2,5,4], r: float[2,5,4], c: bool[]) -> (y: float[2,5,4]) {
          scale = float[4] {1, 2, -3, 0.5}
          y = If(c) <
            then_branch=graph yes() -> (t) {
              s = Add(x, r)
              t = LayerNormalization(s, scale)
            },
            else_branch=graph no() -> (e) {
              e = Identity(x)
            }
          >
        }
        """;
    seen(.5, text)
        .refuses(
            "the mean of a row of 's' is not seen inside a nested graph, and may be far from zero");
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
    seen(.5, text).refuses(reason);
  }
}
