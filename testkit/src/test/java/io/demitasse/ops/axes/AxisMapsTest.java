package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;
import static io.demitasse.ops.axes.AxisMap.Kind.CONTRACTED;
import static io.demitasse.ops.axes.AxisMap.Kind.GROUPED;
import static io.demitasse.ops.axes.AxisMap.Kind.MIXED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.ops.Op;
import io.demitasse.ops.ShapeInference;
import io.demitasse.ops.axes.AxisMap.Kind;
import io.demitasse.ops.axes.IndexMap.Blocks;
import io.demitasse.testkit.OperatorCalls;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the table tells of axes is what the runtime computes: a wrong map fails. */
class AxisMapsTest {
  /**
   * Inputs, then what is told, then statements; the last node is tested. What is told are axes of
   * outputs, those of mixed ones with a tilde and those of groups with a number sign, and axes of
   * inputs that are contracted.
   */
  private static final String CASES =
      """
      x: float[2,3,4] | o0.0 o0.1 o0.2 | o = Identity(x)
      x: float[2,3,4] | o0.0 o0.1 o0.2 | o = Dropout(x)
      x: float[2,3,4], t: int64[1] | o0.0 o0.1 o0.2 | o = CastLike(x, t)
      x: float[2,3,4], y: float[3,4] | o0.0 o0.1 o0.2 | o = Add(x, y)
      x: float[2,1,4], y: float[3,1] | o0.0 o0.1 o0.2 | o = Add(x, y)
      x: float[1,4], y: float[1,4] | o0.0 o0.1 | o = Add(x, y)
      x: float[2,3,4], y: float[4] | o0.0 o0.1 o0.2 | o = com.microsoft::BiasGelu(x, y)
      x: float[2,3,4], y: float[4] | o0.0 o0.1 o0.2 | o = com.microsoft::FastGelu(x, y)
      x: float[2,3,4] | o0.0 o0.1 o0.2 | o = com.microsoft::Gelu(x)
      x: float[2,3,4] | o0.0 o0.1 o0.2 | o = com.microsoft::QuickGelu(x)
      x: float[2,3,4,5] | o0.0 o0.1 o0.2 o0.3 | o = Transpose(x) <perm=[0, 2, 3, 1]>
      x: float[2,3,4] | o0.0 o0.1 o0.2 | o = Transpose(x)
      x: float[2,3,4] | o0.0 o0.1 | k = int64[2] {2, -1} o = Reshape(x, k)
      x: float[2,12] | o0.0 o0.1 o0.2 | k = int64[3] {0, 3, 4} o = Reshape(x, k)
      x: float[6,4] | o0.0 o0.1 | k = int64[2] {2, 12} o = Reshape(x, k)
      x: float[2,12,3] | o0.0 o0.1 o0.2 o0.3 | k = int64[4] {2, 2, 6, 3} o = Reshape(x, k)
      x: float[8,3] | o0.0 o0.1 o0.2 | k = int64[3] {2, 2, 6} o = Reshape(x, k)
      x: float[4,6,5] | o0.2 | k = int64[3] {6, 4, 5} o = Reshape(x, k)
      x: float[2,3,4,5] | o0.0 o0.1 | o = Flatten(x) <axis=2>
      x: float[2,1,4] | o0.0 o0.1 | k = int64[1] {1} o = Squeeze(x, k)
      x: float[2,1,4] | o0.0 o0.1 | o = Squeeze(x)
      x: float[2,4] | o0.0 o0.2 | k = int64[2] {1, -1} o = Unsqueeze(x, k)
      x: float[2,3,4], y: float[2,5,4], z: float[2,3,4] | o0.0 o0.1 o0.2 | o = Concat(x, y, z) <axis=1>
      x: float[2,7,4] | o0.0 o0.1 o0.2 o1.0 o1.1 o1.2 | k = int64[2] {2, 5} o, p = Split(x, k) <axis=1>
      x: float[2,6,4] | o0.0 o0.1 o0.2 o1.0 o1.1 o1.2 | o, p = Split(x) <axis=1, num_outputs=2>
      x: float[2,7,4] | o0.0 o0.1 o0.2 | b = int64[1] {2} e = int64[1] {-1} a = int64[1] {1} o = Slice(x, b, e, a)
      x: float[2,7,4] | o0.0 o0.1 o0.2 | b = int64[2] {-1, 0} e = int64[2] {-99, 3} a = int64[2] {1, 2} s = int64[2] {-2, 1} o = Slice(x, b, e, a, s)
      x: float[2,1,4] | o0.1 o0.3 | k = int64[4] {3, 2, 5, 4} o = Expand(x, k)
      x: float[2,3] | o0.0 o0.1 | k = int64[2] {1, 2} o = Tile(x, k)
      x: float[4,5,3], i: int64[3,2] | o0.0 o0.1 o0.2 o0.3 | o = Gather(x, i) <axis=1>
      x: float[4,5,3] | o0.0 o0.1 o0.2 | i = int64[4] {4, 0, -1, 2} o = Gather(x, i) <axis=1>
      x: float[4,5,3] | o0.0 o0.1 | i = int64[] {2} o = Gather(x, i) <axis=1>
      x: float[4,5,3] | o0.0 o0.1 o0.2 | i = int64[2,1] {3, 1} o = GatherND(x, i)
      x: float[4,5,3] | o0.0 o0.1 | i = int64[4,1] {4, 0, 1, 2} o = GatherND(x, i) <batch_dims=1>
      x: float[2,3,4] | o0.0 o0.1 o0.2 | k = int64[6] {0, 1, 0, 0, 2, -1} o = Pad(x, k)
      x: float[2,3,4] | o0.0 | k = int64[6] {0, 1, 0, 0, 2, 1} o = Pad(x, k) <mode="edge">
      x: float[2,12,2,3] | o0.0 o0.1 | o = DepthToSpace(x) <blocksize=2>
      x: float[2,12,2,3] | o0.0 o0.1 | o = DepthToSpace(x) <blocksize=2, mode="CRD">
      x: float[2,3,4,2] | o0.0 o0.1 | o = SpaceToDepth(x) <blocksize=2>
      x: float[3,4,4] | o0.0 | o = Trilu(x)
      x: float[4,3,2], lengths: int64[3] | o0.1 o0.2 | o = ReverseSequence(x, lengths)
      x: float[2,3,4] | o0.0 o0.2 | c = bool[3] {true, false, true} o = Compress(x, c) <axis=1>
      x: float[3,4], y: float[4,6] | o0.0 o0.1 i1.0 | o = MatMul(x, y)
      x: float[2,3,4], y: float[2,4,6] | o0.0 o0.1 o0.2 i1.1 | o = MatMul(x, y)
      x: float[5,1,3,4], y: float[2,4,6] | o0.0 o0.1 o0.2 o0.3 i1.1 | o = MatMul(x, y)
      x: float[4], y: float[2,4,6] | o0.0 o0.1 i1.1 | o = MatMul(x, y)
      x: float[2,3,4], y: float[4] | o0.0 o0.1 i1.0 | o = MatMul(x, y)
      x: float[2,4,3], y: float[2,6,4] | o0.0 o0.1 o0.2 i1.2 | o = com.microsoft::FusedMatMul(x, y) <transA=1, transB=1>
      x: float[3,4], y: float[4,6] | o0.0 o0.1 i1.0 | o = com.microsoft::FusedMatMul(x, y)
      x: float[3,4], y: float[4,6], c: float[6] | o0.0 o0.1 i1.0 | o = Gemm(x, y, c)
      x: float[4,3], y: float[6,4], c: float[3,1] | o0.0 o0.1 i1.1 | o = Gemm(x, y, c) <transA=1, transB=1>
      x: float[3,4], y: float[6,4], c: float[6] | o0.0 o0.1 i1.1 | o = com.microsoft::FusedGemm(x, y, c) <transB=1, activation="Sigmoid">
      x: float[2,3,4], y: float[2,5,4] | o0.0 o0.1 o0.2 i1.2 | o = Einsum(x, y) <equation="bij,bkj->bik">
      x: float[2,3,4] | o0.0 o0.1 | o = Einsum(x) <equation="bij->jb">
      x: float[2,4,5,5], w: float[6,4,3,3], b: float[6] | o0.0 o0.1 i1.1 | o = Conv(x, w, b)
      x: float[2,4,5,5], w: float[6,2,3,3], b: float[6] | o0.0 o0.1 o0.1# i1.1 | o = Conv(x, w, b) <group=2, pads=[1, 1, 1, 1]>
      x: float[2,4,5,5], w: float[4,1,3,3], b: float[4] | o0.0 o0.1 | o = Conv(x, w, b) <group=4>
      x: float[2,3,5], w: float[6,1,3] | o0.0 o0.1 | o = Conv(x, w) <group=3>
      x: float[2,4,5,5], w: float[6,4,3,3], b: float[6], s: float[2,6,3,3] | o0.0 o0.1 i1.1 | o = com.microsoft::FusedConv(x, w, b, s) <activation="Relu">
      x: float[2,4,5,5], w: float[4,3,2,2], b: float[3] | o0.0 o0.1 i1.0 | o = ConvTranspose(x, w, b) <strides=[2, 2]>
      x: float[2,4,5,5], w: float[4,3,2,2], b: float[6] | o0.0 o0.1 o0.1# i1.0 | o = ConvTranspose(x, w, b) <group=2>
      x: float[2,4,5,5], w: float[4,2,2,2] | o0.0 o0.1 | o = ConvTranspose(x, w) <group=4>
      x: float[2,4,5,5], w: float[4,1,2,2] | o0.0 o0.1 | o = ConvTranspose(x, w) <group=4>
      x: float[2,3,6,6] | o0.0 o0.1 | o = MaxPool(x) <kernel_shape=[2, 2]>
      x: float[2,3,6,6] | o0.0 o0.1 | o = AveragePool(x) <kernel_shape=[2, 2], pads=[1, 1, 1, 1]>
      x: float[2,3,6,6] | o0.0 o0.1 | o = LpPool(x) <kernel_shape=[2, 2]>
      x: float[2,3,6,6] | o0.0 o0.1 | o = GlobalAveragePool(x)
      x: float[2,3,6,6] | o0.0 o0.1 | o = GlobalMaxPool(x)
      x: float[2,3,6,6] | o0.0 o0.1 | o = GlobalLpPool(x)
      x: float[2,3,4,4] | o0.0 o0.1 | s = float[4] {1, 1, 2, 2} o = Resize(x, _, s) <mode="linear">
      x: float[2,3,4,4] | o0.0 o0.1 o0.3 | s = int64[2] {8, 4} o = Resize(x, _, _, s) <axes=[2, 3]>
      x: float[2,3,6,6], r: float[3,4], i: int64[3] | o0.0 o0.1 | o = RoiAlign(x, r, i) <output_height=2, output_width=2, sampling_ratio=2>
      x: float[2,3,4,4], g: float[2,5,5,2] | o0.0 o0.1 | o = GridSample(x, g)
      x: float[2,3,4], a: float[4], b: float[4] | o0.0 o0.1 o0.2 o0.2~ | o = LayerNormalization(x, a, b)
      x: float[2,3,4], a: float[3,4] | o0.0 o0.1 o0.1~ o0.2 o0.2~ | o = LayerNormalization(x, a) <axis=1>
      x: float[2,3,4], y: float[2,3,4], a: float[4], b: float[4], c: float[4] | o0.0 o0.1 o0.2 o0.2~ o3.0 o3.1 o3.2 | o, _, _, p = com.microsoft::SkipLayerNormalization(x, y, a, b, c)
      x: float[2,3,4], y: float[2,3,4], a: float[4], c: float[4] | o0.0 o0.1 o0.2 o0.2~ | o = com.microsoft::SkipSimplifiedLayerNormalization(x, y, a, c)
      x: float[2,4,5], a: float[4], b: float[4], m: float[4], v: float[4] | o0.0 o0.1 o0.2 | o = BatchNormalization(x, a, b, m, v)
      x: float[2,4,5], a: float[4], b: float[4] | o0.0 o0.1 o0.2~ | o = InstanceNormalization(x, a, b)
      x: float[2,6,5], a: float[6], b: float[6] | o0.0 o0.1 o0.1# o0.1~ o0.2~ | o = GroupNormalization(x, a, b) <num_groups=2>
      x: float[2,3,4] | o0.0 o0.1~ o0.2~ | o = Softmax(x)
      x: float[2,3,4] | o0.0 o0.1 o0.2~ | o = Softmax(x) <axis=-1>
      x: float[2,3,4] | o0.0 o0.1~ o0.2~ | o = LogSoftmax(x) <axis=1>
      x: float[2,3,4] | o0.0 o0.1 o0.2~ | o = Hardmax(x) <axis=2>
      x: float[2,3,4] | o0.0 o0.1~ o0.2 | o = LpNormalization(x) <axis=1>
      x: float[2,3,4,5] | o0.0~ o0.1 o0.2~ o0.3~ | o = MeanVarianceNormalization(x)
      x: float[2,3,4] | o0.0 o0.1 | o = ArgMax(x) <axis=1, keepdims=0>
      x: float[2,3,4] | o0.0 o0.2 | o = ArgMin(x) <axis=1>
      x: float[2,3,4] | o0.0 o0.1 o1.0 o1.1 | k = int64[1] {2} o, p = TopK(x, k)
      x: float[2,3,4] | o0.0 o0.2 | k = int64[] {1} o = CumSum(x, k)
      x: float[5,2,4], w: float[1,12,4], r: float[1,12,3], b: float[1,24], lengths: int32[2], h: float[1,2,3], c: float[1,2,3], p: float[1,9] | o0.2 o0.3~ o1.1 o1.2~ o2.1 o2.2~ i1.2 | o, l, m = LSTM(x, w, r, b, lengths, h, c, p) <hidden_size=3>
      x: float[5,2,4], w: float[2,12,4], r: float[2,12,3] | o0.2 o0.3~ i1.2 | o = LSTM(x, w, r) <hidden_size=3, direction="bidirectional">
      x: float[5,2,4], w: float[1,9,4], r: float[1,9,3], b: float[1,18], h: float[1,2,3] | o0.2 o0.3~ o1.1 o1.2~ i1.2 | o, l = GRU(x, w, r, b, _, h) <hidden_size=3>
      x: float[5,2,4], w: float[1,9,4], r: float[1,9,3], b: float[1,18] | o0.2 o0.3~ i1.2 | o = GRU(x, w, r, b) <hidden_size=3, linear_before_reset=1>
      x: float[5,2,4], w: float[1,3,4], r: float[1,3,3], b: float[1,6] | o1.1 o1.2~ i1.2 | _, o = RNN(x, w, r, b) <hidden_size=3>
      x: float[2,3,4], s: float[], z: uint8[] | o0.0 o0.1 o0.2 | o = QuantizeLinear(x, s, z)
      x: float[2,3,4], s: float[3], z: uint8[3] | o0.0 o0.1 o0.2 | o = QuantizeLinear(x, s, z)
      x: uint8[4,3,8], s: float[3], z: uint8[3] | o0.0 o0.1 o0.2 | o = DequantizeLinear(x, s, z) <axis=-2>
      x: uint8[16,8], s: float[16,2], z: uint8[16,2] | o0.0 o0.1 | o = DequantizeLinear(x, s, z) <axis=1, block_size=4>
      x: float[2,3,4], s: float[3], z: uint8[3] | o0.0 o0.1 o0.2 | o = com.microsoft::QuantizeLinear(x, s, z) <axis=1>
      x: uint8[4,3,8], s: float[3], z: uint8[3] | o0.0 o0.1 o0.2 | o = com.microsoft::DequantizeLinear(x, s, z) <axis=1>
      x: float[2,3,4], w: float[4,18], b: float[18] | o0.0 o0.2 o0.2# i1.0 | o = com.microsoft::Attention(x, w, b) <num_heads=2>
      x: float[2,3,4], w: float[4,10], b: float[10] | o0.0 o0.2 o0.2# i1.0 | o = com.microsoft::Attention(x, w, b) <num_heads=2, qkv_hidden_sizes=[4, 4, 2]>
      x: float[2,3,6], y: float[2,5,6], z: float[2,5,6] | o0.0 o0.2 o0.2# i1.2 | o = com.microsoft::MultiHeadAttention(x, y, z) <num_heads=2>
      """;

