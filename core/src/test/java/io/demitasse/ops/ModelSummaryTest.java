package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSummaryTest {
  private static final Model MODEL =
      TextGraph.parse(
          """
          ir 10, opset 17, com.acme 1
          graph g(x: float[N,3,8,8]) -> (y: float[N,5]) {
            w = float[4,3,3,3] ~ 1
            b = float[4] ~ 2
            v = float[4,5] ~ 3
            size = int64[2] {0, -1}
            c = Conv(x, w, b) # first
            r = Relu(c)
            p = GlobalAveragePool(r)
            f = Reshape(p, size)
            y = MatMul(f, v) # last
          }
          """);

  private static ModelSummary at(long batch) {
    return ModelSummary.of(MODEL, Map.of("x", new long[] {batch, 3, 8, 8}));
  }

  @Test
  void countsWeightsAndWork() {
    ModelSummary summary = at(2);
    assertThat(summary.weights().parameters()).isEqualTo(108 + 4 + 20);
    assertThat(summary.weights().bytes())
        .containsExactly(Map.entry(DataType.FLOAT, 4L * 132), Map.entry(DataType.INT64, 16L));
    assertThat(summary.weights().totalBytes()).isEqualTo(544);
    assertThat(summary.work().multiplyAccumulates()).isEqualTo(2 * (4 * 36 * 27 + 20));
    assertThat(summary.work().isComplete()).isTrue();
    assertThat(summary.inputs().getFirst().facts()).hasToString("float[2,3,8,8]");
    assertThat(summary.outputs().getFirst().facts()).hasToString("float[2,5]");
    assertThat(summary.unknownOperators()).isEmpty();
  }

  /** The most is there while the convolution runs: x and c. When r is made, x is gone. */
  @Test
  void memoryIsFreedAfterTheLastReaderAndViewsTakeNone() {
    assertThat(at(2).work().peakActivationBytes()).isEqualTo(4 * (2 * 3 * 64 + 2 * 4 * 36));
    Model views =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[4]) -> (y: float[4]) {
              size = int64[2] {2, 2}
              back = int64[1] {4}
              a = Reshape(x, size)
              b = Reshape(a, back)
              y = Relu(b)
            }
            """);
    assertThat(ModelSummary.of(views, Map.of()).work().peakActivationBytes()).isEqualTo(32);
  }

  @Test
  void tellsByOperatorAndByLayer() {
    ModelSummary summary = at(1);
    assertThat(summary.operators())
        .contains(
            new ModelSummary.OperatorRow("Conv", 1, 112, 448, 4 * 36 * 27),
            new ModelSummary.OperatorRow("Reshape", 1, 0, 16, 0));
    assertThat(summary.layers())
        .extracting(ModelSummary.Layer::node)
        .containsExactly("first", "last");
    assertThat(summary.heaviest(1, ModelSummary.Layer::weights))
        .extracting(ModelSummary.Layer::node)
        .containsExactly("first");
  }

  @Test
  void whatIsNotKnownIsNamedAndLeftOut() {
    ModelSummary summary =
        ModelSummary.of(
            TextGraph.parse(
                """
                ir 10, opset 17, com.acme 1
                graph g(x: float[2,4]) -> (y: float[2,5]) {
                  w = float[4,5] ~ 1
                  a = com.acme::Twist(x) # twist
                  y = MatMul(a, w) # product
                }
                """),
            Map.of());
    assertThat(summary.unknownOperators()).containsExactly("com.acme.Twist");
    assertThat(summary.work().multiplyAccumulates()).isZero();
    assertThat(summary.work().gaps())
        .containsExactly(
            "com.acme.Twist 'twist': its operator is unknown",
            "com.acme.Twist 'twist': its multiply-accumulates are not known",
            "MatMul 'product': its multiply-accumulates are not known",
            "the sizes of 1 values are not known, of which 'a' is the first");
  }

  @Test
  void aWeightCountsWhereItIsReadFirstAndOfTwoBranchesTheDearerOne() {
    ModelSummary summary =
        ModelSummary.of(
            TextGraph.parse(
                """
                ir 10, opset 17
                graph g(c: bool[], x: float[2,4]) -> (y: float[2,4]) {
                  w = float[4,4] ~ 1
                  y = If(c) <
                    then_branch = graph yes() -> (p) { p = MatMul(x, w) },
                    else_branch = graph no() -> (q) { t = MatMul(x, w) q = MatMul(t, w) }
                  >
                }
                """),
            Map.of());
    assertThat(summary.work().multiplyAccumulates()).isEqualTo(2 * 2 * 4 * 4);
    assertThat(summary.operators())
        .contains(new ModelSummary.OperatorRow("MatMul", 3, 16, 64, 3 * 2 * 4 * 4));
  }

  @Test
  void aShapeThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> ModelSummary.of(MODEL, Map.of("x", new long[] {1, 3})))
        .isInstanceOf(DemitasseException.class)
        .hasMessage("Input 'x' is float[N,3,8,8] and cannot have the shape [1, 3]; give 4 sizes.");
  }

  /** One statement, and its multiply-accumulates worked out by hand. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a = Conv(i, k) <group=2>                                         | 4 * 36 * 18
          a = ConvTranspose(i, kt) <group=2>                               | 4 * 64 * 27
          a = Gemm(m, m) <transA=1>                                        | 8 * 8 * 5
          a = Einsum(q, q) <equation="bij,bkj->bik">                       | 2 * 7 * 7 * 8
          a = LSTM(q, wl, rl) <hidden_size=3>                              | 2 * 7 * 3 * 4 * 11
          a = GRU(q, wg, rg) <hidden_size=3>                               | 2 * 7 * 3 * 3 * 11
          a = com.microsoft::FusedMatMul(m, m) <transB=1>                  | 5 * 5 * 8
          a = com.microsoft::MultiHeadAttention(q, q, q) <num_heads=2>     | 2 * 7 * 7 * 16
          a = com.microsoft::Attention(q, wa, ba) <num_heads=2>            | 2 * 7 * 8 * 24 + 2 * 7 * 7 * 16
          a = Softmax(q)                                                   | 0
          """)
  void countsProducts(String statement, String expected) {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17, com.microsoft 1
            graph g(i: float[1,4,8,8], m: float[5,8], q: float[2,7,8]) -> () {
              k = float[4,2,3,3] ~ 1
              kt = float[4,3,3,3] ~ 1
              wl = float[1,12,8] ~ 1
              rl = float[1,12,3] ~ 1
              wg = float[1,9,8] ~ 1
              rg = float[1,9,3] ~ 1
              wa = float[8,24] ~ 1
              ba = float[24] ~ 1
              %s
            }
            """
                .formatted(statement));
    Value a = model.graph().find("a");
    InferredShapes shapes = ShapeInference.infer(model, Map.of());
    assertThat(Costs.multiplyAccumulates(a.producer(), shapes)).hasValue(sumOfProducts(expected));
  }

  private static long sumOfProducts(String text) {
    return Pattern.compile("\\+").splitAsStream(text).mapToLong(ModelSummaryTest::product).sum();
  }

  private static long product(String text) {
    return Pattern.compile("\\*")
        .splitAsStream(text)
        .mapToLong(factor -> Long.parseLong(factor.strip()))
        .reduce(1, Math::multiplyExact);
  }
}
