package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.pass.ModelPass;
import io.demitasse.passes.quantize.QuantizeDynamic.Form;
import io.demitasse.passes.quantize.QuantizeStatic.Calibration;
import io.demitasse.pipeline.Change;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights with several readers: integers for all of them, as few copies as there can be. */
class QuantizeSharedWeightsTest {
  private static final double BOUND = .03;
  private static final Map<String, Long> SIZES = Map.of("N", 6L);
  private static final QuantizeDynamic DYNAMIC = dynamic(Form.FUSED);
  private static final QuantizeWeights WEIGHTS = new QuantizeWeights(true, true, 16);

  private static QuantizeDynamic dynamic(Form form) {
    return new QuantizeDynamic(form, true, true, Approximation.SATURATES, true, 16);
  }

  private static PassRun check(ModelPass pass, String text) {
    PassRun run = PassRun.of(pass, TextGraph.parse(text));
    return Approximation.checkAtAllLevels(run, BOUND, SIZES);
  }

  /** Initializers of more than 100 elements. */
  private static List<String> large(PassRun run) {
    return run.after().graph().initializers().stream()
        .filter(value -> value.constant().orElseThrow().elementCount() > 100)
        .map(Value::toString)
        .toList();
  }

  private static long bytes(PassRun run, boolean after) {
    return (after ? run.after() : run.before())
        .graph().initializers().stream()
            .mapToLong(value -> value.constant().orElseThrow().byteSize())
            .sum();
  }

