package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which constants were learned. */
class ParametersTest {

  private static Model model(String statements) {
    return TextGraph.parse(
        "ir 10, opset 21, com.microsoft 1 graph g(x: float[2,4], i: int64[3]) -> () { "
            + statements
            + " }");
  }

  private static Iterable<String> keys(String statements) {
    return Parameters.of(model(statements)).keySet();
  }

  @Test
  void weightsBiasesAndScalesAreLearned() {
    assertThat(
            keys(
                """
                w = float[4,4] ~ 1  b = float[4] ~ 2  h = Gemm(x, w, b)
                s = float[4] ~ 3  t = float[4] ~ 4  n = LayerNormalization(h, s, t)
                e = float[9,4] ~ 5  g = Gather(e, i)
                """))
        .containsExactly("w", "b", "s", "t", "e");
  }

  @Test
  void aTableOfIdsIsNoWeightThatCannotBeTrained() {
    Model model =
        model(
            """
            t = int32[3] {2, 0, 1}  j = Gather(t, i)
            h = float16[9,4] ~ 5  g = Gather(h, j)
            """);

    assertThat(
            model.graph().nodes().stream()
                .flatMap(node -> Parameters.fixed(node, 0).stream())
                .map(Value::name))
        .containsExactly("h");
  }

  @Test
  void aProductHasItsWeightOnEitherSide() {
    assertThat(keys("w = float[3,2] ~ 1  h = MatMul(w, x)  v = float[4,2] ~ 2  y = MatMul(h, v)"))
        .containsExactly("w", "v");
  }

  @Test
  void statisticsLimitsExponentsAndSingleNumbersAreNot() {
    assertThat(
            keys(
                """
                a = float[4] ~ 1  b = float[4] ~ 2  m = float[4] ~ 3  v = float[4] {1, 1, 1, 1}
                n = BatchNormalization(x, a, b, m, v)
                l = float[] {0}  u = float[] {6}  c = Clip(n, l, u)
                p = float[] {2}  q = Pow(c, p)
                k = float[1] {0.125}  r = Mul(q, k)
                """))
        .containsExactly("a", "b");
  }

  @Test
  void operandsAreLearnedUnlessTheyMask() {
    assertThat(
            keys(
                """
                b = float[4] ~ 1  h = Add(x, b)
                m = float[2,4] {0, -1e9, 0, 0, 0, 0, -1e9, 0}  y = Add(h, m)
                """))
        .containsExactly("b");
  }

  @Test
  void whatIsMovedOrQuantizedOnTheWayIsLearned() {
    assertThat(
            keys(
                """
                w = float[4,4] ~ 1  t = Transpose(w)  y = MatMul(x, t)
                v = float[4,4] ~ 2  s = float[] {0.1}  z = int8[] {0}
                q = QuantizeLinear(v, s, z)  d = DequantizeLinear(q, s, z)  o = MatMul(y, d)
                """))
        .containsExactlyInAnyOrder("w", "v", "s");
  }

  @Test
  void equalNamesInOtherGraphsAreToldApart() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 21
            graph g(x: float[2,4], c: bool[]) -> (y) {
              y = If(c) <
                then_branch = graph yes() -> (p) { w = float[4,4] ~ 1 p = MatMul(x, w) },
                else_branch = graph no() -> (q) { w = float[4,4] ~ 2 q = MatMul(x, w) }
              >
            }
            """);
    assertThat(Parameters.of(model).keySet()).containsExactly("w", "w#2");
    assertThat(Parameters.of(model.copy()).keySet()).containsExactly("w", "w#2");
  }

  @Test
  void someNodesHaveTheKeysOfAll() {
    Model model =
        model("w = float[4,4] ~ 1  h = MatMul(x, w) # first  v = float[4,4] ~ 2 y = MatMul(h, v)");

    assertThat(Parameters.of(model, node -> !node.name().equals("first")).keySet())
        .containsExactly("v");
  }

  @Test
  void integersOfUnknownSizeAreNotLearned() {
    assertThat(keys("w = int8[4,4] {1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7} y = MatMulInteger(i, w)"))
        .isEmpty();
  }

  private static IntegerWeight integers(String statements) {
    Model model = model(statements);
    assertThat(Parameters.of(model)).containsKey("w");
    return IntegerWeight.of(model.graph().find("w")).orElseThrow();
  }

  @Test
  void integersHaveTheScalesThatTheirReadersHave() {
    String numbers = "w = int8[4,2] {1, 2, 3, 100, -127, 6, 7, 8} s = float[2] {0.5, 0.25} ";
    String quantized = "q, t, p = DynamicQuantizeLinear(x) ";
    assertThat(
            List.of(
                integers(numbers + "d = DequantizeLinear(w, s) y = MatMul(x, d)"),
                integers(numbers + "y = com.microsoft::DynamicQuantizeMatMul(x, w, s)"),
                integers(
                    numbers + quantized + "y = com.microsoft::MatMulIntegerToFloat(q, w, t, s, p)"),
                integers(
                    numbers
                        + quantized
                        + "k = MatMulInteger(q, w, p) c = Cast(k) <to=1>"
                        + " m = Mul(t, s) y = Mul(c, m)")))
        .allSatisfy(
            found -> {
              assertThat(found.scale().sizes()).containsExactly(1, 2);
              assertThat(found.scale().toFloats()).containsExactly(.5f, .25f);
              assertThat(found.least()).isEqualTo(-127);
              assertThat(found.greatest()).isEqualTo(127);
            });
  }

  @Test
  void rowsThatAreLookedUpHaveScalesOfTheirOwnAlsoTransposed() {
    IntegerWeight found =
        integers(
            """
            w = int8[2,3] {1, 2, 3, -64, 5, 6} s = float[2,1] {0.5, 0.25}
            g = Gather(w, i) c = Cast(g) <to=1> f = Gather(s, i) m = Mul(c, f)
            """);
    assertThat(found.scale().sizes()).containsExactly(2, 1);
    assertThat(found.scale().toFloats()).containsExactly(.5f, .25f);
    assertThat(found.greatest()).isEqualTo(64);

    IntegerWeight transposed =
        integers(
            """
            w = int8[2,4] {1, 2, 3, 4, 5, 6, 7, -128} s = float[2] {0.5, 0.25}
            t = Transpose(w) d = DequantizeLinear(t, s) y = MatMul(x, d)
            """);
    assertThat(transposed.scale().sizes()).containsExactly(2, 1);
    assertThat(transposed.least()).isEqualTo(-128);
  }

  @Test
  void aScaleThatHasToEqualOthersStays() {
    assertThat(
            keys(
                """
                s = float[] {0.1} z = uint8[] {3}
                q = QuantizeLinear(x, s, z) d = DequantizeLinear(q, s, z)
                r = Transpose(d) u = float[] {0.1}
                p = QuantizeLinear(r, u, z) y = DequantizeLinear(p, u, z)
                """))
        .isEmpty();
    assertThat(
            keys(
                """
                w = int8[4,2] {1, 2, 3, 100, -127, 6, 7, 8} s = float[2] {0.5, 0.25}
                b = int32[2] {100, 200} t = float[2] {0.01, 0.02}
                d = DequantizeLinear(w, s) c = DequantizeLinear(b, t) <axis=0>
                y = Gemm(x, d, c)
                """))
        .containsExactly("w", "b");
  }
}
