package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Change;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddLoraTest {
  private static final AddLora PASS = new AddLora(2, 6, 16);

  private static PassRun run(String body) {
    return PassRun.of(PASS, LowRankModels.of(body));
  }

  private static float[] numbers(PassRun run, String weight) {
    return find(run, weight).constant().orElseThrow().toFloats();
  }

  private static Value find(PassRun run, String name) {
    Value value = run.after().graph().find(name);
    assertThat(value).as(name).isNotNull();
    return value;
  }

  @Test
  void aPathLiesBesideAProduct() {
    PassRun run = run("h = MatMul(x, w) # it  y = Relu(h)").computesTheSame(0);

    assertThat(run.text())
        .contains(
            "it_lora_a = float[16,2]",
            "it_lora_b = float[2,24] {0, 0",
            "it_lora_scale = float[] {3}",
            "h_before_lora = MatMul(x, w) # it",
            "it_lora_a_output = MatMul(x, it_lora_a) # it_lora_a",
            "it_lora_scale_output = Mul(it_lora_a_output, it_lora_scale) # it_lora_scale",
            "it_lora_b_output = MatMul(it_lora_scale_output, it_lora_b) # it_lora_b",
            "h = Add(h_before_lora, it_lora_b_output) # it_lora_sum",
            "y = Relu(h)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "y = MatMul(x, w)                            | MatMul MatMul Mul MatMul Add",
        "y = MatMul(l, x)                            | MatMul MatMul Mul MatMul Add",
        "y = Gemm(u, w, b) <alpha=0.5, beta=2.0>     | Gemm MatMul Mul MatMul Add",
        "y = Gemm(u, v) <transB=1>                   | Gemm MatMul Mul MatMul Add",
        "y = Conv(p, k, c) <pads=[1, 0, 0, 1], strides=[2, 1], dilations=[1, 2]> | Conv Conv Mul"
            + " Conv Add",
        "y = Conv(p, k) <auto_pad=\"SAME_UPPER\", kernel_shape=[3, 3], group=1> | Conv Conv Mul"
            + " Conv Add",
        "y = Conv(p, one)                            | Conv Conv Mul Conv Add",
        "d = DequantizeLinear(w8, s) <axis=1>  y = MatMul(x, d) | DequantizeLinear MatMul MatMul"
            + " Mul MatMul Add",
        "t = Transpose(v)  y = MatMul(x, t)          | Transpose MatMul MatMul Mul MatMul Add",
        "y = com.microsoft::DynamicQuantizeMatMul(x, w8, s) | DynamicQuantizeMatMul MatMul Mul"
            + " MatMul Add",
        "q, qs, qz = DynamicQuantizeLinear(x)  y = com.microsoft::MatMulIntegerToFloat(q, w8, qs,"
            + " s, qz) | DynamicQuantizeLinear MatMulIntegerToFloat MatMul Mul MatMul Add",
        "y = com.microsoft::MatMulNBits(x, n4, s4) <K=16, N=24, bits=4, block_size=16> |"
            + " MatMulNBits MatMul Mul MatMul Add",
      })
  void whateverTheProductIsNothingChanges(String body, String expected) {
    PassRun run = run(body).computesTheSame(0);
    assertThat(String.join(" ", LowRankModels.types(run.after()))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "y = MatMul(x, w)",
        "y = MatMul(l, x)",
        "y = Gemm(u, v) <transB=1>",
        "y = Conv(p, k)",
        "y = com.microsoft::DynamicQuantizeMatMul(x, w8, s)"
      })
  void whatIsAddedCanBeSelectedForTraining(String body) {
    PassRun run = run(body);

    assertThat(Parameters.of(run.after()).keySet()).contains("y_lora_a", "y_lora_b");
    assertThat(
            Parameters.of(
                    run.after(),
                    node -> node.name().endsWith("_lora_a") || node.name().endsWith("_lora_b"))
                .keySet())
        .containsExactly("y_lora_a", "y_lora_b");
  }

  @Test
  void theFirstMatrixIsUniformAndTheSecondZero() {
    PassRun run = PassRun.of(new AddLora(64, 64, 16), wide());

    float[] first = numbers(run, "y_lora_a");
    double variance =
        IntStream.range(0, first.length).mapToDouble(i -> first[i] * first[i]).average().orElse(0);
    // Uniform up to 1/16 either way.
    assertThat(variance).isCloseTo(1. / 256 / 3, within(1e-5));
    for (float number : first) {
      assertThat(number).isBetween(-1f / 16, 1f / 16);
    }
    assertThat(numbers(run, "y_lora_b")).containsOnly(0);
    // 64 over 64 is no factor.
    assertThat(LowRankModels.types(run.after()))
        .containsExactly("MatMul", "MatMul", "MatMul", "Add");
  }

  private static Model wide() {
    return TextGraph.parse(
        """
        ir 10, opset 21
        graph g(x: float[2,256]) -> (y: float[...]) {
          w = float[256,512] ~ 1
          y = MatMul(x, w)
        }
        """);
  }

  @Test
  void productsOfOneWeightHaveAPathEach() {
    PassRun run = run("h = MatMul(x, w)  r = Relu(x)  i = MatMul(r, w)  y = Add(h, i)");

    run.computesTheSame(0);
    assertThat(numbers(run, "h_lora_a")).isNotEqualTo(numbers(run, "i_lora_a"));
    assertThat(find(run, "w").uses()).hasSize(2);
  }

  @Test
  void namesThatAreTakenLeadToOthersWithTheSameEnd() {
    PassRun run =
        run("h_lora_a = Relu(x)  h = MatMul(h_lora_a, w)  y = Relu(h)").computesTheSame(0);
    assertThat(run.text()).contains("h_2_lora_a = float[16,2]", "h_2_lora_b = float[2,24]");
  }

  @Test
  void productsThatAreNotSelectedStay() {
    Where where = Where.EVERYWHERE.only("first");
    PassRun run =
        PassRun.of(
            PASS,
            LowRankModels.of("h = MatMul(x, w) # first  y = MatMul(h, v) # second"),
            where,
            Statistics.NONE);

    run.computesTheSame(0);
    assertThat(run.text()).contains("first_lora_a").doesNotContain("second_lora_a");
  }

  @Test
  void productsInBranchesHaveTheirPathsThere() {
    PassRun run =
        PassRun.of(
            PASS,
            """
            ir 10, opset 21
            graph g(x: float[2,16], c: bool[]) -> (y: float[...]) {
              w = float[16,24] ~ 1
              y = If(c) <
                then_branch = graph yes() -> (p: float[...]) { p = MatMul(x, w) },
                else_branch = graph no() -> (q: float[...]) { v = float[16,24] ~ 2 q = MatMul(x, v) }
              >
            }
            """);

    run.computesTheSame(0);
    run.after()
        .graph()
        .forEachGraph(
            graph ->
                assertThat(graph.nodes().stream().map(Node::opType))
                    .isIn(List.of("If"), List.of("MatMul", "MatMul", "Mul", "MatMul", "Add")));
    assertThat(run.changes().stream().filter(Change::applied)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "y = Gemm(m, w) <transA=1> | it transposes its activation",
        "y = Conv(p, g4) <group=2> | it has groups",
        "w3 = float[2,16,24] ~ 1  y = MatMul(x, w3) | its weight 'w3' is not known to be a matrix",
        "w1 = float[16] ~ 1  y = MatMul(x, w1) | its weight 'w1' is not known to be a matrix",
        "w2 = float[3,5] ~ 1  z = Conv(p, k)  y = MatMul(m, w2) | its weight 'w2' has 15 elements,"
            + " fewer than 16",
        "w2 = float[16,2] ~ 1  y = MatMul(x, w2) | its weight 'w2' has 32 elements, and a path of"
            + " 2 channels would have 36",
        "q, qs, qz = DynamicQuantizeLinear(x)  y = MatMulInteger(q, w8, qz) | it takes integers,"
            + " and a low-rank path takes floats",
        "h = Cast(x) <to=11>  wd = double[16,24] ~ 1  y = MatMul(h, wd) | it does not compute in"
            + " floats of 32 bits",
      })
  void whatDoesNotFitIsLeftAloneWithAReason(String body, String reason) {
    PassRun run = run(body);
    assertThat(run.changes()).extracting(Change::text).contains(reason);
    assertThat(run.text()).doesNotContain("y_lora");
  }

  @Test
  void aWeightThatACallerMayOverrideIsLeftAlone() {
    Model model = LowRankModels.of("y = MatMul(x, w)");
    Graph graph = model.graph();
    graph.addInput(graph.initializers().getFirst());
    PassRun.of(PASS, model).refuses("its weight 'w' is a graph input with a default");
  }

  @Test
  void productsOfConstantsAreNotEvenReported() {
    assertThat(run("c2 = MatMul(w, v)  y = Relu(c2)").leavesAlone().changes()).isEmpty();
  }

  @Test
  void productsOfTwoActivationsAreNotEvenReported() {
    assertThat(run("t = Transpose(x) <perm=[0, 2, 1]>  y = MatMul(x, t)").leavesAlone().changes())
        .isEmpty();
  }

  @Test
  void whatHasAPathOrIsOneGetsNoOther() {
    PassRun first = run("y = MatMul(x, w)");
    PassRun again = PassRun.of(new AddLora(1, 1, 1), first.after());
    again.refuses("it has a low-rank path beside it");
    assertThat(again.changes()).extracting(Change::text).contains("it is part of a low-rank path");
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AddLora(0, 1, 1))
        .withMessage("rank must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AddLora(1, 0, 1))
        .withMessage("alpha must be a number above 0, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AddLora(1, 1, 0))
        .withMessage("minimum-elements must be at least 1, got 0");
  }

  @Test
  void theSeedDecides() {
    float[] once = numbers(run("y = MatMul(x, w)"), "y_lora_a");
    assertThat(numbers(run("y = MatMul(x, w)"), "y_lora_a")).isEqualTo(once);
  }
}