  private static final String CASES_OF_OPSET_9 =
      """
      x: float[2,3,4] | o0.0 o0.1~ o0.2~ | o = Softmax(x)
      x: float[2,3,4] | o0.0 o0.1 o0.2~ | o = Softmax(x) <axis=2>
      x: float[2,3,4] | o0.0~ o0.1~ o0.2~ | o = LogSoftmax(x) <axis=0>
      x: float[2,1,4] | o0.0 o0.1 | o = Squeeze(x) <axes=[1]>
      x: float[2,7,4] | o0.0 o0.1 o0.2 | o = Slice(x) <starts=[1, -2], ends=[9, -1], axes=[1, 2]>
      x: float[2,3,4] | o0.0 o0.1 o0.2 | o = Pad(x) <pads=[0, 1, 0, 0, 0, 2]>
      x: float[2,7,4] | o0.0 o0.1 o0.2 o1.0 o1.1 o1.2 | o, p = Split(x) <axis=1, split=[3, 4]>
      x: float[2,3,4,4] | o0.0 o0.1 | s = float[4] {1, 1, 2, 3} o = Upsample(x, s)
      x: float[2,3,4] | o0.0 o0.2 | o = ReduceMean(x) <axes=[-2]>
      x: float[2,3,4] | o0.0 o0.1 o1.0 o1.1 | o, p = TopK(x) <k=2>
      """;

