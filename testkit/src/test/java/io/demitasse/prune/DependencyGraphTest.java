package io.demitasse.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.testkit.GraphGenerator;
import io.demitasse.testkit.Slow;
import io.demitasse.testkit.UnitRemoval;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which units there are, and that they can go. */
final class DependencyGraphTest {

  private static Model model(String lines) {
    return TextGraph.parse("ir 10, opset 17, com.microsoft 1\n" + lines);
  }

  private static Map<String, Tensor> inputs(Model model) {
    return ((Sample.Tensors) SyntheticInputs.of(model.graph(), 3, 1, Map.of()).get(0)).inputs();
  }

  private static List<String> groups(Model model) {
    return DependencyGraph.of(model).groups().stream()
        .map(group -> group.id() + " " + group.units())
        .toList();
  }

  /** Groups, then the graph. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // What is added goes together.
        """
        c 4, d 4 | x: float[N,3,6,6] | a = float[4,3,3,3] ~ 1 b = float[4,4,3,3] ~ 2
        e = float[4,4,3,3] ~ 3 u = float[2,4,1,1] ~ 4
        c = Conv(x, a) <pads=[1,1,1,1]> d = Conv(c, b) <pads=[1,1,1,1]> r = Relu(d)
        f = Conv(r, e) <pads=[1,1,1,1]> s = Add(c, f) y = Conv(s, u)
        """,
        // Concatenated channels go by themselves.
        """
        c 4, d 6 | x: float[N,3,6,6] | a = float[4,3,1,1] ~ 1 b = float[6,3,1,1] ~ 2
        u = float[2,10,1,1] ~ 3
        c = Conv(x, a) d = Conv(x, b) t = Concat(c, d) <axis=1> y = Conv(t, u)
        """,
        // Parts of what is split do, where they are read apart.
        """
        c 8 | x: float[N,3,6,6] | a = float[8,3,1,1] ~ 1 u = float[2,4,1,1] ~ 2 v = float[2,4,1,1] ~ 3
        c = Conv(x, a) p, q = Split(c) <axis=1> m = Conv(p, u) n = Conv(q, v) y = Add(m, n)
        """,
        // Halves that are multiplied go together.
        """
        c 4 | x: float[N,3,6,6] | a = float[8,3,1,1] ~ 1 u = float[2,4,1,1] ~ 2
        k = int64[2] {4, 4}
        c = Conv(x, a) p, q = Split(c, k) <axis=1> s = Sigmoid(q) m = Mul(p, s) y = Conv(m, u)
        """,
        // A slice takes a run.
        """
        c 8 | x: float[N,3,6,6] | a = float[8,3,1,1] ~ 1 u = float[2,5,1,1] ~ 2
        st = int64[1] {2} en = int64[1] {7} ax = int64[1] {1}
        c = Conv(x, a) p = Slice(c, st, en, ax) y = Conv(p, u)
        """,
        // Channels in groups go as groups.
        """
        c 2 | x: float[N,3,6,6] | a = float[4,3,1,1] ~ 1 b = float[6,2,3,3] ~ 2
        u = float[2,6,1,1] ~ 3
        c = Conv(x, a) d = Conv(c, b) <group=2> y = Conv(d, u)
        """,
        // By depth, with two outputs for each input.
        """
        c 4 | x: float[N,3,6,6] | a = float[4,3,1,1] ~ 1 b = float[8,1,3,3] ~ 2
        u = float[2,8,1,1] ~ 3
        c = Conv(x, a) d = Conv(c, b) <group=4> y = Conv(d, u)
        """,
        // A transposed convolution has its inputs first.
        """
        c 4, d 5 | x: float[N,3,6,6] | a = float[4,3,1,1] ~ 1 b = float[4,5,2,2] ~ 2
        u = float[2,5,1,1] ~ 3
        c = Conv(x, a) d = ConvTranspose(c, b) <strides=[2,2]> y = Conv(d, u)
        """,
        // Places of each channel go together behind Flatten.
        """
        c 4 | x: float[N,3,2,2] | a = float[4,3,1,1] ~ 1 u = float[16,2] ~ 2
        c = Conv(x, a) f = Flatten(c) y = MatMul(f, u)
        """,
        // Sizes that a Reshape gives are constants, or put together.
        """
        h 3 | x: float[N,S,4] | w = float[4,6] ~ 1 u = float[6,2] ~ 2 zero = int64[1] {0}
        one = int64[1] {1} heads = int64[2] {3, 2} whole = int64[3] {0, 0, 6}
        i0 = int64[] {0} i1 = int64[] {1}
        h = MatMul(x, w) sh = Shape(h) b = Gather(sh, i0) s = Gather(sh, i1)
        b1 = Unsqueeze(b, zero) s1 = Unsqueeze(s, zero)
        t = Concat(b1, s1, heads) <axis=0> r = Reshape(h, t) p = Transpose(r) <perm=[0,2,1,3]>
        q = Softmax(p) <axis=-1> v = Transpose(q) <perm=[0,2,1,3]> f = Reshape(v, whole)
        y = MatMul(f, u)
        """,
        // A gate has one number for each channel.
        """
        c 4, g 3 | x: float[N,3,6,6] | a = float[4,3,1,1] ~ 1 b = float[3,4,1,1] ~ 2
        e = float[4,3,1,1] ~ 3 u = float[2,4,1,1] ~ 4
        c = Conv(x, a) m = GlobalAveragePool(c) g = Conv(m, b) r = Relu(g) k = Conv(r, e)
        s = Sigmoid(k) z = Mul(c, s) y = Conv(z, u)
        """,
        // A table of which rows are looked up, tied to the scores of words.
        """
        e 6 | i: int64[N,S] | t = float[9,6] ~ 1 w = float[6,6] ~ 2
        e = Gather(t, i) h = MatMul(e, w) r = Add(e, h) k = Transpose(t) <perm=[1,0]>
        y = MatMul(r, k)
        """,
        // Hidden states of a recurrence.
        """
        h 5 | x: float[S,N,3] | w = float[1,20,3] ~ 1 r = float[1,20,5] ~ 2 b = float[1,40] ~ 3
        u = float[5,2] ~ 4 zero = int64[1] {1}
        h, last = LSTM(x, w, r, b) <hidden_size=5> q = Squeeze(h, zero) y = MatMul(q, u)
        """,
        // In both directions.
        """
        h 5 | x: float[S,N,3] | w = float[2,15,3] ~ 1 r = float[2,15,5] ~ 2
        u = float[10,2] ~ 4 sizes = int64[3] {0, 0, 10}
        h = GRU(x, w, r) <hidden_size=5, direction="bidirectional">
        t = Transpose(h) <perm=[0,2,1,3]> f = Reshape(t, sizes) y = MatMul(f, u)
        """,
      })
  void unitsAreFoundAndCanGo(String line) {
    String[] parts = line.split("\\|", 3);
    Model model = model("graph g(%s) -> (y: float[...]) { %s }".formatted(parts[1], parts[2]));

    assertThat(groups(model)).isEqualTo(List.of(parts[0].strip().split(", ", -1)));
    Map<String, Tensor> inputs = inputs(model);
    assertThat(UnitRemoval.zeroUnitsCanGo(model, inputs, 1e-5)).isEqualTo(groups(model).size());
    for (int seed = 0; seed < 5; seed++) {
      UnitRemoval.unitsOfAllGroupsCanGo(model, inputs, new Random(seed));
    }
  }

  static LongStream fewSeeds() {
    return LongStream.range(0, 24);
  }

  static LongStream moreSeeds() {
    return LongStream.range(24, 200);
  }

  @ParameterizedTest
  @MethodSource("fewSeeds")
  void unitsOfGeneratedGraphsCanGo(long seed) {
    assertUnitsCanGo(seed);
  }

  @Slow("loads some thousand models: a minute and a half")
  @ParameterizedTest
  @MethodSource("moreSeeds")
  void unitsOfMoreGeneratedGraphsCanGo(long seed) {
    assertUnitsCanGo(seed);
  }

  private static void assertUnitsCanGo(long seed) {
    Model model = GraphGenerator.model(seed);
    Map<String, Tensor> inputs = inputs(model);

    UnitRemoval.zeroUnitsCanGo(model, inputs, 1e-3);
    for (int i = 0; i < 5; i++) {
      UnitRemoval.unitsOfAllGroupsCanGo(model, inputs, new Random(seed + i));
    }
  }

  /**
   * There are as many channels as rows afterwards, and sizes are told of rows and columns alone.
   */
  @Test
  void sizesOfOtherAxesStay() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 18
            graph g(x: float[N,3,2,2]) -> (y: float[N,2,4,4]) {
              a = float[4,3,1,1] ~ 1
              u = float[2,4,1,1] ~ 2
              sizes = int64[2] {4, 4}
              c = Conv(x, a)
              r = Resize(c, _, _, sizes) <axes=[2,3]>
              y = Conv(r, u)
            }
            """);

    assertThat(groups(model)).containsExactly("c 4");
    UnitRemoval.zeroUnitsCanGo(model, inputs(model), 1e-5);
  }

  @Test
  void whatIsNotKnownIsNamed() {
    Model model =
        model(
            """
            graph g(x: float[N,3]) -> (y: float[N,2]) {
              w = float[3,4] ~ 1
              u = float[4,2] ~ 2
              h = MatMul(x, w)
              k = NonZero(h)
              c = Cast(k) <to=1>
              r = MatMul(h, u)
              s = ReduceSum(c)
              y = Add(r, s)
            }
            """);

    assertThat(groups(model)).isEmpty();
    assertThat(DependencyGraph.of(model).blocked())
        .extracting(DependencyGraph.Blocked::reason)
        .anyMatch(reason -> reason.contains("NonZero"))
        .contains("'x' is an input of the model", "'y' is an output of the model");
  }

  @Test
  void somethingStaysOfEachGroup() {
    Model model =
        model(
            """
            graph g(x: float[N,3]) -> (y: float[N,2]) {
              w = float[3,4] ~ 1
              u = float[4,2] ~ 2
              h = MatMul(x, w)
              y = MatMul(h, u)
            }
            """);
    DependencyGraph graph = DependencyGraph.of(model);

    assertThatThrownBy(
            () -> graph.remove(Map.of(graph.groups().getFirst(), new int[] {0, 1, 2, 3})))
        .hasMessageContaining("nothing would be left of h");
  }
}
