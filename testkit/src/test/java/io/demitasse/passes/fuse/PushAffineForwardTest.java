package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.MinMax;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Range;
import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.PartContext;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PushAffineForwardTest {
  private static final String FRAME =
      """
      ir 8, opset OPSET
      graph g(x: float[2,4,6,6], v: float[2,4,1,1], n: float[3,4], u: float[5,4,1,1])
          -> (y: float[...]) {
        w = float[5,4,1,1] ~ 1
        second = float[5,4,1,1] ~ 12
        odd = float[5,6,1,1] ~ 13
        k = float[5,4,3,3] ~ 2
        grouped = float[6,2,1,1] ~ 3
        deep = float[4,1,3,3] ~ 4
        transposed = float[4,3,2,2] ~ 5
        wide = float[3,8,1,1] ~ 6
        matrix = float[4,5] ~ 7
        turned = float[5,4] ~ 8
        bias = float[5] ~ 9
        a = float[4,1,1] ~ 10 in [0.2, 3]
        b = float[1,4,1,1] ~ 11
        row = float[4] ~ 12 in [0.2, 3]
        long = float[144,5] ~ 14
        number = float[1] {0.4}
        half = float[] {0.5}
        negative = float[1,4,1,1] {1, 2, -1, 3}
        gone = float[1,4,1,1] {1, 0, 1, 1}
        tiny = float[] {1e-20}
        scales = float[4] {1, 1, 2, 2}
        axes = int64[2] {2, 3}
        flat = int64[2] {2, 4}
        BODY
      }
      """;

  private static final String AFFINE = "m = Mul(x, a) # m\ns = Add(m, b) # s\n";

  private static String text(int opset, String body) {
    return FRAME
        .replace("OPSET", Integer.toString(opset))
        .replace("BODY", body.replace("  ", "\n"));
  }

  private static PassRun run(String body) {
    return PassRun.of(new PushAffineForward(), text(13, body));
  }

  private static PassRun run(int opset, String body) {
    return PassRun.of(new PushAffineForward(), text(opset, body));
  }

  private static List<String> types(PassRun run) {
    return run.after().graph().nodes().stream().map(Node::opType).toList();
  }

  private static List<String> refusals(PassRun run) {
    return run.changes().stream().filter(c -> !c.applied()).map(Change::text).toList();
  }

  @Test
  void theNumbersAreThoseOfTheFormula() {
    PassRun.of(
            new PushAffineForward(),
            """
            ir 8, opset 13
            graph g(x: float[1,2,1]) -> (y: float[1,1,1]) {
              w = float[1,2,1] {3, 4}
              c = float[1] {1}
              a = float[2,1] {2, 0.5}
              b = float[] {10}
              m = Mul(a, x)
              s = Add(b, m)
              y: float[1,1,1] = Conv(s, w, c)
            }
            """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[1,2,1]) -> (y: float[1,1,1]) {
              w_folded = float[1,2,1] {6, 2}
              c_folded = float[1] {71}
              y: float[1,1,1] = Conv(x, w_folded, c_folded)
            }
            """);
  }

  @Test
  void aPaddedConvolutionLeavesTheShift() {
    PassRun.of(
            new PushAffineForward(),
            """
            ir 8, opset 13
            graph g(x: float[1,2,3]) -> (y: float[1,1,3]) {
              w = float[1,2,3] {3, 4, 0, 1, 1, 1}
              a = float[2,1] {2, 0.5}
              b = float[] {10}
              m = Mul(a, x) # m
              s = Add(b, m) # s
              y: float[1,1,3] = Conv(s, w) <pads=[1, 1]>
            }
            """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[1,2,3]) -> (y: float[1,1,3]) {
              s_carried = float[2,1] {5, 20}
              w_folded = float[1,2,3] {6, 8, 0, 0.5, 0.5, 0.5}
              s_1 = Add(x, s_carried) # s
              y: float[1,1,3] = Conv(s_1, w_folded) <pads=[1, 1]>
            }
            """)
        .computesTheSame(1e-6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "y = Conv(s, w)                                  | Conv",
        "y = Conv(s, w, bias)                            | Conv",
        "y = Conv(s, k)                                  | Conv",
        "y = Conv(s, k) <auto_pad=\"VALID\">             | Conv",
        "y = Conv(s, w) <auto_pad=\"SAME_UPPER\">        | Conv",
        "y = Conv(s, grouped) <group=2>                  | Conv",
        "y = Conv(s, deep) <group=4>                     | Conv",
        "y = Conv(s, deep) <group=4, pads=[1, 1, 1, 1]>  | Add,Conv",
        "y = Conv(s, k) <auto_pad=\"SAME_LOWER\">        | Add,Conv",
        "y = ConvTranspose(s, transposed)                | Add,ConvTranspose",
        "y = ConvTranspose(s, transposed) <strides=[2, 2]> | Add,ConvTranspose",
        "p = Conv(s, w)  q = Conv(s, k) <pads=[1, 1, 1, 1]>  y = Add(p, q) | Add,Conv,Conv,Add",
        "z = Shape(s)  y = Conv(s, w)                    | Shape,Conv",
      })
  void convolutionsTakeWhatTheyCan(String readers, String left) {
    for (int opset : new int[] {11, 21}) {
      PassRun run = run(opset, AFFINE + readers).computesTheSame(1e-5);
      assertThat(types(run)).containsExactly(left.split(","));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "y = Gemm(s, matrix)                                       | Gemm",
        "y = Gemm(s, turned, bias) <transB=1, alpha=0.5, beta=2.0> | Gemm",
        "y = MatMul(s, matrix)                                     | Add,MatMul",
      })
  void productsTakeTheirRows(String readers, String left) {
    String affine = "m = Mul(n, row)\ns = Add(m, number)\n";
    PassRun run = run(affine + readers).computesTheSame(1e-5);
    assertThat(types(run)).containsExactly(left.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c = Identity(s)                                     | Identity",
        "c = Relu(s)                                         | Add,Relu",
        "c = LeakyRelu(s) <alpha=0.3>                        | Add,LeakyRelu",
        "c = PRelu(s, a)                                     | Add,PRelu",
        "c = MaxPool(s) <kernel_shape=[2, 2], pads=[1, 1, 1, 1]> | MaxPool",
        "c = AveragePool(s) <kernel_shape=[2, 2]>            | AveragePool",
        "c = AveragePool(s) <kernel_shape=[2, 2], pads=[1, 1, 1, 1]> | AveragePool",
        "c = AveragePool(s) <kernel_shape=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1>"
            + " | Add,AveragePool",
        "c = GlobalAveragePool(s)                            | GlobalAveragePool",
        "c = GlobalMaxPool(s)                                | GlobalMaxPool",
        "c = ReduceMean(s) <axes=[2, -1]>                    | ReduceMean",
        "c = Resize(s, _, scales) <mode=\"nearest\">         | Resize",
        "c = Resize(s, _, scales) <mode=\"linear\">          | Resize",
        "c = Mul(s, v)                                       | Add,Mul",
        "c = Mul(v, s)                                       | Add,Mul",
        "c = Div(s, v)                                       | Add,Div",
        "t = Transpose(s) <perm=[0, 2, 1, 3]>  c = Transpose(t) <perm=[0, 2, 1, 3]>"
            + " | Transpose,Transpose",
      })
  void whatLiesBetweenLetsThemThrough(String rule, String left) {
    PassRun run = run(AFFINE + rule + "  y = Conv(c, w)").computesTheSame(1e-5);
    assertThat(types(run)).containsExactly((left + ",Conv").split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c = Flatten(p)            | Flatten",
        "c = Reshape(p, flat)      | Reshape",
        "c = Squeeze(p, axes)      | Squeeze",
        "q = Squeeze(p, axes)  r = Unsqueeze(q, axes)  c = Flatten(r) | Squeeze,Unsqueeze,Flatten",
      })
  void channelsAreFollowedThroughOtherShapes(String rule, String left) {
    String body = AFFINE + "p = GlobalAveragePool(s)  " + rule + "  y = Gemm(c, matrix)";
    PassRun run = run(body).computesTheSame(1e-5);
    assertThat(types(run)).containsExactly(("GlobalAveragePool," + left + ",Gemm").split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "m = Mul(x, a)  s = Add(m, b)         | Concat,Conv",
        "m = Mul(x, number)  s = Sub(m, half) | Concat,Conv",
        "m = Div(x, number)  s = Sub(half, m) | Concat,Conv",
      })
  void aConcatenationKeepsTheOthersAsTheyAre(String affine, String left) {
    for (String joined : List.of("Concat(s, x)", "Concat(x, s)")) {
      PassRun run =
          run(affine + "  c = " + joined + " <axis=1>  y = Conv(c, wide)").computesTheSame(1e-5);
      assertThat(types(run)).containsExactly(left.split(","));
    }
  }

  @Test
  void aSingleChannelIsOneOfThoseItIsJoinedWith() {
    PassRun.of(
            new PushAffineForward(),
            """
            ir 8, opset 13
            graph g(x: float[1,1,2], z: float[1,2,2]) -> (y: float[1,1,2]) {
              w = float[1,3,1] {3, 4, 5}
              a = float[] {2}
              m = Mul(x, a)
              c = Concat(z, m) <axis=-2>
              y: float[1,1,2] = Conv(c, w)
            }
            """)
        .gives(
            """
            ir 8, opset 13
            graph g(x: float[1,1,2], z: float[1,2,2]) -> (y: float[1,1,2]) {
              w_folded = float[1,3,1] {3, 4, 10}
              c = Concat(z, x) <axis=-2>
              y: float[1,1,2] = Conv(c, w_folded)
            }
            """);
  }

  @Test
  void aShiftGoesThroughSums() {
    PassRun sum = run("s = Add(x, b)  c = Add(s, v)  d = Sub(c, v)  y = Conv(d, w)");
    assertThat(types(sum.computesTheSame(1e-5))).containsExactly("Add", "Sub", "Conv");
    PassRun both = run(AFFINE + "c = Add(s, v)  y = Conv(c, w)").computesTheSame(1e-5);
    assertThat(types(both)).containsExactly("Mul", "Add", "Conv");
    assertThat(refusals(both)).containsExactly("Add -> 'c' lets no factor through");
  }

  @Test
  void whatBecomesPossibleIsDoneAtOnce() {
    String body =
        "r = Add(x, number)  m = Mul(r, a)  p = Conv(m, w)  q = Conv(r, second)  y = Add(p, q)";
    assertThat(types(run(body).computesTheSame(1e-5))).containsExactly("Conv", "Conv", "Add");
  }

  @Test
  void anUnknownOperatorBlocks() {
    String text = text(13, "s = Mul(x, a)  y = my.domain::Odd(s)");
    PassRun.of(new PushAffineForward(), text.replace("opset 13", "opset 13, my.domain 1"))
        .refuses("my.domain.Odd -> 'y' lets no factor through");
  }

  @ParameterizedTest
  @ValueSource(strings = {"c = Relu(s)", "c = MaxPool(s) <kernel_shape=[2, 2]>"})
  void aNegativeFactorChangesTheOrder(String rule) {
    PassRun run = run("s = Mul(x, negative)  " + rule + "  y = Conv(c, w)").leavesAlone();
    assertThat(refusals(run))
        .singleElement()
        .asString()
        .endsWith(" lets no negative factor through");
    PassRun straight = run("s = Mul(x, negative)  y = Conv(s, w)").computesTheSame(1e-5);
    assertThat(types(straight)).containsExactly("Conv");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "s = Mul(x, gone)  y = Conv(s, w) | a factor is zero or too far from one: 0.0 to 1.0",
        "s = Mul(x, tiny)  y = Conv(s, w) | a factor is zero or too far from one:"
            + " 9.999999682655225E-21 to 9.999999682655225E-21",
        "s = Mul(x, a)  y = Sigmoid(s) | Sigmoid -> 'y' lets no factor through",
        "s = Mul(x, a)  c = Softmax(s)  y = Conv(c, w) | Softmax -> 'c' lets no factor through",
        "s = Mul(x, a)  z = Sigmoid(s)  y = Conv(s, w) | Sigmoid -> 'z' lets no factor through",
        "s = Mul(x, a)  c = Mul(s, s)  y = Conv(c, w) | Mul -> 'c' reads it more than once",
        "s = Mul(x, a)  r = Relu(s)  c = Mul(s, r)  y = Conv(c, w) | Mul -> 'c' reads it more than"
            + " once",
        "s = Mul(x, a)  y = Conv(s, u) | 'u' is not a constant float tensor",
        "s = Mul(x, a)  y = Conv(x, s) | Conv -> 'y' reads it as a weight or bias",
        "s = Mul(x, a)  c = Concat(s, x) <axis=2>  y = Conv(c, w) | Concat -> 'c' lets no factor"
            + " through",
        "s = Mul(x, a)  c = ReduceMean(s) <axes=[1]>  y = Conv(c, deep) | ReduceMean -> 'c' lets no"
            + " factor through",
        "s = Mul(x, a)  c = ReduceMean(s) <axes=[2, 3], keepdims=0>  y = Gemm(c, matrix) |"
            + " ReduceMean -> 'c' lets no factor through",
        "s = Mul(x, a)  c = Flatten(s)  y = Gemm(c, long) | Flatten -> 'c' lets no factor through",
        "s = Mul(x, a)  c = Div(v, s)  y = Conv(c, w) | Div -> 'c' lets no factor through",
        "s = Mul(x, a)  c = Transpose(s) <perm=[0, 2, 1, 3]>  y = Conv(c, odd) | Conv -> 'y' does"
            + " not read the channels along their axis",
        "s = Mul(n, row)  y = Gemm(s, matrix) <transA=1> | Gemm -> 'y' transposes its activation",
        "s = Add(x, b)  c = Resize(s, _, scales) <mode=\"cubic\">  y = Conv(c, w) | Resize -> 'c'"
            + " lets no shift through",
        "s = Add(x, b)  y = ConvTranspose(s, transposed) | ConvTranspose -> 'y' takes no shift of"
            + " its input into a bias",
        "p = Sigmoid(x)  q = Sqrt(p)  d = Div(p, q)  s = Mul(d, a)  y = Conv(s, w) | it may be the"
            + " scale of a layer normalization, which is one node or becomes one",
        "s = Mul(x, u)  y = Conv(s, w) | ",
      })
  void whatDoesNotFitIsLeftAlone(String body, String reason) {
    PassRun run = run(body).leavesAlone();
    assertThat(refusals(run)).isEqualTo(reason == null ? List.of() : List.of(reason));
  }

  @Test
  void whatIsGivenOutKeepsItsValue() {
    String text = text(13, AFFINE + "y = Conv(s, w)");
    PassRun.of(
            new PushAffineForward(),
            text.replace("(y: float[...])", "(y: float[...], s: float[...])"))
        .refuses("'s' is a graph output");
    PassRun inner =
        PassRun.of(
                new PushAffineForward(),
                text.replace("(y: float[...])", "(y: float[...], m: float[...])"))
            .computesTheSame(1e-5);
    assertThat(types(inner)).containsExactly("Mul", "Conv");
  }

  @Test
  void channelsThatAreNotKnownStay() {
    String open =
        text(13, AFFINE + "y = Conv(s, w)").replace("x: float[2,4,6,6]", "x: float[2,C,6,6]");
    PassRun.of(new PushAffineForward(), open).refuses("'x' is not known to have 4 channels");
    PassRun.of(new PushAffineForward(), open.replace("[2,C,6,6]", "[...]"))
        .refuses("'x' is not known to have 4 channels");
  }

  @Test
  void nodesThatAreNotSelectedStay() {
    Where where = new Where(List.of(), List.of(), List.of(), List.of("Conv"), List.of());
    PassRun.of(
            new PushAffineForward(),
            TextGraph.parse(text(13, AFFINE + "y = Conv(s, w)")),
            where,
            Statistics.NONE)
        .refuses("the step does not select Conv -> 'y'");
  }

  @Test
  void whatStandsBehindAConvolutionIsNotEvenReported() {
    PassRun run = run("c = Conv(x, w)  s = Mul(c, number)  y = Sigmoid(s)");
    assertThat(run.leavesAlone().changes()).isEmpty();
  }

  private static final String STANDARDIZED =
      """
      ir 8, opset 17
      graph g(x: float[N,8]) -> (y: float[N,4]) {
        mean = float[] {%s}
        deviation = float[] {%s}
        w = float[8,4] ~ 1
        c = float[4] ~ 2
        a = Sub(x, mean) # a
        b = Div(a, deviation) # b
        y = Gemm(b, w, c)
      }
      """;

  /** As wide as they are: where the weight took the shift, this was 0.04 % and 0.4 % off. */
  @ParameterizedTest
  @CsvSource({"101325, 50", "1000000, 10"})
  void aShiftFarBeyondTheSpreadStaysBeforeTheProduct(float mean, float deviation) {
    PassRun run = PassRun.of(new PushAffineForward(), STANDARDIZED.formatted(mean, deviation));

    assertThat(types(run)).containsExactly("Add", "Gemm");
    assertThat(refusals(run).getFirst())
        .startsWith("its shift of up to " + mean + " is large, and no data show that 'b_");
    Map<String, Tensor> inputs = Map.of("x", around(mean, deviation));
    Numbers.assertClose(Numbers.run(run.before(), inputs), Numbers.run(run.after(), inputs), 1e-6);
  }

  private static Tensor around(float mean, float deviation) {
    double[] numbers = new Random(3).doubles(40).map(u -> mean + deviation * (4 * u - 2)).toArray();
    return Tensor.ofNumbers(DataType.FLOAT, new long[] {5, 8}, numbers);
  }

  @Test
  void aLargeShiftThatNoFloatIsBeforeTheFactorsKeepsThemToo() {
    String text =
        STANDARDIZED
            .formatted("2026.5", "0.02")
            .replace("a = Sub(x, mean) # a", "a = Mul(x, deviation) # a")
            .replace("b = Div(a, deviation) # b", "b = Sub(a, mean) # b");
    PassRun run = PassRun.of(new PushAffineForward(), text).leavesAlone();

    assertThat(refusals(run).getFirst())
        .contains("its shift is large, and no float is as much before the factors");
  }

  @Test
  void dataThatSpreadAsFarConfirmALargeShift() {
    Model model = TextGraph.parse(STANDARDIZED.formatted("127.5", "1"));
    Observation<Range> observation = new Observation<>("model", "b", new MinMax());

    assertThat(
            types(
                PassRun.of(
                    new PushAffineForward(), model, Where.EVERYWHERE, seen(observation, 120))))
        .containsExactly("Gemm");
    assertThat(
            types(
                PassRun.of(new PushAffineForward(), model, Where.EVERYWHERE, seen(observation, 1))))
        .containsExactly("Sub", "Div", "Gemm");
  }

  private static Statistics seen(Observation<Range> observation, double spread) {
    return new Statistics(Map.of(observation, new double[] {-spread, spread}));
  }

  @Test
  void dataAreAskedForWhereAShiftIsLarge() {
    assertThat(observations(STANDARDIZED.formatted("127.5", "1")))
        .containsExactly(new Observation<>("model", "b", new MinMax()));
    assertThat(observations(STANDARDIZED.formatted("2", "0.5"))).isEmpty();
  }

  private static Set<Observation<?>> observations(String text) {
    Model model = TextGraph.parse(text);
    PushAffineForward pass = new PushAffineForward();
    Step step = Step.of(pass, Where.EVERYWHERE);
    return pass.observations(model, new PartContext("model", model, model, step, 1));
  }
}
