package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.calibrate.MinMax;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeStatic.Calibration;
import io.demitasse.pipeline.Change;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizeStaticTest {
  private static final QuantizeStatic PASS = pass();
  private static final double BOUND = .04;

  private static final String CONV =
      """
      ir 8, opset 13
      graph g(x: float[1,8,9,9]) -> (y: float[...]) {
        w = float[6,8,3,3] ~ 1
        b = float[6] ~ 2
        c = Conv(x, w, b) # conv
        y = Relu(c) # relu
      }
      """;

  /** All of what the synthetic samples show is kept, so that rounding alone makes the error. */
  private static QuantizeStatic pass(String... operators) {
    return new QuantizeStatic(List.of(operators), true, false, Calibration.MIN_MAX, 100);
  }

  private static PassRun run(QuantizeStatic pass, String text) {
    return PassChecks.applied(pass, TextGraph.parse(text));
  }

  private static PassRun check(PassRun run) {
    return Approximation.check(run, BOUND, Map.of());
  }

  private static List<String> operators(PassRun run) {
    return run.after().graph().nodes().stream().map(Node::opType).toList();
  }

  private static List<String> initializers(PassRun run) {
    return run.after().graph().initializers().stream().map(Value::toString).toList();
  }

  @Test
  void aConvolutionStandsBetweenDequantizationAndQuantization() {
    PassRun run = check(run(PASS, CONV));
    assertThat(operators(run))
        .containsExactly(
            "QuantizeLinear",
            "DequantizeLinear",
            "DequantizeLinear",
            "DequantizeLinear",
            "Conv",
            "Relu",
            "QuantizeLinear",
            "DequantizeLinear");
    assertThat(initializers(run))
        .contains(
            "w_quantized: int8[6,8,3,3]",
            "w_scale: float[6]",
            "w_zero_point: int8[6]",
            "b_quantized: int32[6]",
            "b_scale: float[6]",
            "x_scale: float[]",
            "x_zero_point: uint8[]")
        .noneMatch(text -> text.startsWith("w:") || text.startsWith("b:"));
    assertThat(run.changes())
        .containsExactly(
            new Change(
                "quantize-static", true, "model", "conv", "Conv", "computes in 8-bit integers"));
  }

  @Test
  void theRuntimeMakesIntegerKernelsOfIt() {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[1,8,9,9]) -> (y: float[...]) {
          w = float[8,8,3,3] ~ 1
          v = float[8,1,3,3] ~ 2
          b = float[8] ~ 3
          shape = int64[2] {0, -1}
          m = float[392,32] ~ 4
          k = float[1,32] ~ 5
          l = float[32,8] ~ 6
          six = float[] {6}
          zero = float[] {0}
          c = Conv(x, w, b) # one
          r = Clip(c, zero, six) # clip
          d = Conv(r, v, b) <group=8, pads=[1, 1, 1, 1]> # two
          a = Add(d, r) # sum
          f = Reshape(a, shape) # flat
          p = MatMul(f, m) # dense
          q = Mul(p, k) # scaled
          y = MatMul(q, l) # last
        }
        """;
    PassRun run = check(run(PASS, text));
    assertThat(kernels(run))
        .contains(
            "QLinearConv", "QLinearAdd", "QLinearMatMul", "QLinearMul", "MatMulIntegerToFloat")
        .doesNotContain("Conv", "FusedConv", "Clip", "Add", "MatMul", "Mul");
    assertThat(kernels(run)).filteredOn("QuantizeLinear"::equals).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float[1,8,9,9] | float[6,8,3,3] ~ 1 | Conv(x, w)",
        "float[1,8,9,9] | float[6,8,3,3] ~ 1 | Conv(x, w, b)",
        "float[1,8,9,9] | float[6,4,3,3] ~ 1 | Conv(x, w, b) <group=2>",
        "float[1,6,9,9] | float[6,1,3,3] ~ 1 | Conv(x, w, b) <group=6>",
        "float[5,64]    | float[64,6] ~ 1    | MatMul(x, w)",
        "float[2,5,64]  | float[2,64,6] ~ 1  | MatMul(x, w)",
        "float[5,64]    | float[64,6] ~ 1    | Gemm(x, w, b)",
        "float[5,64]    | float[6,64] ~ 1    | Gemm(x, w, b) <transB=1>",
        "float[5,64]    | float[6,64] ~ 1    | Gemm(x, w) <transB=1>",
      })
  void everyKindOfProductComputesNearlyTheSame(String input, String weight, String node) {
    for (int opset : new int[] {13, 21}) {
      String text =
          """
          ir 10, opset OPSET
          graph g(x: INPUT) -> (y: float[...]) {
            w = WEIGHT
            b = float[6] ~ 2
            y = NODE
          }
          """
              .replace("OPSET", Integer.toString(opset))
              .replace("INPUT", input)
              .replace("WEIGHT", weight)
              .replace("NODE", node);
      assertThat(check(run(PASS, text)).changes()).singleElement().matches(Change::applied);
      assertThat(
              check(run(new QuantizeStatic(List.of(), false, true, Calibration.MIN_MAX, 100), text))
                  .changes())
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Add(a, w)",
        "Mul(w, a)",
        "Add(a, b)",
        "Mul(a, b)",
        "Sigmoid(a)",
        "LeakyRelu(a)",
        "HardSigmoid(a)",
        "Concat(a, b) <axis=0>",
        "Mul(a, half)",
        "Add(a, half)",
        "Add(half, m)",
      })
  void everyKindOfNodeBetweenProductsComputesNearlyTheSame(String node) {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[5,64]) -> (y: float[...]) {
          v = float[64,6] ~ 1
          u = float[64,6] ~ 2
          w = float[6] ~ 3
          half = float[1] {0.5}
          t = float[6,7] ~ 4
          a = MatMul(x, v)
          b = MatMul(x, u)
          m = Mul(a, b)
          n = NODE # node
          y = MatMul(n, t)
        }
        """
            .replace("NODE", node);
    PassRun run = check(run(PASS, text));
    assertThat(run.changes()).extracting(Change::node).contains("node");
    assertThat(run.changes()).allMatch(Change::applied);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add(a, w)", "Mul(a, a)", "Sigmoid(a)", "HardSigmoid(a)", "Relu(a)"})
  void whatComputesElementByElementStaysAFloatAtTheEndOfAnIsland(String node) {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[5,64]) -> (y: float[...]) {
          v = float[64,6] ~ 1
          w = float[6] ~ 3
          a = MatMul(x, v) # product
          b = NODE # node
          y = Exp(b)
        }
        """
            .replace("NODE", node);
    PassRun run = run(pass("MatMul", "Add", "Mul", "Sigmoid", "HardSigmoid"), text);
    assertThat(run.changes()).extracting(Change::node).containsExactly("product");
    assertThat(operators(run)).containsOnlyOnce("QuantizeLinear");
  }

  private static final String HARD_SWISH =
      """
      ir 8, opset 13
      graph g(x: float[1,8,9,9]) -> (y: float[...]) {
        w = float[6,8,3,3] ~ 1 in [-0.5, 0.5]
        v = float[6,1,3,3] ~ 2
        third = float[1] {TERM}
        c = Conv(x, w) # first
        h = HardSigmoid(c) <alpha=0.16666667> # hard
        m = Mul(c, h) # swish
        s = Add(m, third) # shift
        y = Conv(s, v) <group=6, pads=[1, 1, 1, 1]> # second
      }
      """;

  @Test
  void aShiftedHardSwishIsComputedOnBytes() {
    PassRun run = check(run(PASS, HARD_SWISH.replace("TERM", "0.3")));
    assertThat(run.changes())
        .extracting(Change::node)
        .containsExactly("first", "hard", "swish", "shift", "second");
    assertThat(operators(run)).doesNotContain("HardSigmoid", "Add").contains("LeakyRelu");
    assertThat(kernels(run))
        .contains("QLinearConv", "QLinearLeakyRelu", "QLinearMul")
        .doesNotContain("Add", "QLinearAdd", "HardSigmoid", "Conv", "Mul");
    assertThat(kernels(run)).filteredOn("DequantizeLinear"::equals).hasSize(1);
  }

  @Test
  void aHardSigmoidByTableKeepsTheNameOfItsValue() {
    PassRun run = run(PASS, HARD_SWISH.replace("TERM", "0.3"));
    Value looked = Objects.requireNonNull(run.after().graph().find("h"));
    assertThat(looked.producer()).matches(node -> node.is("DequantizeLinear"));
  }

  @Test
  void aShiftOfAStepAndAFractionIsAdded() {
    PassRun run = check(run(PASS, HARD_SWISH.replace("TERM", "0.018")));
    assertThat(kernels(run)).contains("QLinearAdd");
  }

  @Test
  void whatAHardSwishMakesZeroOfNeedsNoIntegers() {
    PassRun run = run(PASS, HARD_SWISH.replace("TERM", "0.3"));
    assertThat(leastNumber(run, "c")).isBetween(-3.1f, -2.9f);
    String read = HARD_SWISH.replace("TERM", "0.3").replace("Add(m, third)", "Add(m, c)");
    assertThat(leastNumber(run(PASS, read), "c")).isLessThan(-3.5f);
  }

  /** What the integer 0 stands for where a value is quantized. */
  private static float leastNumber(PassRun run, String value) {
    return -number(run, value + "_scale") * number(run, value + "_zero_point");
  }

  private static float number(PassRun run, String constant) {
    return Objects.requireNonNull(run.after().graph().find(constant))
        .constant()
        .orElseThrow()
        .toFloats()[0];
  }

  private static List<String> kernels(PassRun run) {
    Runtime.SessionOptions profiled = Runtime.SessionOptions.of(1).profiled();
    try (Runtime.Session session = Ports.find().runtime().open(run.after(), profiled)) {
      session.run(
          ((Sample.Tensors) SyntheticInputs.of(run.before().graph(), 3, 1, Map.of()).get(0))
              .inputs());
      return session.profile().stream().map(Runtime.NodeTime::opType).toList();
    }
  }

  @Test
  void whatAloneFlowsIntoAConcatenationSharesItsScale() {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[1,8,9,9]) -> (y: float[...]) {
          w = float[6,8,1,1] ~ 1
          v = float[6,8,1,1] ~ 2 in [-0.1, 0.1]
          u = float[4,18,1,1] ~ 3
          a = Conv(x, w)
          b = Conv(x, v)
          t = Transpose(b) <perm=[0, 1, 3, 2]>
          d = Conv(x, v)
          e = Exp(d)
          c = Concat(a, t, d) <axis=1>
          z = Conv(c, u)
          f = ReduceSum(z)
          y = Add(e, f)
        }
        """;
    PassRun run = check(run(PASS, text));
    float common = number(run, "c_scale");
    assertThat(number(run, "a_scale")).isEqualTo(common);
    assertThat(number(run, "b_scale")).isEqualTo(common);
    assertThat(number(run, "t_scale")).isEqualTo(common);
    assertThat(number(run, "d_scale")).isLessThan(common);
  }

  @Test
  void aBiasFarLargerThanItsWeightsWidensTheirScale() {
    String text =
        CONV.replace("w = float[6,8,3,3] ~ 1", "w = float[6,8,3,3] ~ 1 in [-1e-12, 1e-12]");
    PassRun run = run(PASS, text);
    assertThat(Approximation.relativeError(run, Map.of())).isLessThan(BOUND);
  }

  @Test
  void aConstantActivationKeepsItsValue() {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[1,4]) -> (y: float[...], z: float[...]) {
          none = float[] {0}
          five = float[4,4] {5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5, 0, 0, 0, 0, 5}
          n = Mul(x, none)
          y = MatMul(n, five)
          o = Exp(n)
          z = MatMul(o, five)
        }
        """;
    PassRun run = run(pass("MatMul"), text);
    Map<String, Tensor> outputs =
        Numbers.run(
            run.after(),
            ((Sample.Tensors) SyntheticInputs.of(run.before().graph(), 3, 1, Map.of()).get(0))
                .inputs());
    assertThat(Objects.requireNonNull(outputs.get("y")).toFloats()).containsOnly(0);
    assertThat(Objects.requireNonNull(outputs.get("z")).toFloats()).containsOnly(5);
  }

  @Test
  void floatReadersReadTheDequantizedValueSoThatTheKernelHasOneReader() {
    String text = CONV.replace("y = Relu(c) # relu", "e = Exp(c)\n  s = Sin(c)\n  y = Add(e, s)");
    PassRun run = check(run(pass("Conv"), text));
    Value conv = Objects.requireNonNull(run.after().graph().find("c"));
    assertThat(conv.uses())
        .singleElement()
        .matches(use -> use.node().opType().equals("QuantizeLinear"));
  }

  @Test
  void aGraphOutputKeepsItsName() {
    PassRun run =
        check(run(PASS, CONV.replace("(y: float[...])", "(y: float[...], c: float[...])")));
    assertThat(run.after().graph().outputs()).extracting(Value::name).containsExactly("y", "c");
  }

  @Test
  void nodesThatMoveElementsJoinOnlyWhereIntegersCome() {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[1,8,9,9]) -> (y: float[...]) {
          w = float[6,8,3,3] ~ 1
          t = Transpose(x) <perm=[0, 1, 3, 2]> # before
          c = Conv(t, w) # conv
          u = Transpose(c) <perm=[0, 1, 3, 2]> # behind
          y = Exp(u)
        }
        """;
    PassRun run = check(run(PASS, text));
    assertThat(run.changes()).extracting(Change::node).containsExactly("conv", "behind");
    assertThat(initializers(run))
        .filteredOn(i -> i.startsWith("u_"))
        .isEqualTo(List.of("u_scale: float[]", "u_zero_point: uint8[]"));
    assertThat(
            Objects.requireNonNull(run.after().graph().find("u_scale"))
                .constant()
                .orElseThrow()
                .contentEquals(
                    Objects.requireNonNull(run.after().graph().find("c_scale"))
                        .constant()
                        .orElseThrow()))
        .isTrue();
  }

  @Test
  void integersOfShapesAreNotTaken() {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[1,4]) -> (y: int64[...]) {
          two = int64[] {2}
          s = Shape(x)
          y = Mul(s, two)
        }
        """;
    assertThat(run(PASS, text).leavesAlone().changes()).isEmpty();
  }

  @Test
  void withoutARangeANodeIsLeftAlone() {
    PassRun.of(PASS, CONV).refuses("no usable range of 'x' was seen on the data");
  }

  @ParameterizedTest
  @EnumSource(Calibration.class)
  void everyCalibrationGivesARangeThatFits(Calibration calibration) {
    QuantizeStatic pass = new QuantizeStatic(List.of(), true, false, calibration, 99.9);
    PassRun run = run(pass, CONV);
    assertThat(run.changes()).singleElement().matches(Change::applied);
    assertThat(Approximation.relativeError(run, Map.of())).isLessThan(.1);
  }

  @Test
  void aPercentileCutsOffWhatIsRare() {
    Model model = TextGraph.parse(CONV);
    float scale =
        scaleOfInput(new QuantizeStatic(List.of(), true, false, Calibration.PERCENTILE, 50), model);
    assertThat(scale).isLessThan(.7f * scaleOfInput(PASS, model));
  }

  private static float scaleOfInput(QuantizeStatic pass, Model model) {
    Value scale = PassChecks.applied(pass, model).after().graph().find("x_scale");
    return Objects.requireNonNull(scale).constant().orElseThrow().toFloats()[0];
  }

  @Test
  void aPercentileIsAPercentage() {
    assertThatThrownBy(() -> new QuantizeStatic(List.of(), true, false, Calibration.PERCENTILE, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a percentile is above 0 and at most 100, got 0.0");
  }

  @Test
  void aMaskLeavesNoRange() {
    Model model = TextGraph.parse(CONV);
    Value input = model.graph().inputs().getFirst();
    Value output = Objects.requireNonNull(model.graph().find("y"));
    Statistics statistics =
        new Statistics(
            Map.of(
                Observation.of("model", input, new MinMax()), new double[] {-3.4e38, 1},
                Observation.of("model", output, new MinMax()), new double[] {0, 1}));
    PassRun.of(PASS, model, Where.EVERYWHERE, statistics)
        .refuses("no usable range of 'x' was seen on the data");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "y = Conv(x, w, d) | its bias 'd' is not one constant number for each output channel",
        "y = Conv(x, bad) | its constant 'bad' holds a NaN or an infinity",
        "y = Gemm(f, g, b) <alpha=0.5> | its alpha and beta are not 1",
        "y = Gemm(f, g, s) | its bias 's' is not one constant number for each output channel",
        "y = Gemm(j, h, b) | it has a bias but its weight is not constant",
        "y, z = MaxPool(q) <kernel_shape=[2, 2]> | it has several outputs",
      })
  void whatDoesNotFitIsLeftAloneWithTheReason(String node, String reason) {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[1,8,3,3], f: float[2,4], d: float[6]) -> (y: float[...]) {
          w = float[6,8,3,3] ~ 1
          bad = float[1,8,1,1] {1, nan, 1, 1, 1, 1, 1, 1}
          g = float[4,6] ~ 2
          g2 = float[6,4] ~ 5
          b = float[6] ~ 3
          s = float[1] {1}
          k = float[2,6] ~ 4
          q = Conv(x, w) <pads=[1, 1, 1, 1]>
          e = Transpose(f) <perm=[1, 0]>
          h = MatMul(e, k)
          i = MatMul(f, g)
          j = MatMul(i, g2)
          NODE
        }
        """
            .replace("NODE", node);
    assertThat(run(PASS, text).changes())
        .filteredOn(change -> !change.applied())
        .extracting(Change::text)
        .containsExactly(reason);
  }

  @Test
  void anOperatorWithoutAnIntegerKernelIsRefused() {
    assertThatThrownBy(() -> pass("Conv", "Erf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no integer kernel is known for operator 'Erf'");
  }
}
