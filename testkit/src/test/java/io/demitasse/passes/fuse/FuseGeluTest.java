package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.cost.KernelCosts;
import io.demitasse.cost.KnownCosts;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.fuse.FuseGelu.Form;
import io.demitasse.testkit.PassRun;
import io.demitasse.testkit.ScriptedCosts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FuseGeluTest {
  private static final String FRAME =
      """
      ir 10, opset OPSET
      graph g(x: float[N,4]) -> (y: float[...]) {
        root2 = float[] {1.4142135}
        rootHalf = float[] {0.70710677}
        one = float[] {1}
        half = float[] {0.5}
        two = float[] {2}
        three = float[] {3}
        cubic = float[] {0.044715}
        outer = float[] {0.7978846}
        bias = float[4] {0.1, -0.2, 0.3, 0}
        BODY
      }
      """;

  private static final String ERF =
      """
      d = Div(x, root2)
      e = Erf(d)
      g = Add(e, one)
      p = Mul(x, g)
      y = Mul(p, half)
      """;

  private static final String TANH =
      """
      c = Pow(x, three)
      k = Mul(c, cubic)
      a = Add(x, k)
      o = Mul(a, outer)
      t = Tanh(o)
      g = Add(t, one)
      p = Mul(x, g)
      y = Mul(p, half)
      """;

  @Test
  void whatIsFastestIsAskedOfTheCostsAndWrittenDown() {
    FuseGelu fastest = PassOptions.defaults(FuseGelu.class);

    assertThat(fastest.decided(KnownCosts.INSTANCE)).isEqualTo(new FuseGelu(Form.GELU));
    assertThat(fastest.decided(ScriptedCosts.of("Gelu", "fuse-gelu form=bias-gelu", .9)))
        .isEqualTo(new FuseGelu(Form.BIAS_GELU));
    assertThat(fastest.decided(ScriptedCosts.of("Gelu", "fuse-gelu form=bias-gelu", 1.1)))
        .isEqualTo(new FuseGelu(Form.GELU));
  }

  @Test
  void whatIsAskedForByNameIsWrittenWhateverItCosts() {
    KernelCosts costs = ScriptedCosts.of("Gelu", "fuse-gelu form=bias-gelu", 9);

    for (Form form : List.of(Form.GELU, Form.ONNX, Form.BIAS_GELU)) {
      assertThat(new FuseGelu(form).decided(costs)).isEqualTo(new FuseGelu(form));
    }
  }

  private static PassRun run(Form form, int opset, String body) {
    return PassRun.of(new FuseGelu(form), text(opset, body));
  }

  private static String text(int opset, String body) {
    return FRAME.replace("OPSET", Integer.toString(opset)).replace("BODY", body);
  }

  private static void hasOnly(PassRun run, String node) {
    assertThat(run.after().graph().nodes()).singleElement().hasToString(node + " -> 'y'");
    run.computesTheSame(1e-5, Map.of("N", 50L));
  }

  @Test
  void theErfSpellingBecomesOneNode() {
    PassRun.of(
            new FuseGelu(Form.GELU),
            "ir 8, opset 11\ngraph g(x: float[N]) -> (y: float[N]) {\n"
                + "root2 = float[] {1.4142135}\none = float[] {1}\nhalf = float[] {0.5}\n"
                + ERF
                + "}")
        .gives(
            """
            ir 8, opset 11, com.microsoft 1
            graph g(x: float[N]) -> (y: float[N]) { y: float[N] = com.microsoft::Gelu(x) }
            """);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 21})
  void theErfSpellingComputesTheSameAtBothEnds(int opset) {
    hasOnly(run(Form.GELU, opset, ERF), "com.microsoft.Gelu");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "d = Div(x, root2) | d = Mul(x, rootHalf)",
        "d = Div(x, root2) | d = Mul(rootHalf, x)",
        "g = Add(e, one)   | g = Add(one, e)",
        "p = Mul(x, g)     | p = Mul(g, x)",
        "y = Mul(p, half)  | y = Mul(half, p)",
        "y = Mul(p, half)  | y = Div(p, two)",
        "p = Mul(x, g)  y = Mul(p, half) | p = Mul(g, half)  y = Mul(x, p)",
        "p = Mul(x, g)  y = Mul(p, half) | p = Mul(x, half)  y = Mul(p, g)",
        "p = Mul(x, g)  y = Mul(p, half) | p = Mul(half, x)  y = Mul(g, p)",
        "p = Mul(x, g)  y = Mul(p, half) | p = Div(x, two)  y = Mul(p, g)",
      })
  void everyErfSpellingIsFound(String spelling, String other) {
    hasOnly(run(Form.GELU, 13, replace(ERF, spelling, other)), "com.microsoft.Gelu");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "c = Pow(x, three) | c = Pow(x, three)",
        "c = Pow(x, three) | q = Mul(x, x)  c = Mul(x, q)",
        "c = Pow(x, three) | q = Pow(x, two)  c = Mul(q, x)",
        "a = Add(x, k)     | a = Add(k, x)",
        "o = Mul(a, outer) | o = Mul(outer, a)",
        "c = Pow(x, three)  k = Mul(c, cubic)  a = Add(x, k)  o = Mul(a, outer) | q = Mul(x, x)  k"
            + " = Mul(q, cubic)  a = Add(k, one)  z = Mul(x, outer)  o = Mul(z, a)",
        "c = Pow(x, three)  k = Mul(c, cubic)  a = Add(x, k)  o = Mul(a, outer) | q = Mul(cubic, x)"
            + "  k = Mul(q, x)  a = Add(one, k)  z = Mul(x, outer)  o = Mul(z, a)",
      })
  void everyTanhSpellingIsFound(String spelling, String other) {
    hasOnly(run(Form.GELU, 13, replace(TANH, spelling, other)), "com.microsoft.FastGelu");
  }

  @Test
  void onnxHasItsOwnSinceOpset20() {
    hasOnly(run(Form.ONNX, 20, ERF), "Gelu");
    PassRun tanh = run(Form.ONNX, 20, TANH);
    hasOnly(tanh, "Gelu");
    assertThat(tanh.text()).contains("approximate=\"tanh\"").doesNotContain("com.microsoft");
    run(Form.ONNX, 19, ERF).refuses("ONNX has a Gelu since opset 20 and the model is at 19");
  }

  @Test
  void theBiasBeforeIsSwallowedOnRequest() {
    String erf = "b = Add(x, bias)\n" + replace(replace(ERF, "Div(x", "Div(b"), "Mul(x", "Mul(b");
    String tanh = "b = Add(bias, x)\n" + TANH.replace("(x, ", "(b, ");
    hasOnly(run(Form.BIAS_GELU, 13, erf), "com.microsoft.BiasGelu");
    hasOnly(run(Form.BIAS_GELU, 13, tanh), "com.microsoft.FastGelu");
    hasOnly(run(Form.BIAS_GELU, 13, ERF), "com.microsoft.Gelu");
    assertThat(run(Form.GELU, 13, erf).after().graph().nodes())
        .extracting(Object::toString)
        .containsExactly("Add -> 'b'", "com.microsoft.Gelu -> 'y'");
  }

  @Test
  void aBiasThatIsReadElsewhereOrNoVectorStays() {
    String shared = "b = Add(x, bias)\nz = Relu(b)\n" + ERF.replace("(x, ", "(b, ");
    String scalar = "b = Add(x, one)\n" + ERF.replace("(x, ", "(b, ");
    assertThat(run(Form.BIAS_GELU, 13, shared).text()).contains("y = com.microsoft::Gelu(b)");
    assertThat(run(Form.BIAS_GELU, 13, scalar).text()).contains("y = com.microsoft::Gelu(b)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "y = Mul(p, half) | y = Mul(p, two) | the constant 'two' is not what is needed: expected"
            + " the number 0.5",
        "y = Mul(p, half) | y = Mul(p, x) | 'x' is not constant",
        "p = Mul(x, g)    | q = Relu(x)  p = Mul(q, g) | 'x' is not the same value as 'q'",
        "e = Erf(d)       | e = Erf(d)  z = Relu(e) | the inner value 'e' is also read by Relu ->"
            + " 'z'",
        "g = Add(e, one)  | g = Add(e, two) | the constant 'two' is not what is needed: expected"
            + " the number 1.0",
        "g = Add(e, one)  | g = Sub(e, one) | what reads it does not complete the pattern",
      })
  void whatIsNoGeluIsLeftAlone(String spelling, String other, String reason) {
    run(Form.GELU, 13, replace(ERF, spelling, other)).refuses(reason);
  }

  @Test
  void aTanhOfDoublesIsLeftToDoubles() {
    PassRun.of(new FuseGelu(Form.GELU), text(13, TANH).replace("float[", "double["))
        .refuses("the runtime computes FastGelu in floats, and it is of doubles");
  }

  @Test
  void anErfOfSomethingElseIsNotEvenReported() {
    assertThat(run(Form.GELU, 13, replace(ERF, "Div(x, root2)", "Div(x, two)")).changes())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "half", "root2"})
  void aNumberThatWidensTheResultIsLeftAlone(String number) {
    String text =
        "ir 8, opset 13\ngraph g(x: float[N,4]) -> (y: float[...]) {\n"
            + "root2 = float[] {1.4142135}\none = float[] {1}\nhalf = float[] {0.5}\n"
            + ERF
            + "}";
    PassRun.of(
            new FuseGelu(Form.GELU),
            text.replace(number + " = float[]", number + " = float[1,1,1]"))
        .refuses("'" + number + "' has more dimensions than x is known to have");
  }

  private static String replace(String text, String spelling, String other) {
    return text.replace(spelling.replace("  ", "\n"), other.replace("  ", "\n"));
  }
}
