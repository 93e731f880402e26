package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.testkit.Numbers;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule gives the types, shapes and small contents that the runtime computes. */
class ShapeInferenceTest {
  private static final String INPUTS =
"""
, com.microsoft 1
      graph g(x: float[2,3,4,6], m: float[5,8], q: float[2,7,8]) -> () {
        w = float[4,3,3,3] ~ 1
        wt = float[3,2,3,3] ~ 2
        w1 = float[8,6] ~ 3
        vector = float[8] ~ 4
        three = float[3] {1, 2, 3}
        eight = float[8] {1, 2, 3, 4, 5, 6, 7, 8}
        ids = int64[2,2] {0, 1, -1, 2}
        bytes = uint8[5,8] ~ 5 in [0, 255]
        weight8 = int8[8,6] ~ 6 in [-127, 127]
        kernel8 = int8[4,3,3,3] ~ 7 in [-127, 127]
        scale = float[] {0.1}
        zero8 = uint8[] {128}
        zeroi8 = int8[] {0}
""";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Clip(x, scale)",
        "a = PRelu(x, scale)",
        "a = Max(x, scale, x)",
        "a = Mean(x, scale)",
        "a = IsNaN(x)",
        "c = Greater(x, scale) a = Where(c, x, scale)",
        "a = Cast(x) <to=6>",
        "a = CastLike(x, ids)",
        "a, k = Dropout(x)",
        "s = Shape(x) a = ConstantOfShape(s)",
        "s = Shape(x) h = Gather(s, ids) a = Flatten(h)",
        "s = Shape(x) <start=1, end=-1> a = Expand(scale, s)",
        "t = int64[] {1} first = int64[1] {0} last = int64[1] {2} s = Shape(x) f = Cast(s) <to=1> z"
            + " = Slice(s, first, last)",
        "z = int64[] {0} o = int64[] {1} d = int64[] {10} n = Size(x) r = Range(z, n, o) p = Div(n,"
            + " d) u = Mod(n, d)",
        "one = int64[1] {1} s = Shape(x) t = Mul(s, s) u = Sub(t, s) v = Concat(u, one) <axis=0> e"
            + " = Equal(s, t)",
        "to = int64[3] {0, -1, 3} a = Reshape(x, to)",
        "to = int64[1] {-1} a = Reshape(x, to)",
        "a = Transpose(x) <perm=[3, 1, 0, 2]> b = Transpose(x)",
        "at = int64[2] {0, -1} a = Unsqueeze(x, at) b = Squeeze(a, at) c = Squeeze(a)",
        "a, b = Split(x) <axis=1, num_outputs=2>",
        "a = Gather(x, ids) <axis=2>",
        "i = int64[1,2,1,6] {0, 1, 2, 0, 1, 2, 0, 0, 0, 2, 2, 2} a = GatherElements(x, i) <axis=1>",
        "i = int64[2,2] {0, 1, 1, 2} a = GatherND(x, i)",
        "i = int64[2,1] {1, 0} a = GatherND(x, i) <batch_dims=1>",
        "r = int64[4] {1, 2, 1, 3} a = Tile(x, r)",
        "p = int64[4] {1, 2, 0, 3} at = int64[2] {3, 1} a = Pad(x, p, _, at)",
        "p = int64[8] {0, 0, 1, 2, 0, 0, 0, 3} a = Pad(x, p)",
        "s = int64[2] {-1, 5} e = int64[2] {-9223372036854775808, 1} at = int64[2] {2, 3} st ="
            + " int64[2] {-1, -2} a = Slice(x, s, e, at, st)",
        "s = int64[2] {1, 0} e = int64[2] {99, -1} a = Slice(x, s, e)",
        "p = int64[1,4] {1, 2, 3, 4} f = int64[2] {-1, 2} g = int64[1] {-1} r = Reshape(p, f) t ="
            + " Transpose(r) u = Reshape(t, g)",
        "g = int64[4] {2, 4, 3, 6} t = Reshape(x, g) a = DepthToSpace(t) <blocksize=2> b ="
            + " SpaceToDepth(a) <blocksize=2>",
        "c = bool[3] {true, false, true} l = int64[2] {3, 4} a = ReverseSequence(q, l)"
            + " <batch_axis=0, time_axis=1>",
        "a = Trilu(m)",
        "t = Transpose(m) a = MatMul(m, t) b = MatMul(vector, t) c = MatMul(q, t) d = MatMul(m,"
            + " vector)",
        "a = Gemm(m, w1) b = Gemm(m, m) <transB=1> c = Gemm(m, m) <transA=1>",
        "a = Einsum(q, q) <equation=\"bij,bkj->bik\">",
        "a = Conv(x, w) b = Conv(x, w) <strides=[2, 1], pads=[1, 0, 2, 1], dilations=[1, 2]> c ="
            + " Conv(x, w) <auto_pad=\"SAME_UPPER\", strides=[2, 2]>",
        "a = ConvTranspose(x, wt) b = ConvTranspose(x, wt) <strides=[2, 3], pads=[1, 0, 2, 1],"
            + " output_padding=[1, 2]> c = ConvTranspose(x, wt) <auto_pad=\"SAME_LOWER\","
            + " strides=[2, 2]>",
        "a = ConvTranspose(x, wt) <strides=[2, 2], output_shape=[9, 13]>",
        "a = AveragePool(x) <kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1> b = AveragePool(x)"
            + " <kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 4], ceil_mode=1>",
        "a, b = MaxPool(x) <kernel_shape=[2, 3], strides=[2, 2], dilations=[1, 2]>",
        "a = GlobalAveragePool(x) b = GlobalMaxPool(x)",
        "at = int64[2] {1, -1} a = ReduceMean(x, at) <keepdims=0>",
        "none = int64[0] {} a = ReduceSum(x) b = ReduceMax(x, none) <noop_with_empty_axes=1>",
        "s = Shape(x) a = ReduceProd(s) b = ReduceMax(s) <keepdims=0> c = ReduceSum(s)",
        "a = ArgMax(x) <axis=2> b = ArgMin(x) <axis=-1, keepdims=0>",
        "k = int64[1] {2} a, b = TopK(x, k)",
        "n = int64[] {5} v = float[2] {0, 1} a = OneHot(ids, n, v) b = OneHot(ids, n, v) <axis=0>",
        "s = float[4] {1, 1, 2.5, 0.7} a = Resize(x, _, s)",
        "z = int64[4] {2, 3, 9, 1} a = Resize(x, _, _, z)",
        "z = int64[2] {9, 1} a = Resize(x, _, _, z) <axes=[3, 2]>",
        "one = int64[] {1} a = CumSum(x, one) b = EyeLike(m) <dtype=6> c = Softmax(x)",
        "r = float[1,4] {0, 0, 3, 3} i = int64[1] {0} a = RoiAlign(x, r, i) <output_height=2,"
            + " output_width=3>",
        "g = float[2,5,7,2] ~ 9 a = GridSample(x, g)",
        "wg = float[1,9,8] ~ 1 rg = float[1,9,3] ~ 2 a, b = GRU(q, wg, rg) <hidden_size=3>",
        "wl = float[2,12,8] ~ 1 rl = float[2,12,3] ~ 2 a, b, c = LSTM(q, wl, rl) <hidden_size=3,"
            + " direction=\"bidirectional\">",
        "a = BatchNormalization(x, three, three, three, three) b = LayerNormalization(q, eight) c ="
            + " InstanceNormalization(x, three, three)",
        "a, b, c = DynamicQuantizeLinear(x) d = DequantizeLinear(a, b, c) e = QuantizeLinear(x, b,"
            + " c) f = QuantizeLinear(x, b)",
        "a = MatMulInteger(bytes, weight8) b = QLinearMatMul(bytes, scale, zero8, weight8, scale,"
            + " zeroi8, scale, zero8)",
        "a, b, c = DynamicQuantizeLinear(x) d = ConvInteger(a, kernel8) e = QLinearConv(a, b, c,"
            + " kernel8, scale, zeroi8, scale, zero8)",
        "a = com.microsoft::DynamicQuantizeMatMul(m, weight8, scale) b ="
            + " com.microsoft::FusedMatMul(m, m) <transB=1> c = com.microsoft::FusedMatMul(m, m)"
            + " <transA=1>",
        "a = com.microsoft::Gelu(q) b = com.microsoft::BiasGelu(q, vector) c ="
            + " com.microsoft::FastGelu(q, vector) d = com.microsoft::QuickGelu(q)",
        "a, _, _, b = com.microsoft::SkipLayerNormalization(q, q, vector, vector)",
        "a = com.microsoft::MultiHeadAttention(q, q, q) <num_heads=2>",
        "wa = float[8,24] ~ 1 ba = float[24] ~ 2 a = com.microsoft::Attention(q, wa, ba)"
            + " <num_heads=2>",
        "a = com.microsoft::MatMulIntegerToFloat(bytes, weight8, scale, scale)",
        "a = com.microsoft::QLinearAdd(bytes, scale, zero8, bytes, scale, zero8, scale, zero8) b ="
            + " com.microsoft::QLinearSigmoid(bytes, scale, zero8, scale, zero8)",
        "a = com.microsoft::QLinearConcat(scale, zero8, bytes, scale, zero8, bytes, scale, zero8)"
            + " <axis=1>",
        "b = bool[] {true} a = If(b) <then_branch = graph y() -> (p) { p = Relu(x) }, else_branch ="
            + " graph n() -> (o) { o = Identity(m) }>"
      })
  void agreesWithTheRuntime(String statements) {
    agreesWithTheRuntime(21, statements);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = Unsqueeze(x) <axes=[0, 3]> b = Squeeze(a) <axes=[0]>",
        "a = ReduceSum(x) <axes=[-1]> b = ReduceMean(x) <keepdims=0>",
        "a = Slice(x) <starts=[1, -2], ends=[9, -1], axes=[1, 3]>",
        "a = Pad(x) <pads=[0, 0, 1, 2, 0, 0, 0, 3]>",
        "a, b = Split(x) <axis=3, split=[2, 4]> c, d = Split(x) <axis=2>",
        "s = float[4] {1, 1, 2, 3} a = Upsample(x, s)",
        "a, b = TopK(x) <k=2>"
      })
  void agreesWithTheRuntimeInOpset9(String statements) {
    agreesWithTheRuntime(9, statements);
  }

  private static void agreesWithTheRuntime(int opset, String statements) {
    Model model = TextGraph.parse("ir 10, opset " + opset + INPUTS + statements + "}");
    for (Node node : model.graph().nodes()) {
      node.presentOutputs().forEach(model.graph()::addOutput);
    }
    InferredShapes inferred = ShapeInference.infer(model, Map.of());
    assertThat(inferred.gaps()).isEmpty();
    Sample sample = SyntheticInputs.of(model.graph(), 7, 1, Map.of()).get(0);
    Map<String, Tensor> computed = Numbers.run(model, ((Sample.Tensors) sample).inputs());
    for (Value output : model.graph().outputs()) {
      TensorFacts facts = inferred.of(output).orElseThrow();
      Tensor actual = computed.get(output.name());
      assertThat(facts.withNumbers(null))
          .as(output.name())
          .isEqualTo(TensorFacts.of(actual.dataType(), actual.sizes()));
      if (facts.numbers() != null) {
        assertThat(facts.numbers()).as(output.name()).isEqualTo(TensorFacts.of(actual).numbers());
      }
    }
  }
}