  private static final String CASES_OF_OPSET_24 =
      """
      x: float[2,3,4], a: float[4] | o0.0 o0.1 o0.2 o0.2~ | o = RMSNormalization(x, a)
      x: float[2,3,4] | o0.0 o0.1 o0.2 | o = Swish(x)
      """;

  private static final String ELEMENTWISE =
      """
      large: float[2,3,4] | o = Acosh(large)
      i: int64[2,3,4] | o = BitwiseNot(i)
      t: bool[2,3,4] | o = Not(t)
      x: float[2,3,4] | a = float[] {0.2} b = float[] {0.7} o = Clip(x, a, b)
      z: float[2,3,4], y: float[3,1] | o = PRelu(z, y)
      t: bool[2,3,4], x: float[3,4], y: float[4] | o = Where(t, x, y)
      t: bool[2,3,4], u: bool[3,4] | o = And(t, u)
      t: bool[2,3,4], u: bool[3,4] | o = Or(t, u)
      t: bool[2,3,4], u: bool[3,4] | o = Xor(t, u)
      i: int64[2,3,4], j: int64[3,4] | o = Equal(i, j)
      i: int64[2,3,4], j: int64[3,4] | o = BitwiseAnd(i, j)
      i: int64[2,3,4], j: int64[3,4] | o = BitwiseOr(i, j)
      i: int64[2,3,4], j: int64[3,4] | o = BitwiseXor(i, j)
      i: uint8[2,3,4], j: uint8[3,4] | o = BitShift(i, j) <direction="LEFT">
      i: uint8[2,3,4], j: uint8[3,4] | s = float[] {0.01} z = uint8[] {0} o = com.microsoft::QLinearAdd(i, s, z, j, s, z, s, z)
      i: uint8[2,3,4], j: uint8[3,4] | s = float[] {1} z = uint8[] {0} o = com.microsoft::QLinearMul(i, s, z, j, s, z, s, z)
      i: uint8[2,3,4] | s = float[] {0.01} z = uint8[] {0} o = com.microsoft::QLinearLeakyRelu(i, s, z, s, z)
      i: uint8[2,3,4] | s = float[] {1} r = float[] {0.004} z = uint8[] {0} o = com.microsoft::QLinearSigmoid(i, s, z, r, z)
      t: bool[2,3,4], i: uint8[2,3,4], j: uint8[2,3,4] | s = float[] {1} z = uint8[] {0} o = com.microsoft::QLinearWhere(t, i, s, z, j, s, z, s, z)
      """;

