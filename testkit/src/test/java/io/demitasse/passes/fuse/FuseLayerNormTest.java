package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FuseLayerNormTest {
  private static final String FRAME =
      """
      ir 8, opset %d
      graph g(x: float[N,3,4]) -> (y: float[...]) {
        eps = float[] {1e-5}
        two = float[] {2}
        half = float[] {0.5}
        last = int64[1] {-1}
        scale = float[4] {1, 2, -3, 0.5}
        bias = float[4] {0.1, 0, 0.2, -1}
        %s
      }
      """;

  private static final String ENDING =
      """
      d = Sub(x, m)
      q = Pow(d, two)
      v = ReduceMean(q) <axes=[-1]>
      e = Add(v, eps)
      s = Sqrt(e)
      n = Div(d, s)
      g = Mul(n, scale)
      y = Add(g, bias)
      """;

  private static final String SPELLED = "m = ReduceMean(x) <axes=[-1]>\n" + ENDING;

  private static PassRun run(int opset, String body) {
    return PassRun.of(new FuseLayerNorm(), FRAME.formatted(opset, body));
  }

  @Test
  void aSpelledOutNormalizationBecomesOneNode() {
    PassRun run =
        run(17, SPELLED)
            .gives(
                """
                ir 8, opset 17
                graph g(x: float[N,3,4]) -> (y: float[...]) {
                  half = float[] {0.5}
                  last = int64[1] {-1}
                  scale = float[4] {1, 2, -3, 0.5}
                  bias = float[4] {0.1, 0, 0.2, -1}
                  y = LayerNormalization(x, scale, bias) <axis=-1, epsilon=1e-5>
                }
                """);
    assertThat(run.changes())
        .singleElement()
        .hasToString(
            "Change[pass=fuse-layer-norm, applied=true, part=model, node=y,"
                + " operator=LayerNormalization, text=put 9 nodes into one]");
    run.computesTheSame(1e-5, Map.of("N", 5L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "q = Pow(d, two)     | q = Mul(d, d)",
        "s = Sqrt(e)         | s = Pow(e, half)",
        "n = Div(d, s)       | r = Reciprocal(s)  n = Mul(r, d)",
        "n = Div(d, s)       | r = Reciprocal(s)  n = Mul(d, r)",
        "e = Add(v, eps)     | e = Add(eps, v)",
        "g = Mul(n, scale)   | g = Mul(scale, n)",
        "y = Add(g, bias)    | y = Add(bias, g)",
        "q = Pow(d, two)     | c = Cast(d) <to=1>  q = Pow(c, two)",
        "n = Div(d, s)       | c = Cast(d) <to=1>  n = Div(c, s)",
        "g = Mul(n, scale)   | c = Cast(n) <to=1>  g = Mul(c, scale)",
        "n = Div(d, s)       | m2 = ReduceMean(x) <axes=[-1]>  d2 = Sub(x, m2)  n = Div(d2, s)",
        "axes=[-1]           | axes=[2]",
      })
  void everySpellingIsFound(String spelling, String other) {
    PassRun run = run(17, SPELLED.replace(spelling, other.replace("  ", "\n")));
    assertThat(run.after().graph().nodes())
        .singleElement()
        .hasToString("LayerNormalization -> 'y'");
    run.computesTheSame(1e-5, Map.of("N", 2L));
  }

  @Test
  void axesAreAnInputSinceOpset18() {
    PassRun run =
        run(
            18,
            SPELLED
                .replace("(x) <axes=[-1]>", "(x, last)")
                .replace("(q) <axes=[-1]>", "(q, last)"));
    assertThat(run.after().graph().nodes())
        .singleElement()
        .hasToString("LayerNormalization -> 'y'");
    run.computesTheSame(1e-5, Map.of("N", 2L));
  }

  @Test
  void theBiasMayBeMissing() {
    PassRun run = run(17, SPELLED.replace("g = Mul", "y = Mul").replace("y = Add(g, bias)", ""));
    assertThat(run.after().graph().nodes().getFirst().inputs()).hasSize(2);
    run.computesTheSame(1e-5, Map.of("N", 2L));
  }

  @Test
  void aScaleOfMoreDimensionsIsFlattened() {
    PassRun run =
        PassRun.of(
            new FuseLayerNorm(),
            FRAME.formatted(17, SPELLED).replace("scale = float[4]", "scale = float[1,1,4]"));
    assertThat(run.text())
        .contains("scale_flat = float[4]")
        .contains("LayerNormalization(x, scale_flat, bias)");
    run.computesTheSame(1e-5, Map.of("N", 2L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "n = Div(d, s)     | n = Div(d, s)  z = Relu(n) | the inner value 'n' is also read by Relu"
            + " -> 'z'",
        "d = Sub(x, m)     | d = Sub(x, m)  z = Relu(d) | the inner value 'd' is also read by Relu"
            + " -> 'z'",
        "g = Mul(n, scale) | g = Mul(n, x)  | 'x' is not constant",
        "g = Mul(n, scale) | g = Mul(n, two)"
            + " | 'two' is float[], expected one number for each element of the last axis",
        "q = Pow(d, two)   | q = Pow(d, half) | what reads it does not complete the pattern",
        "e = Add(v, eps)   | e = Add(v, two) | the constant 'two' is not what is needed: expected a"
            + " small positive number",
        "d = Sub(x, m)     | r = Relu(x)  d = Sub(r, m) | what reads it does not complete the"
            + " pattern",
        "v = ReduceMean(q) <axes=[-1]> | v = ReduceMean(q) <axes=[1]>"
            + " | it does not take mean and variance over one and the same last axis",
        "v = ReduceMean(q) <axes=[-1]> | v = ReduceMean(q) <axes=[-1, 1]>"
            + " | it does not take mean and variance over one and the same last axis",
      })
  void whatDoesNotFitIsLeftAlone(String spelling, String other, String reason) {
    PassRun run = run(17, SPELLED.replace(spelling, other.replace("  ", "\n")));
    if (reason.startsWith("what reads")) {
      run.leavesAlone();
    } else {
      run.refuses(reason);
    }
  }

  @Test
  void anInnerValueThatIsAnOutputIsKept() {
    String text =
        FRAME.formatted(17, SPELLED).replace("(y: float[...])", "(y: float[...], n: float[...])");
    PassRun.of(new FuseLayerNorm(), text).refuses("the inner value 'n' is a graph output");
  }

  @Test
  void aScaleThatACallerGivesIsNoConstant() {
    String text =
        FRAME
            .formatted(17, SPELLED.replace("scale", "given"))
            .replace("(x: float[N,3,4])", "(x: float[N,3,4], given: float[4])");
    PassRun.of(new FuseLayerNorm(), text).refuses("'given' is not constant");
  }

  @Test
  void aNodeThatTheStepDoesNotSelectIsNotSwallowed() {
    Where noSqrt = new Where(List.of(), List.of(), List.of(), List.of("Sqrt"), List.of());
    PassRun.of(
            new FuseLayerNorm(),
            TextGraph.parse(FRAME.formatted(17, SPELLED)),
            noSqrt,
            Statistics.NONE)
        .refuses("the step does not select Sqrt -> 's'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"axes=[2]", "axes=[1]"})
  void withoutARankOnlyANegativeAxisIsKnownToBeLast(String axes) {
    String text =
        FRAME
            .formatted(17, SPELLED.replace("axes=[-1]", axes))
            .replace("x: float[N,3,4]", "x: float[...]");
    PassRun.of(new FuseLayerNorm(), text)
        .refuses("it does not take mean and variance over one and the same last axis");
  }

  @Test
  void anEpsilonThatWidensTheResultIsLeftAlone() {
    String text = FRAME.formatted(17, SPELLED);
    PassRun.of(
            new FuseLayerNorm(),
            text.replace("x: float[N,3,4]", "x: float[N,4]")
                .replace("eps = float[]", "eps = float[1,1,1]"))
        .refuses("'eps' has more dimensions than x is known to have");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "x: float[N,3,1] | 'scale' is float[4], which does not fit [N,3,1]",
        "x: float[N,3,K] | 'scale' is float[4], which does not fit [N,3,K]",
        "x: float[...]   | 'scale' is float[4], which does not fit an unknown shape",
      })
  void aScaleThatMayWidenTheResultIsLeftAlone(String input, String reason) {
    String text = FRAME.formatted(17, SPELLED).replace("x: float[N,3,4]", input);
    PassRun.of(new FuseLayerNorm(), text).refuses(reason);
  }

  @Test
  void aCastThatLeavesOutPrecisionIsLeftAlone() {
    PassRun run =
        run(
            17,
            SPELLED
                .replace("n = Div(d, s)", "h = Cast(d) <to=10>\nt = Cast(s) <to=10>\nn = Div(h, t)")
                .replace("g = Mul(n, scale)", "c = Cast(n) <to=1>\ng = Mul(c, scale)"));
    run.leavesAlone();
  }
}
