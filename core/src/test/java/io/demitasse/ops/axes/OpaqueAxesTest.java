package io.demitasse.ops.axes;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.ops.Op;
import io.demitasse.ops.ShapeInference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not known of axes is not guessed. */
class OpaqueAxesTest {
  private static final String FRAME =
      """
      ir 10, opset 21, com.microsoft 1, my.domain 1
      graph g(x: float[2,6,4,4], n: float[N,6], t: float[N,S,6], u: float[N,S,6], one: float[1,S,6],
          any: float[...], k: int64[2], w: float[4,3,1,1], v: float[6], r: float[1,9,6],
          rr: float[1,9,3], mm: float[6,18], past: float[2,1,2,5,3], q: float[1,5,6]) -> () {
        two = int64[2] {0, -1}
        three = int64[3] {0, 0, -1}
        heads = int64[4] {0, 0, 2, 3}
        odd = int64[4] {2, 4, 6, 4}
        around = int64[8] {0, 1, 0, 0, 0, 1, 0, 0}
        some = float[4] {1, 1.05, 2, 2}
        NODE
      }
      """;

  private static AxisMaps maps(String node) {
    Model model = TextGraph.parse(FRAME.replace("NODE", node));
    return AxisMaps.of(model.graph().nodes().getLast(), ShapeInference.proved(model));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "o = my.domain::Odd(x) | nothing is known of the axes of its operator",
        "o = Shape(x) | nothing is known of the axes of its operator",
        "o = Relu(any) | the shape of its input 0 is not known",
        "o = Transpose(any) | the shape of its input 0 is not known",
        "o = Conv(x, w) <group=3> | 4 channels are not 3 groups",
        "o, p = MaxPool(x) <kernel_shape=[2, 2]> | it tells where its maxima lie",
        "o, p = LayerNormalization(q, v) | it gives what it normalized with",
        "o, p, q2 = BatchNormalization(x, v, v, v, v) <training_mode=1> | it gives what it"
            + " normalized with",
        "o = GroupNormalization(x, v, v) <num_groups=4> | 6 channels are not 4 groups",
        "o = Einsum(q, q) <equation=\"...ij,...kj->...ik\"> | its equation"
            + " '...ij,...kj->...ik' is not followed",
        "o = Einsum(q, q) <equation=\"aij,akj\"> | its equation 'aij,akj' is not followed",
        "o = GRU(q, r, rr) <hidden_size=3, layout=1> | its batch comes first",
        "o = Resize(x, _, some) <coordinate_transformation_mode=\"tf_crop_and_resize\"> | what it"
            + " keeps depends on more than its sizes",
        "o = com.microsoft::Attention(q, mm, _, _, past) <num_heads=2> | it has a cache or"
            + " something else for each head",
        "o = com.microsoft::Attention(q, mm) <num_heads=4> | 6 and 6 numbers are not 4 heads",
        "o = com.microsoft::Attention(q, mm) <num_heads=2, qkv_hidden_sizes=[4, 6, 8]> | its"
            + " queries, keys and values are not told apart",
        "o = com.microsoft::MultiHeadAttention(q, q, q, v) <num_heads=2> | it has a bias for"
            + " queries and keys together",
        "o = com.microsoft::MultiHeadAttention(q) <num_heads=2> | its keys and values are packed",
        "o = com.microsoft::FusedMatMul(q, q) <transBatchA=1> | it transposes batches",
      })
  void whatDependsOnMoreIsOpaque(String node, String reason) {
    AxisMaps maps = maps(node);

    assertThat(maps.reason()).contains(reason);
    assertThat(maps.all()).isEmpty();
  }

  /** The axes of which something is told, sorted. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "o = Relu(t) | o0.0 o0.1 o0.2",
        "o = Add(t, u) | o0.2",
        "o = Add(t, one) | o0.0 o0.2",
        "o = Add(t, v) | o0.0 o0.1 o0.2",
        "o = Reshape(t, three) | o0.0 o0.1 o0.2",
        "o = Reshape(t, heads) | o0.0 o0.1 o0.2 o0.3",
        "o = Flatten(t) <axis=2> | o0.1",
        "o = Flatten(t) <axis=1> | ",
        "o = Reshape(x, odd) | o0.0 o0.3",
        "o = Reshape(x, k) | ",
        "o = Expand(n, k) | o0.1",
        "o = Slice(t, k, k) | o0.2",
        "o = Concat(t, u) <axis=1> | o0.0 o0.2",
        "o = Concat(n, n) <axis=-1> | o0.0 o0.1",
        "o, p = Split(t) <axis=1, num_outputs=2> | o0.0 o0.2 o1.0 o1.2",
        "o = Gather(t, k) <axis=2> | o0.0 o0.1 o0.2",
        "o = Pad(x, around) <mode=\"reflect\"> | o0.0 o0.2 o0.3",
        "o = ReduceMean(x) | ",
        "o = ReduceMean(x, k) | ",
        "o = Resize(x, _, some) | o0.0",
        "o = MatMul(t, u) | o0.1 o0.2",
      })
  void whatIsKnownIsToldAxisByAxis(String node, String told) {
    assertThat(
            maps(node).all().stream()
                .map(AxisMap::axis)
                .filter(Axis::isOutput)
                .map(axis -> "o" + axis.position() + "." + axis.axis())
                .distinct()
                .sorted()
                .collect(Collectors.joining(" ")))
        .isEqualTo(told == null ? "" : told);
  }

  @Test
  void anAxisSeesItsMapsFromItself() {
    AxisMaps maps = maps("o = Concat(x, x) <axis=1>");
    Axis output = Axis.ofOutput(0, 1);
    Axis second = Axis.ofInput(1, 1);

    assertThat(maps.at(output)).hasSize(2).allMatch(map -> map.axis().equals(output));
    assertThat(maps.at(second))
        .singleElement()
        .satisfies(map -> assertThat(map.source()).isEqualTo(output))
        .satisfies(map -> assertThat(map.map().gather(0, 5)).containsExactly(6, 11));
    assertThat(maps.at(Axis.ofInput(0, 7))).isEmpty();
  }

  @Test
  void onlyOperatorsOfTheTableHaveRules() {
    assertThat(AxisMaps.hasRule(Op.CONV)).isTrue();
    assertThat(AxisMaps.hasRule(Op.RELU)).isTrue();
    assertThat(AxisMaps.hasRule(Op.NON_ZERO)).isFalse();
    assertThat(AxisMaps.hasRule(Op.LOOP)).isFalse();
  }
}