  private static Stream<Arguments> cases() {
    return Stream.of(
            CASES.lines().map(line -> Arguments.of(21, line)),
            CASES_OF_OPSET_9.lines().map(line -> Arguments.of(9, line)),
            CASES_OF_OPSET_24.lines().map(line -> Arguments.of(24, line)),
            OperatorCalls.ONE_INPUT.stream()
                .map(call -> elementwise("x: float[2,3,4] | o = " + call + "(x)")),
            OperatorCalls.TWO_INPUTS.stream()
                .map(
                    call -> elementwise("x: float[2,3,4], y: float[3,4] | o = " + call + "(x, y)")),
            ELEMENTWISE.lines().map(AxisMapsTest::elementwise),
            OperatorCalls.REDUCTIONS.stream()
                .flatMap(
                    call ->
                        Stream.of(
                            "x: float[2,3,4] | o0.0 o0.2 | a = int64[1] {-2} o = "
                                + call
                                + "(x, a)",
                            "x: float[2,3,4,5] | o0.0 o0.1 | a = int64[2] {1, 3} o = "
                                + call
                                + "(x, a) <keepdims=0>"))
                .map(line -> Arguments.of(21, line)))
        .flatMap(each -> each);
  }

  /** All axes are told; attributes that stand behind the operator move behind the call. */
  private static Arguments elementwise(String line) {
    String call = line.replaceAll("(<[^>]*>)(\\([^)]*\\))", "$2 $1");
    return Arguments.of(21, call.replace("|", "| o0.0 o0.1 o0.2 |"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheRuntime(int opset, String line) {
    Model model = model(opset, line);
    AxisMaps maps = maps(model);

    assertThat(maps.reason()).isEmpty();
    assertThat(told(maps)).containsExactlyInAnyOrder(line.split("\\|", -1)[1].trim().split(" "));
    try (PerturbedNode node = new PerturbedNode(model)) {
      new AxisCheck(node, maps.all()).check();
    }
  }

  private static Model model(int opset, String line) {
    String[] parts = line.split("\\|", -1);
    return TextGraph.parse(
        "ir 10, opset %d, com.microsoft 1 graph g(%s) -> () { %s }"
            .formatted(opset, parts[0], parts[2]));
  }

  private static AxisMaps maps(Model model) {
    return AxisMaps.of(model.graph().nodes().getLast(), ShapeInference.proved(model));
  }

  private static Set<String> told(AxisMaps maps) {
    return maps.all().stream()
        .map(map -> text(map.axis(), map.kind()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(Axis axis, Kind kind) {
    String mark = kind == MIXED ? "~" : kind == GROUPED ? "#" : "";
    assertThat(axis.isOutput()).isEqualTo(kind != CONTRACTED);
    return (axis.isOutput() ? "o" : "i") + axis.position() + "." + axis.axis() + mark;
  }

  @Test
  void everyRuleIsTried() {
    Set<Op> tried =
        cases()
            .map(each -> model((int) each.get()[0], (String) each.get()[1]))
            .map(model -> Op.of(model.graph().nodes().getLast()).orElseThrow())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Op.class)));

    assertThat(EnumSet.allOf(Op.class)).filteredOn(AxisMaps::hasRule).isSubsetOf(tried);
  }

  private static final Axis LAST = Axis.ofOutput(0, 2);

  private static Stream<Arguments> wrong() {
    IndexMap turned = IndexMap.permuted(1, 2, 3, 0);
    return Stream.of(
        Arguments.of(
            "x: float[2,3,4] | | o = Relu(x)",
            List.of(new AxisMap(CARRIED, LAST, Axis.ofInput(0, 2), turned))),
        Arguments.of(
            "x: float[2,3,4] | | o = Relu(x)",
            List.of(new AxisMap(CARRIED, LAST, Axis.ofInput(0, 2), IndexMap.same(3)))),
        Arguments.of(
            "x: float[2,3,4], y: float[2,3,4] | | o = Add(x, y)",
            List.of(new AxisMap(CARRIED, LAST, Axis.ofInput(0, 2), IndexMap.same(4)))),
        Arguments.of(
            "x: float[1,4], y: float[2,4] | | o = Concat(x, y) <axis=0>",
            List.of(
                new AxisMap(
                    CARRIED,
                    Axis.ofOutput(0, 0),
                    Axis.ofInput(1, 0),
                    IndexMap.offset(3, 2, 0, 0, 2)))),
        Arguments.of(
            "x: float[3,4], y: float[4,6] | | o = MatMul(x, y)",
            List.of(new AxisMap(CONTRACTED, Axis.ofInput(1, 0), Axis.ofInput(0, 1), turned))),
        Arguments.of(
            "x: float[2,3,4] | | o = Softmax(x) <axis=-1>",
            List.of(new AxisMap(MIXED, LAST, Axis.ofInput(0, 2), turned))),
        Arguments.of(
            "x: float[2,3,4], a: float[4] | | o = LayerNormalization(x, a)",
            List.of(new AxisMap(MIXED, LAST, Axis.ofInput(0, 2), IndexMap.same(4)))),
        Arguments.of(
            "x: float[1,4,2,2], w: float[4,2,1,1] | | o = Conv(x, w) <group=2>",
            List.of(
                new AxisMap(
                    GROUPED,
                    Axis.ofOutput(0, 1),
                    Axis.ofInput(0, 1),
                    IndexMap.blocks(2, Blocks.repeated(2), Blocks.of(2))))));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsWrongFails(String line, List<AxisMap> maps) {
    try (PerturbedNode node = new PerturbedNode(model(21, line))) {
      AxisCheck check = new AxisCheck(node, maps);
      assertThatThrownBy(check::check).isInstanceOf(AssertionError.class);
    }
  }
}
