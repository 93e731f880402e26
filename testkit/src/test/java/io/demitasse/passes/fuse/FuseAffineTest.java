package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Node;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.testkit.PassRun;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FuseAffineTest {
  private static final String FRAME =
      """
      ir 8, opset OPSET
      graph g(x: INPUT, v: float[6], u: float[6,4,3,3]) -> (y: float[...]) {
        w = WEIGHT
        b = float[6] ~ 2
        scale = float[SIZES] ~ 3 in [-2, 2]
        shift = float[SIZES] ~ 4
        divisor = float[SIZES] ~ 5 in [0.5, 3]
        number = float[1] {-1.25}
        one = float[] {1}
        zero = float[] {0}
        huge = float[] {1e38}
        rows = float[7,1] ~ 6
        batch = float[2,1,1,1] ~ 7
        gamma = float[6] ~ 8
        variance = float[6] ~ 9 in [0.1, 3]
        c = NODE # before
        STEPS
      }
      """;

  private static final String CHAIN =
      lines(
          "s = Mul(scale, c) # s",
          "t = Add(s, shift) # t",
          "d = Div(t, divisor) # d",
          "m = Mul(d, number) # m",
          "y = Sub(shift, m) # last");

  private static final String PADDED = "Conv(x, w) <pads=[1, 1, 1, 1]>";

  private static String lines(String... steps) {
    return String.join("\n", steps);
  }

  private static String text(int opset, String input, String weight, String node, String steps) {
    String sizes = node.startsWith("Conv") ? "6,1,1" : "1,6";
    return FRAME
        .replace("OPSET", Integer.toString(opset))
        .replace("INPUT", input)
        .replace("WEIGHT", weight)
        .replace("NODE", node)
        .replace("SIZES", input.endsWith("9]") ? "1,6,1" : sizes)
        .replace("STEPS", steps);
  }

  private static String conv(String node, String... steps) {
    return text(13, "float[2,4,7,7]", "float[6,4,3,3] ~ 1", node, lines(steps));
  }

  private static PassRun run(String text) {
    return PassRun.of(new FuseAffine(), text);
  }

  private static List<String> types(PassRun run) {
    return run.after().graph().nodes().stream().map(Node::opType).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float[2,4,7,7] | float[6,4,3,3] ~ 1 | Conv(x, w)",
        "float[2,4,7,7] | float[6,4,3,3] ~ 1 | Conv(x, w, b)",
        "float[2,4,7,7] | float[6,2,3,3] ~ 1 | Conv(x, w, b) <group=2, pads=[1, 1, 1, 1]>",
        "float[2,6,7,7] | float[6,1,3,3] ~ 1 | Conv(x, w) <group=6>",
        "float[2,6,7,7] | float[6,1,3,3] ~ 1 | Conv(x, w, b) <group=6>",
        "float[2,4,9]   | float[6,4,3] ~ 1   | Conv(x, w, b)",
        "float[2,4,7,7] | float[4,6,3,3] ~ 1 | ConvTranspose(x, w)",
        "float[2,4,7,7] | float[4,3,3,3] ~ 1 | ConvTranspose(x, w, b) <group=2, strides=[2, 2]>",
        "float[2,6,7,7] | float[6,1,3,3] ~ 1 | ConvTranspose(x, w, b) <group=6>",
        "float[3,4]     | float[4,6] ~ 1     | Gemm(x, w, b)",
        "float[3,4]     | float[6,4] ~ 1     | Gemm(x, w, b) <transB=1, alpha=0.5, beta=2.0>",
      })
  void aChainIsFoldedIntoWeightAndBias(String input, String weight, String node) {
    for (int opset : new int[] {9, 21}) {
      PassRun run = run(text(opset, input, weight, node, CHAIN)).computesTheSame(1e-5);
      assertThat(run.after().graph().nodes()).extracting(Node::name).containsExactly("before");
      assertThat(run.changes())
          .singleElement()
          .matches(change -> change.text().equals("absorbed Mul, Add, Div, Mul, Sub"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float[3,4]       | float[4,6] ~ 1",
        "float[2,3,4]     | float[4,6] ~ 1",
        "float[2,5,3,4]   | float[2,1,4,6] ~ 1",
      })
  void aMatMulKeepsOneAdd(String input, String weight) {
    PassRun run = run(text(13, input, weight, "MatMul(x, w)", CHAIN)).computesTheSame(1e-5);
    assertThat(types(run)).containsExactly("MatMul", "Add");
    assertThat(types(run(text(13, input, weight, "MatMul(x, w)", "y = Div(c, divisor)"))))
        .containsExactly("MatMul");
  }

  @Test
  void theNumbersAreThoseOfTheFormula() {
    run("""
    ir 8, opset 13
    graph g(x: float[1,1,1]) -> (y: float[1,1,1]) {
      w = float[1,1,1] {3}
      two = float[] {2}
      three = float[1] {3}
      c = Conv(x, w)
      m = Mul(c, two)
      y: float[1,1,1] = Add(m, three)
    }
    """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[1,1,1]) -> (y: float[1,1,1]) {
              w_bias = float[1] {3}
              w_folded = float[1,1,1] {6}
              y: float[1,1,1] = Conv(x, w_folded, w_bias)
            }
            """);
  }

  @Test
  void aNormalizationBetweenIsFoldedToo() {
    String norm = "n = BatchNormalization(t, gamma, b, b, variance)";
    PassRun run =
        run(conv("Conv(x, w)", "t = Add(c, shift)", norm, "y = Mul(n, scale)"))
            .computesTheSame(1e-5);
    assertThat(types(run)).containsExactly("Conv");
    run(conv("Conv(x, w)", norm.replace("n =", "y =").replace("(t", "(c").replace("gamma", "v")))
        .refuses("'v' is not a constant float tensor");
    String product = norm.replace("n =", "y =").replace("(t", "(c");
    run(text(13, "float[2,6,4]", "float[4,6] ~ 1", "MatMul(x, w)", product))
        .refuses("it does not normalize the 6 channels before");
  }

  @Test
  void aBiasBehindAMatMulStaysWhereItIs() {
    String text = text(13, "float[2,3,4]", "float[4,6] ~ 1", "MatMul(x, w)", "y = Add(c, b)");
    assertThat(run(text).leavesAlone().changes()).isEmpty();
  }

  @Test
  void whatComesBeforeAnObstacleIsFolded() {
    PassRun run =
        run(conv(PADDED, "s = Mul(c, scale)", "t = Add(s, shift)", "y = Add(t, rows)"))
            .computesTheSame(1e-5);
    assertThat(types(run)).containsExactly("Conv", "Add");
    assertThat(run.changes())
        .extracting(change -> change.text())
        .containsExactly(
            "'rows' is float[7,1], expected one number, or one for each of 6 channels",
            "absorbed Mul, Add");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "y = Mul(c, rows) | 'rows' is float[7,1], expected one number, or one for each of 6"
            + " channels",
        "y = Mul(c, batch) | 'batch' is float[2,1,1,1], expected one number, or one for each of 6"
            + " channels",
        "y = Add(c, b) | 'b' is float[6], expected one number, or one for each of 6 channels",
        "y = Div(c, zero) | it divides by zero or has numbers that are not finite",
        "z = Relu(c)  y = Mul(c, scale) | the inner value 'c' is also read by Relu -> 'z'",
        "z = Conv(x, w)  y = Mul(c, scale) | the weight 'w' has other readers and would be stored"
            + " twice",
      })
  void whatDoesNotFitIsLeftAlone(String steps, String reason) {
    run(conv("Conv(x, w)", steps.replace("  ", "\n"))).refuses(reason);
  }

  @Test
  void numbersThatLeaveTheRangeOfFloatsStay() {
    PassRun run = run(conv("Conv(x, w)", "s = Mul(c, huge)", "y = Mul(s, huge)"));
    assertThat(types(run)).containsExactly("Conv", "Mul");
    assertThat(run.changes())
        .extracting(change -> change.text())
        .contains("the weight and bias would leave the range of floats");
  }

  @Test
  void aGemmWithoutBiasGetsOne() {
    String text = text(13, "float[3,4]", "float[4,6] ~ 1", "Gemm(x, w)", CHAIN);
    assertThat(types(run(text).computesTheSame(1e-5))).containsExactly("Gemm");
  }

  @Test
  void weightAndBiasMustBeConstant() {
    run(conv("Conv(x, u)", "y = Mul(c, scale)")).refuses("'u' is not a constant float tensor");
    run(conv("Conv(x, w, v)", "y = Mul(c, scale)")).refuses("'v' is not a constant float tensor");
    String vector = text(13, "float[2,3,6]", "float[6] ~ 1", "MatMul(x, w)", "y = Mul(c, number)");
    run(vector).refuses("the weight 'w' is a vector");
  }

  @Test
  void anOutputBetweenKeepsItsValue() {
    run(conv("Conv(x, w)", "y = Mul(c, scale)")
            .replace("(y: float[...])", "(y: float[...], c: float[...])"))
        .refuses("the inner value 'c' is a graph output");
  }

  @Test
  void stepsThatAreNotSelectedStay() {
    Where where = new Where(List.of(), List.of(), List.of(), List.of(), List.of("last"));
    PassRun.of(
            new FuseAffine(),
            TextGraph.parse(conv("Conv(x, w)", "y = Mul(c, scale) # last")),
            where,
            Statistics.NONE)
        .refuses("the step does not select Mul 'last'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"y = Relu(c)", "y = Mul(c, c)", "y = Div(scale, c)", "y = Add(c, x)"})
  void whatIsNoStepIsNotEvenReported(String step) {
    String text = text(13, "float[2,6,7,7]", "float[6,6,1,1] ~ 1", "Conv(x, w)", step);
    assertThat(run(text).leavesAlone().changes()).isEmpty();
  }
}