  /** A table that is looked up and is the last product too, in another spelling each. */
  private static String tied(String product) {
    return """
    ir 8, opset 13
    graph g(ids: int64[N]) -> (y: float[...]) {
      table = float[300,64] ~ 1
      b = float[300] ~ 2
      e = Gather(table, ids) # embed
      h = Relu(e)
      PRODUCT # head
    }
    """
        .replace("PRODUCT", product);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t = Transpose(table)\n  y = MatMul(h, t)",
        "t = Transpose(table) <perm=[1, 0]>\n  y = MatMul(h, t)",
        "t = Transpose(table)\n  y = Gemm(h, t, b)",
        "t = Transpose(table)\n  m = MatMul(h, t)\n  y = Add(m, b)",
        "y = Gemm(h, table, b) <transB=1>",
        "t = Transpose(table)\n  s = Transpose(table)\n  m = MatMul(h, t)\n  n = MatMul(e, s)\n"
            + "  y = Add(m, n)",
        "t = Transpose(table)\n  m = MatMul(h, t)\n  n = MatMul(e, t)\n  y = Add(m, n)",
      })
  void aTableThatIsTheLastProductTooIsStoredOnce(String product) {
    for (Form form : Form.values()) {
      PassRun run = check(dynamic(form), tied(product));
      assertThat(large(run))
          .filteredOn(text -> !text.startsWith("b:"))
          .containsExactlyInAnyOrder("table_quantized: int8[300,64]", "table_scale: float[300,1]");
      assertThat(run.changes()).hasSizeGreaterThan(1).allMatch(Change::applied);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t = Transpose(table)\n  y = MatMul(h, t)",
        "t = Transpose(table)\n  y = Gemm(h, t, b)",
        "y = Gemm(h, table, b) <transB=1>",
        "t = Transpose(table)\n  m = MatMul(h, t)\n  n = MatMul(e, t)\n  y = Add(m, n)",
      })
  void aTableIsStoredOnceThoughItIsComputedWithInFloats(String product) {
    PassRun run = check(WEIGHTS, tied(product));
    assertThat(large(run))
        .filteredOn(text -> !text.startsWith("b:"))
        .containsExactlyInAnyOrder("table_quantized: int8[300,64]", "table_scale: float[300,1]");
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aTableInAConstantNodeIsStoredOnce(Form form) {
    String text =
        tied("t = Transpose(table)\n  y = MatMul(h, t)")
            .replace("table = float[300,64] ~ 1", "table = Constant() <value=float[300,64] ~ 1>");
    PassRun run = check(dynamic(form), text);
    assertThat(large(run)).filteredOn(value -> value.contains("int8")).hasSize(1);
    assertThat(run.text()).doesNotContain("Constant(");
    check(WEIGHTS, text);
  }

  @ParameterizedTest
  @CsvSource({"true,false,false", "false,true,false", "true,false,true"})
  void aTableInAnotherFormThanTheProductIsStoredTwice(
      boolean perChannel, boolean symmetric, boolean reduceRange) {
    QuantizeDynamic pass =
        new QuantizeDynamic(
            Form.FUSED, perChannel, symmetric, reduceRange || Approximation.SATURATES, true, 16);
    PassRun run = check(pass, tied("t = Transpose(table)\n  y = MatMul(h, t)"));
    assertThat(large(run))
        .contains("table_quantized: int8[300,64]", "table_quantized_1: int8[64,300]")
        .noneMatch(text -> text.startsWith("table:"));
  }

  @Test
  void aProductWithATransposedWeightStoresItTransposed() {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[N,64]) -> (y: float[...]) {
          w = float[32,64] ~ 1
          b = float[32] ~ 2
          t = Transpose(w)
          p = MatMul(x, t)
          y = Add(p, b)
        }
        """;
    PassRun run = check(DYNAMIC, text);
    assertThat(run.text()).contains("DynamicQuantizeMatMul(x, w_quantized, w_scale, _, b)");
    assertThat(large(run)).containsExactly("w_quantized: int8[64,32]");
    PassRun stored = check(WEIGHTS, text);
    assertThat(large(stored)).containsExactly("w_quantized: int8[64,32]");
    assertThat(stored.text()).doesNotContain("Transpose");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t = Transpose(table)  m = MatMul(h, t)  k = Exp(t)  y = ReduceSum(k)"
            + " | is also read by Transpose -> 't', which keeps it as it is",
        "m = Gemm(h, table) <transB=1>  k = Exp(table)  y = ReduceSum(k)"
            + " | is also read by Exp -> 'k', which keeps it as it is",
      })
  void aReaderThatKeepsFloatsKeepsThemForAll(String product, String reason) {
    String text = tied(product.replace("  ", "\n  "));
    for (ModelPass pass : List.of(DYNAMIC, WEIGHTS)) {
      PassRun.of(pass, text).refuses("its weight 'table' " + reason);
    }
  }

  private static final String BRANCHES =
      """
      ir 8, opset 13
      graph g(c: bool[], x: float[N,64]) -> (y: float[...]) {
        w = float[64,96] ~ 1
        n = Neg(x)
        y = If(c) <
          then_branch = graph yes() -> (p: float[...]) { p = MatMul(x, w) },
          else_branch = graph no() -> (r: float[...]) { r = MatMul(n, w) }
        >
      }
      """;

  @Test
  void whatBranchesShareIsQuantizedOnceOutside() {
    PassRun stored = check(WEIGHTS, BRANCHES);
    assertThat(large(stored)).containsExactly("w_quantized: int8[64,96]");
    assertThat(stored.text()).containsOnlyOnce("DequantizeLinear(");
    for (Form form : Form.values()) {
      PassRun run = check(dynamic(form), BRANCHES);
      assertThat(large(run)).containsExactly("w_quantized: int8[64,96]");
      assertThat(run.changes()).hasSize(2).allMatch(Change::applied);
    }
  }

  @Test
  void aTableThatBranchesTransposeIsStoredOnce() {
    String text =
        """
        ir 8, opset 13
        graph g(c: bool[], ids: int64[N]) -> (y: float[...]) {
          table = float[300,64] ~ 1
          e = Gather(table, ids)
          y = If(c) <
            then_branch = graph yes() -> (p: float[...]) {
              t = Transpose(table)
              p = MatMul(e, t)
            },
            else_branch = graph no() -> (r: float[...]) {
              s = Transpose(table)
              h = Relu(e)
              r = MatMul(h, s)
            }
          >
        }
        """;
    for (ModelPass pass : List.of(DYNAMIC, dynamic(Form.STANDARD), WEIGHTS)) {
      assertThat(large(check(pass, text)))
          .filteredOn(value -> !value.contains("scale"))
          .containsExactly("table_quantized: int8[300,64]");
    }
  }

  @Test
  void aBranchThatKeepsFloatsKeepsThemForAll() {
    String text = BRANCHES.replace("r = MatMul(n, w)", "k = Exp(w)\n r = MatMul(n, k)");
    for (ModelPass pass : List.of(DYNAMIC, WEIGHTS)) {
      PassRun.of(pass, text)
          .refuses("its weight 'w' is also read by Exp -> 'k', which keeps it as it is");
    }
  }

  @Test
  void aLoopReadsAnOuterWeightAsIntegers() {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[N,32]) -> (y: float[...]) {
          w = float[32,32] ~ 1 in [-0.2, 0.2]
          three = int64[] {3}
          yes = bool[] {true}
          y = Loop(three, yes, x) <
            body = graph step(i: int64[], on: bool[], s: float[N,32]) -> (go: bool[], r: float[...]) {
              go = Identity(on)
              r = MatMul(s, w)
            }
          >
        }
        """;
    for (ModelPass pass : List.of(DYNAMIC, dynamic(Form.STANDARD), WEIGHTS)) {
      assertThat(large(check(pass, text))).containsExactly("w_quantized: int8[32,32]");
    }
  }

  private static PassRun calibrated(String text) {
    QuantizeStatic pass =
        new QuantizeStatic(List.of(), true, Approximation.SATURATES, Calibration.MIN_MAX, 100);
    PassRun run = PassChecks.applied(pass, TextGraph.parse(text));
    return Approximation.checkAtAllLevels(run, .05, Map.of());
  }

  /** A head of a detector, which looks at feature maps of several sizes with the same weights. */
  private static final String HEAD =
      """
      ir 8, opset 13
      graph g(x: float[1,8,9,9]) -> (y: float[...], z: float[...]) {
        w = float[6,8,3,3] ~ 1
        b = float[6] ~ 2
        three = float[] {3}
        p = MaxPool(x) <kernel_shape=[2, 2], strides=[2, 2]>
        q = Mul(p, three)
        c = Conv(x, w, b) # large
        d = Conv(q, w, b) # small
        y = Relu(c)
        z = Relu(d)
      }
      """;

  @Test
  void convolutionsOfOneWeightShareItsIntegersWhateverTheirActivations() {
    PassRun run = calibrated(HEAD);
    assertThat(large(run)).containsExactly("w_quantized: int8[6,8,3,3]");
    assertThat(bytes(run, true)).isLessThan(bytes(run, false) / 2);
  }

  @Test
  void aConvolutionIsFastThoughItsWeightStaysFloatElsewhereToo() {
    PassRun run =
        calibrated(HEAD.replace("z = Relu(d)", "z = Relu(d)\n  k = Exp(w)\n  l = ReduceSum(k)"));
    assertThat(large(run))
        .containsExactlyInAnyOrder("w: float[6,8,3,3]", "w_quantized: int8[6,8,3,3]");
  }

  @Test
  void whatLiesInsideBranchesHasNoRangesAndSaysSo() {
    PassRun run = calibrated(BRANCHES.replace("float[N,64]", "float[4,64]"));
    run.refuses("it lies inside a branch or loop, where no ranges are seen");
  }
}
