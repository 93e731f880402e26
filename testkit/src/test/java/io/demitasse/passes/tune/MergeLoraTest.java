package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Change;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import io.demitasse.testkit.PassRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MergeLoraTest {
  private static final AddLora ADD = new AddLora(2, 6, 16);
  private static final MergeLora PASS = new MergeLora();

  private static Model adapted(String body) {
    return PassRun.of(ADD, LowRankModels.of(body)).after();
  }

  private static PassRun merged(String body) {
    return PassRun.of(PASS, LowRankModels.trained(adapted(body)));
  }

  @Test
  void theNumbersAreThoseOfTheFormula() {
    PassRun.of(
            PASS,
            """
            ir 8, opset 13
            graph g(x: float[1,2]) -> (y: float[1,3]) {
              w = float[2,3] {1, 2, 3, 4, 5, 6}
              a = float[2,1] {1, 10}
              s = float[] {0.5}
              b = float[1,3] {2, 4, -6}
              h = MatMul(x, w) # it
              i = MatMul(x, a)
              j = Mul(i, s)
              k = MatMul(j, b)
              y: float[1,3] = Add(h, k)
            }
            """)
        .computesTheSame(1e-6)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[1,2]) -> (y: float[1,3]) {
              w = float[2,3] {2, 4, 0, 14, 25, -24}
              y: float[1,3] = MatMul(x, w) # it
            }
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = MatMul(x, w)",
        "h = MatMul(x, w)  y = Add(b, h)",
        "y = MatMul(l, x)",
        "y = Gemm(u, w, b) <alpha=0.5, beta=2.0>",
        "y = Gemm(u, v) <transB=1, alpha=-2.0>",
        "y = Conv(p, k, c) <pads=[1, 0, 0, 1], strides=[2, 1], dilations=[1, 2]>",
        "y = Conv(p, k) <auto_pad=\"SAME_UPPER\", kernel_shape=[3, 3], group=1>",
        "y = Conv(p, one)",
        "h = MatMul(x, w)  i = Relu(h)  y = MatMul(i, v)",
      })
  void whatWasTrainedIsFoldedIntoTheWeights(String body) {
    PassRun run = merged(body).computesTheSame(1e-5);

    Model original = LowRankModels.of(body);
    assertThat(LowRankModels.types(run.after())).isEqualTo(LowRankModels.types(original));
    assertThat(run.text()).isNotEqualTo(TextGraph.print(original)).doesNotContain("lora");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h = MatMul(x, w)  y = Add(b, h)",
        "h = MatMul(x, w)  r = Relu(x)  i = MatMul(r, w)  y = Add(h, i)",
        "y = Gemm(u, v) <transB=1, alpha=0.0>",
        "y = Conv(p, k, c)",
        "d = DequantizeLinear(w8, s) <axis=1>  y = MatMul(x, d)",
        "y = com.microsoft::DynamicQuantizeMatMul(x, w8, s)",
        "e = Constant() <value=float[2,2] {-0.0, 1, -0.0, 2}>  y = MatMul(x, w)",
      })
  void withoutTrainingTheModelIsTheOriginalBitForBit(String body, @TempDir Path folder)
      throws IOException {
    Model original = LowRankModels.of(body);

    PassRun run = PassRun.of(PASS, adapted(body));

    assertThat(run.text()).isEqualTo(TextGraph.print(original));
    assertThat(Files.mismatch(written(original, folder), written(run.after(), folder)))
        .isEqualTo(-1);
  }

  private static Path written(Model model, Path folder) throws IOException {
    Path file = Files.createTempDirectory(folder, "model").resolve("model.onnx");
    Ports.find().format().write(model, file, WriteOptions.DEFAULT);
    return file;
  }

  @Test
  void aWeightKeepsEveryBitWhereNothingIsAdded() {
    PassRun run =
        PassRun.of(
            PASS,
            """
            ir 8, opset 13
            graph g(x: float[1,2]) -> (y: float[1,2]) {
              w = float[2,2] {-0.0, 1, 2, -0.0}
              a = float[2,1] {0, 1}
              b = float[1,2] {1, 0}
              h = MatMul(x, w)
              i = MatMul(x, a)
              k = MatMul(i, b)
              y = Add(k, h)
            }
            """);
    assertThat(run.text()).contains("w = float[2,2] {-0, 1, 3, -0}");
  }

  @Test
  void aWeightThatOthersReadIsCopied() {
    PassRun run = merged("h = MatMul(x, w)  r = Relu(x)  i = MatMul(r, w)  y = Add(h, i)");

    run.computesTheSame(1e-5);
    assertThat(run.text()).contains("MatMul(x, w_merged)", "MatMul(r, w)");
  }

  @Test
  void aWeightInANodeBecomesAnInitializer() {
    PassRun run = merged("n = Constant() <value=float[16,24] ~ 1>  y = MatMul(x, n)");

    run.computesTheSame(1e-5);
    assertThat(LowRankModels.types(run.after())).containsExactly("MatMul");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The number behind, and a bias before the sum.
        "h = MatMul(x, w)  hb = Add(h, b)  i = MatMul(x, a)  j = MatMul(i, e)  q = Mul(two, j)"
            + "  y = Add(hb, q)",
        // No number at all.
        "h = MatMul(x, w)  i = MatMul(x, a)  j = MatMul(i, e)  y = Add(j, h)",
        // Two of them.
        "h = MatMul(x, w)  i = MatMul(x, a)  j = Mul(i, two)  n = MatMul(j, e)  q = Mul(n, two)"
            + "  y = Add(h, q)",
        // Two paths, one after the other.
        "h = MatMul(x, w)  i = MatMul(x, a)  j = MatMul(i, e)  q = Add(h, j)  i2 = MatMul(x, a)"
            + "  j2 = MatMul(i2, e)  y = Add(q, j2)",
        // In Gemm.
        "h = Gemm(u, w, b)  i = Gemm(u, at) <transB=1, alpha=3.0>  j = Gemm(i, e)  y = Add(h, j)",
      })
  void pathsOfOtherToolsAreMergedToo(String body) {
    PassRun run = PassRun.of(PASS, LowRankModels.of(MATRICES + body)).computesTheSame(1e-5);
    assertThat(LowRankModels.types(run.after()))
        .startsWith(body.contains("Gemm") ? "Gemm" : "MatMul");
    assertThat(LowRankModels.types(run.after()).stream().filter(type -> !type.equals("Add")))
        .hasSize(1);
  }

  private static final String MATRICES =
      "a = float[16,2] ~ 30  at = float[2,16] ~ 31  e = float[2,24] ~ 32  two = float[] {2}"
          + "  short = float[2,1] ~ 33  kernel = float[2,4,3,3] ~ 34  point = float[6,2,1,1] ~ 35"
          + "  ei = float[2] ~ 36  ";

  @Test
  void whatIsNotSelectedStays() {
    Where where = Where.EVERYWHERE.except(List.of("y_lora_b"));
    PassRun.of(PASS, LowRankModels.trained(adapted("y = MatMul(x, w)")), where, Statistics.NONE)
        .refuses("the step does not select MatMul 'y_lora_b'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "d = DequantizeLinear(w8, s) <axis=1>  y = MatMul(x, d) | the weight"
            + " 'DequantizeLinear' is not a constant of floats",
        "y = com.microsoft::DynamicQuantizeMatMul(x, w8, s) | the weight 'w8' is not a constant of"
            + " floats",
        "y = Gemm(u, v) <transB=1, alpha=0.0> | Gemm -> 'y_before_lora' multiplies its product"
            + " with 0",
      })
  void whatTakesUpNothingIsLeftAlone(String body, String reason) {
    merged(body).refuses(reason.replace("'DequantizeLinear'", "'d'"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "h = MatMul(x, w)  i = MatMul(x, a)  j = MatMul(i, e)  o = Add(h, j)  r = Relu(h)"
            + "  y = Add(o, r) | 'h' is read elsewhere too",
        "h = MatMul(x, w)  i = MatMul(x, a)  j = MatMul(i, e)  o = Add(h, j)  r = Relu(j)"
            + "  y = Add(o, r) | 'j' is read elsewhere too",
        "h = MatMul(x, w)  i = MatMul(x, a)  j = MatMul(i, short)  y = Add(h, j) | its path does"
            + " not give as many channels as MatMul -> 'h'",
        "h = Gemm(u, w)  i = Gemm(u, a, ei)  j = Gemm(i, e)  y = Add(h, j) | Gemm -> 'i' has a"
            + " bias",
        "h = Conv(p, k)  i = Conv(p, kernel) <pads=[1, 1, 1, 1], strides=[2, 2]>  j = Conv(i,"
            + " point)  y = Add(h, j) | its path does not move over the input as Conv -> 'h' does",
        "h = Conv(p, k) <pads=[1, 1, 1, 1]>  i = Conv(p, kernel)  j = Conv(i, point) <pads=[1, 1,"
            + " 1, 1]>  y = Add(h, j) | its path does not move over the input as Conv -> 'h' does",
      })
  void whatIsNoSuchPathIsLeftAlone(String body, String reason) {
    PassRun.of(PASS, LowRankModels.of(MATRICES + body)).refuses(reason);
  }

  @Test
  void aSumThatLeavesTheRangeOfFloatsIsLeftAlone() {
    PassRun.of(
            PASS,
            """
            ir 8, opset 13
            graph g(x: float[1,2]) -> (y: float[...]) {
              w = float[2,3] ~ 1
              a = float[2,1] {1e30, 1}
              b = float[1,3] {1e30, 1, 1}
              h = MatMul(x, w)
              i = MatMul(x, a)
              k = MatMul(i, b)
              y = Add(h, k)
            }
            """)
        .refuses("the weight of both would leave the range of floats");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h = MatMul(x, w)  r = Relu(x)  i = MatMul(r, a)  j = MatMul(i, e)  y = Add(h, j)",
        "h = MatMul(x, w)  i = MatMul(x, a)  r = Relu(i)  j = MatMul(r, e)  y = Add(h, j)",
        "h = MatMul(x, w)  i = MatMul(x, a)  j = MatMul(i, e)  y = Sub(h, j)",
      })
  void whatOnlyResemblesAPathIsNotEvenReported(String body) {
    assertThat(PassRun.of(PASS, LowRankModels.of(MATRICES + body)).leavesAlone().changes())
        .isEmpty();
  }

  @Test
  void pathsInBranchesAreMergedThere() {
    Model model =
        PassRun.of(
                ADD,
                """
                ir 10, opset 21
                graph g(x: float[2,16], c: bool[]) -> (y: float[...]) {
                  w = float[16,24] ~ 1
                  y = If(c) <
                    then_branch = graph yes() -> (p: float[...]) { p = MatMul(x, w) },
                    else_branch = graph no() -> (q: float[...]) { q = MatMul(x, w) }
                  >
                }
                """)
            .after();

    PassRun run = PassRun.of(PASS, LowRankModels.trained(model)).computesTheSame(1e-5);

    assertThat(run.changes().stream().filter(Change::applied)).hasSize(2);
    assertThat(run.text()).doesNotContain("lora");
  }
}
