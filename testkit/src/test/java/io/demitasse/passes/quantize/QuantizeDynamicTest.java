package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Node;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeDynamic.Form;
import io.demitasse.pipeline.Change;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizeDynamicTest {
  private static final QuantizeDynamic FUSED =
      new QuantizeDynamic(Form.FUSED, true, true, Approximation.SATURATES, true, 16);
  private static final Map<String, Long> SIZES = Map.of("N", 6L);

  /** Eight bits on both sides; anything wrong is off by more than half. */
  private static final double BOUND = .03;

  private static final String PRODUCT =
      """
      ir 8, opset 11
      graph g(x: float[N,64]) -> (y: float[...]) {
        w = float[64,32] ~ 1
        b = float[32] ~ 2
        p = MatMul(x, w) # dense
        y = Add(p, b)
      }
      """;

  private static PassRun check(PassRun run) {
    return Approximation.check(run, BOUND, SIZES);
  }

  private static List<String> operators(PassRun run) {
    return run.after().graph().nodes().stream().map(Node::opType).toList();
  }

  private static List<String> initializers(PassRun run) {
    return run.after().graph().initializers().stream().map(Value::toString).toList();
  }

  @Test
  void aProductAndItsBiasBecomeOneNode() {
    PassRun run = check(PassRun.of(FUSED, PRODUCT));
    assertThat(run.text())
        .contains(
            "y = com.microsoft::DynamicQuantizeMatMul(x, w_quantized, w_scale, _, b) # dense");
    assertThat(initializers(run))
        .containsExactlyInAnyOrder(
            "b: float[32]", "w_quantized: int8[64,32]", "w_scale: float[32]");
    assertThat(run.changes())
        .containsExactly(
            new Change(
                "quantize-dynamic",
                true,
                "model",
                "dense",
                "com.microsoft.DynamicQuantizeMatMul",
                "computes in 8-bit integers, bias included"));
  }

  @Test
  void theStandardFormNeedsNoOperatorsOfTheRuntime() {
    PassRun run =
        check(
            PassRun.of(
                new QuantizeDynamic(Form.STANDARD, true, true, Approximation.SATURATES, true, 16),
                PRODUCT));
    assertThat(operators(run))
        .containsExactly("DynamicQuantizeLinear", "MatMulInteger", "Cast", "Mul", "Mul", "Add");
    assertThat(run.after().opsets()).containsOnlyKeys("");
  }

  @ParameterizedTest
  @CsvSource({
    "true,true,false",
    "true,false,false",
    "false,true,false",
    "false,false,true",
    "true,true,true"
  })
  void everyKindOfScaleComputesTheSame(boolean perChannel, boolean symmetric, boolean reduceRange) {
    for (Form form : Form.values()) {
      QuantizeDynamic pass =
          new QuantizeDynamic(
              form, perChannel, symmetric, reduceRange || Approximation.SATURATES, true, 16);
      PassRun run = check(PassRun.of(pass, PRODUCT));
      assertThat(initializers(run))
          .contains(perChannel ? "w_scale: float[32]" : "w_scale: float[]");
      assertThat(initializers(run))
          .filteredOn(text -> text.startsWith("w_zero_point"))
          .hasSize(symmetric ? 0 : 1);
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void productsOfOneActivationQuantizeItOnce(Form form) {
    String text =
        """
        ir 8, opset 21
        graph g(x: float[N,64]) -> (y: float[...], z: float[...]) {
          w = float[64,32] ~ 1
          v = float[64,16] ~ 2
          b = float[32] ~ 3
          p = MatMul(x, w)
          z = MatMul(x, v)
          y = Add(b, p)
        }
        """;
    PassRun run =
        check(
            PassRun.of(
                new QuantizeDynamic(form, true, true, Approximation.SATURATES, true, 16), text));
    assertThat(operators(run)).containsOnlyOnce("DynamicQuantizeLinear");
    if (form == Form.FUSED) {
      assertThat(operators(run))
          .containsExactly("DynamicQuantizeLinear", "MatMulIntegerToFloat", "MatMulIntegerToFloat");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "w = float[64,32] ~ 1 | Gemm(x, w, b)",
        "w = float[32,64] ~ 1 | Gemm(x, w, b) <transB=1>",
        "w = float[32,64] ~ 1 | Gemm(x, w) <transB=1>",
        "w = float[64,32] ~ 1 | Gemm(x, w, c)",
      })
  void aGemmKeepsItsBias(String weight, String node) {
    for (Form form : Form.values()) {
      String text =
          """
          ir 8, opset 13
          graph g(x: float[N,64]) -> (y: float[...]) {
            %s
            b = float[32] ~ 2
            c = float[1,32] ~ 2
            y = %s # dense
          }
          """
              .formatted(weight, node);
      PassRun run =
          check(
              PassRun.of(
                  new QuantizeDynamic(form, true, true, Approximation.SATURATES, true, 16), text));
      assertThat(operators(run)).doesNotContain("Gemm");
      assertThat(initializers(run)).contains("w_quantized: int8[64,32]", "w_scale: float[32]");
    }
  }

  @Test
  void aTableIsLookedUpAsIntegersAndEachRowScaled() {
    String text =
        """
        ir 8, opset 11
        graph g(ids: int64[N,3]) -> (y: float[N,3,16]) {
          table = float[40,16] ~ 1
          y = Gather(table, ids) # embed
        }
        """;
    PassRun run = check(PassRun.of(FUSED, text));
    assertThat(operators(run)).containsExactly("Gather", "Gather", "Cast", "Mul");
    assertThat(initializers(run))
        .containsExactly("table_quantized: int8[40,16]", "table_scale: float[40,1]");
    PassRun.of(
            new QuantizeDynamic(Form.FUSED, true, true, Approximation.SATURATES, false, 16), text)
        .leavesAlone();
  }

  @Test
  void aTiedTableIsQuantizedForBothOfItsReadersOrForNone() {
    String tied =
        """
        ir 8, opset 11
        graph g(ids: int64[N], x: float[N,40]) -> (y: float[...], z: float[...]) {
          table = float[40,16] ~ 1
          y = Gather(table, ids)
          z = MatMul(x, table)
          OTHER
        }
        """;
    PassRun both = check(PassRun.of(FUSED, tied.replace("OTHER", "")));
    assertThat(initializers(both)).filteredOn(text -> text.contains("int8")).hasSize(2);
    assertThat(initializers(both)).noneMatch(text -> text.startsWith("table:"));
    PassRun none = PassRun.of(FUSED, tied.replace("OTHER", "t = Transpose(table)"));
    none.refuses("its weight 'table' is also read by Transpose -> 't', which keeps it as it is");
    assertThat(none.changes()).hasSize(2);
    PassRun.of(
            FUSED,
            tied.replace("OTHER", "")
                .replace("z: float[...])", "z: float[...], table: float[40,16])"))
        .refuses("its weight 'table' is a graph output");
  }

  @Test
  void oneWeightOfSeveralProductsIsStoredOnce() {
    String text =
        """
        ir 8, opset 11
        graph g(x: float[N,32], v: float[N,32]) -> (y: float[...], z: float[...]) {
          w = float[32,32] ~ 1
          y = MatMul(x, w)
          z = MatMul(v, w)
        }
        """;
    PassRun run = check(PassRun.of(FUSED, text));
    assertThat(initializers(run)).containsExactly("w_quantized: int8[32,32]", "w_scale: float[32]");
  }

  @Test
  void productsInsideBranchesAreFoundAndQuantizeWhatTheyReadThere() {
    String text =
        """
        ir 8, opset 13
        graph g(c: bool[], x: float[N,32]) -> (y: float[...], q: float[...]) {
          w = float[32,32] ~ 1
          q = MatMul(x, w)
          y = If(c) <
            then_branch = graph yes() -> (p: float[...]) {
              v = float[32,32] ~ 2
              p = MatMul(x, v)
            },
            else_branch = graph no() -> (r: float[...]) { r = MatMul(x, w) }
          >
        }
        """;
    PassRun run = check(PassRun.of(FUSED, text));
    assertThat(run.changes()).hasSize(3).allMatch(Change::applied);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "b = float[32] ~ 2 | b = float[1] {1}",
        "b = float[32] ~ 2 | b = float[1,1,32] ~ 2",
        "y = Add(p, b)     | y = Add(p, b)  z = Relu(p)",
        "y = Add(p, b)     | y = Sub(p, b)",
      })
  void whatIsNoBiasStaysOutside(String spelling, String other) {
    PassRun run = PassRun.of(FUSED, PRODUCT.replace(spelling, other.replace("  ", "\n")));
    assertThat(run.text()).contains("DynamicQuantizeMatMul(x, w_quantized, w_scale) # dense");
    check(run);
  }

  @Test
  void anAdditionThatTheStepDoesNotSelectStaysOutside() {
    Where products = new Where(List.of(), List.of("MatMul"), List.of(), List.of(), List.of());
    PassRun run = PassRun.of(FUSED, TextGraph.parse(PRODUCT), products, Statistics.NONE);
    assertThat(operators(run)).containsExactly("DynamicQuantizeMatMul", "Add");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "w = float[64,32] ~ 1 | w = float[3,64,32] ~ 1 | its weight is float[3,64,32], expected two"
            + " dimensions",
        "w = float[64,32] ~ 1 | w = float[64] ~ 1 | its weight is float[64], expected two"
            + " dimensions",
        "w = float[64,32] ~ 1 | w = float16[64,32] ~ 1 | its weight 'w' is float16[64,32], expected"
            + " float",
        "b = float[32] ~ 2 | h = float[15] ~ 1  b = MatMul(a, h)"
            + " | its weight 'h' has 15 elements, fewer than 16",
        "b = float[32] ~ 2 | h = float[4,4] {1, nan, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}  b ="
            + " MatMul(a, h) | its weight 'h' holds a NaN or an infinity",
        "b = float[32] ~ 2 | h = float[4,4] ~ 1  b = Gather(h, ids) <axis=1>"
            + " | it takes columns, expected rows of a table",
        "b = float[32] ~ 2 | h = float[4,4] ~ 1  b = Gemm(a, h) <alpha=2.0> | its alpha and beta"
            + " are not 1",
        "b = float[32] ~ 2 | h = float[4,4] ~ 1  b = Gemm(a, h) <transA=1> | it transposes its"
            + " activation",
        "b = float[32] ~ 2 | h = float[4,4] ~ 1  b = Gemm(a, h, a)"
            + " | its bias 'a' is not one constant number for each output channel",
      })
  void whatDoesNotFitIsLeftAloneWithTheReason(String spelling, String other, String reason) {
    String text =
        PRODUCT
            .replace("(x: float[N,64])", "(x: float[...], a: float[...], ids: int64[2])")
            .replace(spelling, other.replace("  ", "\n"));
    PassRun run = PassRun.of(FUSED, text);
    assertThat(run.changes())
        .filteredOn(change -> !change.applied())
        .extracting(Change::text)
        .containsExactly(reason);
  }

  @Test
  void aWeightThatACallerMayReplaceIsKept() {
    String text =
        PRODUCT
            .replace("w = float[64,32] ~ 1", "")
            .replace("x: float[N,64]", "x: float[N,64], w: float[64,32]");
    assertThat(PassRun.of(FUSED, text).leavesAlone().changes()).isEmpty();
  }

  @Test
  void aProductOfActivationsIsNotEvenReported() {
    String text =
        """
        ir 8, opset 11
        graph g(x: float[N,4], v: float[4,N]) -> (y: float[...]) { y = MatMul(x, v) }
        """;
    assertThat(PassRun.of(FUSED, text).leavesAlone().changes()).isEmpty();
  }

  @Test
  void aMinimumUnderOneIsRefused() {
    assertThatThrownBy(
            () -> new QuantizeDynamic(Form.FUSED, true, true, Approximation.SATURATES, true, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("minimum-elements must be at least 1, got 0");
  }
}
