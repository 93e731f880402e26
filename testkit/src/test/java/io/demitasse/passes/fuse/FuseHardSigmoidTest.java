package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.passes.fuse.FuseHardSigmoid.Form;
import io.demitasse.testkit.PassRun;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FuseHardSigmoidTest {
  private static final String FRAME =
      """
      ir 8, opset OPSET
      graph g(x: float[N,4], v: float[N,4]) -> (y: float[...]) {
        zero = float[] {0}
        half = float[] {0.5}
        one = float[1] {1}
        two = float[] {2}
        three = float[] {3}
        six = float[] {6}
        sixth = float[] {0.16666667}
        BODY
      }
      """;

  private static final String SWISH =
      """
      a = Add(x, three)
      c = Clip(a, zero, six) # cut
      p = Mul(x, c)
      y = Div(p, six) # product
      """;

  private static PassRun run(Form form, int opset, String body) {
    return PassRun.of(new FuseHardSigmoid(form), text(opset, body));
  }

  private static PassRun run(String body) {
    return run(Form.HARD_SIGMOID, 13, body);
  }

  private static String text(int opset, String body) {
    return FRAME.replace("OPSET", Integer.toString(opset)).replace("BODY", body);
  }

  private static String replace(String text, String spelling, String other) {
    return text.replace(spelling.replace("  ", "\n"), other.replace("  ", "\n"));
  }

  private static void becomes(PassRun run, String... nodes) {
    assertThat(run.after().graph().nodes()).extracting(Object::toString).containsExactly(nodes);
    run.computesTheSame(1e-6, Map.of("N", 200L));
  }

  @Test
  void aHardSwishBecomesTwoNodes() {
    PassRun.of(
            new FuseHardSigmoid(Form.HARD_SIGMOID),
            "ir 8, opset 11\ngraph g(x: float[N]) -> (y: float[N]) {\n"
                + "zero = float[] {0}\nthree = float[] {3}\nsix = float[] {6}\n"
                + SWISH
                + "}")
        .gives(
            """
            ir 8, opset 11
            graph g(x: float[N]) -> (y: float[N]) {
              cut = HardSigmoid(x) <alpha=0.16666667, beta=0.5> # cut
              y: float[N] = Mul(x, cut) # product
            }
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Add(x, three) | Add(three, x)",
        "Mul(x, c) | Mul(c, x)",
        "Div(p, six) | Mul(p, sixth)",
        "Div(p, six) | Mul(sixth, p)",
        "p = Mul(x, c)  y = Div(p, six) | p = Div(c, six)  y = Mul(x, p)",
        "p = Mul(x, c)  y = Div(p, six) | p = Mul(sixth, c)  y = Mul(p, x)",
        "p = Mul(x, c)  y = Div(p, six) | p = Div(x, six)  y = Mul(p, c)",
        "p = Mul(x, c)  y = Div(p, six) | p = Mul(x, sixth)  y = Mul(c, p)",
        "c = Clip(a, zero, six) | d = Max(a, zero)  c = Min(d, six)",
        "c = Clip(a, zero, six) | d = Relu(a)  c = Min(six, d)",
        "c = Clip(a, zero, six) | d = Min(a, six)  c = Max(zero, d)",
        "c = Clip(a, zero, six) | d = Min(six, a)  c = Relu(d)",
      })
  void everySpellingOfAHardSwishIsFound(String spelling, String other) {
    PassRun run = run(replace(SWISH, spelling, other));
    assertThat(run.after().graph().nodes()).hasSize(2);
    assertThat(run.text()).contains("= HardSigmoid(x) <alpha=0.16666667, beta=0.5>");
    run.computesTheSame(1e-6, Map.of("N", 200L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a = Add(x, half)  y = Clip(a, zero, one) | <alpha=1.0, beta=0.5>",
        "p = Mul(x, sixth)  a = Add(p, half)  y = Clip(a, zero, one) | <alpha=0.16666667,"
            + " beta=0.5>",
        "p = Div(x, six)  a = Add(half, p)  y = Clip(a, zero, one) | <alpha=0.16666667, beta=0.5>",
        "p = Add(x, three)  a = Mul(sixth, p)  y = Clip(a, zero, one) | <alpha=0.16666667,"
            + " beta=0.5>",
        "p = Add(x, three)  a = Div(p, six)  y = Clip(a, zero, one) | <alpha=0.16666667, beta=0.5>",
        "p = Mul(x, two)  a = Add(p, three)  c = Clip(a, zero, six)  y = Div(c, six)"
            + " | <alpha=0.33333334, beta=0.5>",
        "a = Add(x, two)  c = Clip(a, zero, six)  y = Mul(c, sixth)"
            + " | <alpha=0.16666667, beta=0.33333334>",
      })
  void aHardSigmoidBecomesOneNodeWhateverItsLine(String body, String line) {
    PassRun run = run(body.replace("  ", "\n"));
    becomes(run, "HardSigmoid -> 'y'");
    assertThat(run.text()).contains(line);
  }

  @Test
  void theGateOfSomethingElseIsFoundToo() {
    becomes(run(SWISH.replace("Mul(x, c)", "Mul(c, v)")), "HardSigmoid 'cut'", "Mul 'product'");
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 10})
  void theCutMayBeAttributes(int opset) {
    String body = SWISH.replace("Clip(a, zero, six)", "Clip(a) <min=0.0, max=6.0>");
    becomes(run(Form.HARD_SIGMOID, opset, body), "HardSigmoid 'cut'", "Mul 'product'");
  }

  @Test
  void aHardSwishIsOneNodeOnRequest() {
    becomes(run(Form.HARD_SWISH, 14, SWISH), "HardSwish 'product'");
    String written = "s = HardSigmoid(x) <alpha=0.16666667>\ny = Mul(s, x) # product";
    becomes(run(Form.HARD_SWISH, 21, written), "HardSwish 'product'");
    becomes(
        run(Form.HARD_SWISH, 14, SWISH.replace("Mul(x, c)", "Mul(v, c)")),
        "HardSigmoid 'cut'",
        "Mul 'product'");
    run(Form.HARD_SWISH, 13, written)
        .refuses("ONNX has a HardSwish since opset 14 and the model is at 13");
    run(Form.HARD_SWISH, 14, "s = HardSigmoid(x)\ny = Mul(s, x)").leavesAlone();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Div(p, six) | Div(p, three) | the constant 'three' is not what is needed: expected the"
            + " number 6.0",
        "Div(p, six) | Div(p, v) | 'v' is not constant",
        "Div(p, six) | Relu(p) | 'x' is not constant",
        "y = Div | z = Relu(p)  y = Div | the inner value 'p' is also read by Relu -> 'z'",
        "p = Mul(x, c) | z = Relu(c)  p = Mul(x, c) | the inner value 'c' is also read by Relu ->"
            + " 'z'",
      })
  void whatIsNotDividedIsLeftAlone(String spelling, String other, String reason) {
    run(replace(SWISH, spelling, other)).refuses(reason);
  }

  @Test
  void aConstantThatWidensTheResultIsLeftAlone() {
    String wide = text(13, SWISH).replace("three = float[]", "three = float[1,1,1]");
    PassRun.of(new FuseHardSigmoid(Form.HARD_SIGMOID), wide)
        .refuses("'three' has more dimensions than x is known to have");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Clip(a, zero, six) | Clip(a, zero, v)",
        "Clip(a, zero, six) | Clip(a, half, six)",
        "Clip(a, zero, six) | Clip(a, zero)",
        "Clip(a, zero, six) | Clip(x, zero, six)",
        "Clip(a, zero, six) | Relu(a)",
        "Add(x, three)      | Add(x, v)",
      })
  void anotherCutIsNotEvenReported(String spelling, String other) {
    String text = text(13, SWISH.replace(spelling, other)).replace("v: float[N,4]", "v: float[]");
    assertThat(PassRun.of(new FuseHardSigmoid(Form.HARD_SIGMOID), text).leavesAlone().changes())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c = Clip(a, zero, six) | d = Max(a, zero, v)  c = Min(d, six)",
        "c = Clip(a, zero, six) | d = Max(a, zero)  c = Min(d, six, v)",
        "c = Clip(a, zero, six) | d = Max(v, a, zero)  c = Min(d, six)",
      })
  void aThirdOperandIsNotForgotten(String spelling, String other) {
    run(replace(SWISH, spelling, other)).leavesAlone();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Add(x, far)  b = Mul(a, steep)  y = Clip(b, zero, one)",
        "a = Mul(x, steep)  b = Mul(a, steep)  c = Add(b, far)  y = Clip(c, zero, one)",
        "a = Add(x, three)  b = Mul(a, zero)  y = Clip(b, zero, one)",
      })
  void aLineThatFloatsDoNotHoldIsLeftAlone(String body) {
    String text =
        text(13, body.replace("  ", "\n"))
            .replace("zero =", "far = float[] {-1000}\nsteep = float[] {1000}\nzero =");
    PassRun run = PassRun.of(new FuseHardSigmoid(Form.HARD_SIGMOID), text).leavesAlone();
    assertThat(run.changes()).singleElement().matches(change -> !change.applied());
  }
}
