package io.demitasse.torch;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.testkit.OperatorCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Models of one operator, or few, that are computed by libtorch and by the runtime. */
final class OperatorCases {

  /** Inputs, then statements. Opset 21. */
  private static final String CASES =
      """
      x: float[2,3,4] | o = Identity(x)
      x: float[2,3,4] | o = Dropout(x)
      x: float[2,3,4], t: int64[1] | o = CastLike(x, t)
      x: float[2,3,4], y: float[3,4] | o = Add(x, y)
      x: float[2,1,4], y: float[3,1] | o = Add(x, y)
      x: float[2,3,4], y: float[4] | o = com.microsoft::BiasGelu(x, y)
      z: float[2,3,4], y: float[4] | o = com.microsoft::FastGelu(z, y)
      z: float[2,3,4] | o = com.microsoft::FastGelu(z)
      z: float[2,3,4] | o = com.microsoft::Gelu(z)
      z: float[2,3,4] | o = com.microsoft::QuickGelu(z)
      x: float[2,3,4,5] | o = Transpose(x) <perm=[0, 2, 3, 1]>
      x: float[2,3,4] | o = Transpose(x)
      x: float[2,3,4] | k = int64[2] {2, -1} o = Reshape(x, k)
      x: float[2,12] | k = int64[3] {0, 3, 4} o = Reshape(x, k)
      x: float[2,3,4,5] | o = Flatten(x) <axis=2>
      x: float[2,3,4,5] | o = Flatten(x) <axis=-1>
      x: float[2,1,4] | k = int64[1] {1} o = Squeeze(x, k)
      x: float[2,1,4] | o = Squeeze(x)
      x: float[2,4] | k = int64[2] {1, -1} o = Unsqueeze(x, k)
      x: float[2,3,4], y: float[2,5,4], z: float[2,3,4] | o = Concat(x, y, z) <axis=1>
      x: float[2,7,4] | k = int64[2] {2, 5} o, p = Split(x, k) <axis=1>
      x: float[2,6,4] | o, p = Split(x) <axis=1, num_outputs=2>
      x: float[2,7,4] | o, p = Split(x) <axis=1, num_outputs=2>
      x: float[2,7,4] | b = int64[1] {2} e = int64[1] {-1} a = int64[1] {1} o = Slice(x, b, e, a)
      x: float[2,7,4] | b = int64[2] {-1, 0} e = int64[2] {-99, 3} a = int64[2] {1, 2} s = int64[2] {-2, 1} o = Slice(x, b, e, a, s)
      x: float[2,7,4] | b = int64[1] {5} e = int64[1] {1} a = int64[1] {1} s = int64[1] {-1} o = Slice(x, b, e, a, s)
      x: float[2,1,4] | k = int64[4] {3, 2, 5, 4} o = Expand(x, k)
      x: float[2,3,4] | k = int64[3] {1, 1, 1} o = Expand(x, k)
      x: float[2,3] | k = int64[2] {1, 2} o = Tile(x, k)
      x: float[4,5,3], i: int64[3,2] | o = Gather(x, i) <axis=1>
      x: float[4,5], i: int64[3,2] | o = Gather(x, i)
      x: float[4,5,3] | i = int64[4] {4, 0, -1, 2} o = Gather(x, i) <axis=1>
      x: float[4,5,3] | i = int64[] {2} o = Gather(x, i) <axis=1>
      x: float[2,3,4] | i = int64[2,2,4] {0, 1, 2, 0, 1, 1, 0, 2, -1, 0, 0, 0, 2, 1, 0, 1} o = GatherElements(x, i) <axis=1>
      x: float[2,3,4] | i = int64[3,2] {0, 1, 1, -1, 0, 0} o = GatherND(x, i)
      x: float[2,3,4] | i = int64[2,1] {2, 0} o = GatherND(x, i) <batch_dims=1>
      x: float[3,4], u: float[2,4] | i = int64[2,4] {0, 1, 2, 0, 1, 2, 0, 1} o = ScatterElements(x, i, u)
      x: float[3,4], u: float[2,4] | i = int64[2,4] {0, 1, 2, 0, 0, 2, 0, 1} o = ScatterElements(x, i, u) <reduction="add">
      x: float[3,4], u: float[2,4] | i = int64[2,1] {2, 0} o = ScatterND(x, i, u)
      x: float[3,4], u: float[2,4] | i = int64[2,1] {2, 2} o = ScatterND(x, i, u) <reduction="add">
      x: float[2,3,4] | k = int64[6] {0, 1, 0, 0, 2, -1} o = Pad(x, k)
      x: float[2,3,4] | k = int64[6] {0, 1, 0, 0, 2, 1} o = Pad(x, k) <mode="edge">
      x: float[2,3,4] | k = int64[6] {0, 2, 1, 0, 1, 3} o = Pad(x, k) <mode="reflect">
      x: float[2,3,4] | k = int64[6] {0, 2, 1, 0, 1, 3} o = Pad(x, k) <mode="wrap">
      x: float[2,3,4] | k = int64[2] {1, 2} v = float[] {0.5} a = int64[1] {-1} o = Pad(x, k, v, a)
      x: float[2,12,2,3] | o = DepthToSpace(x) <blocksize=2>
      x: float[2,12,2,3] | o = DepthToSpace(x) <blocksize=2, mode="CRD">
      x: float[2,3,4,2] | o = SpaceToDepth(x) <blocksize=2>
      x: float[3,4,4] | o = Trilu(x)
      x: float[3,4,4] | k = int64[] {-1} o = Trilu(x, k) <upper=0>
      x: float[4,3,2], lengths: int64[3] | o = ReverseSequence(x, lengths)
      x: float[3,4,2], lengths: int64[3] | o = ReverseSequence(x, lengths) <batch_axis=0, time_axis=1>
      x: float[2,3,4] | c = bool[3] {true, false, true} o = Compress(x, c) <axis=1>
      x: float[2,3] | c = bool[5] {true, false, true, false, true} o = Compress(x, c)
      x: float[3,4], y: float[4,6] | o = MatMul(x, y)
      x: float[2,3,4], y: float[2,4,6] | o = MatMul(x, y)
      x: float[5,1,3,4], y: float[2,4,6] | o = MatMul(x, y)
      x: float[4], y: float[2,4,6] | o = MatMul(x, y)
      x: float[2,3,4], y: float[4] | o = MatMul(x, y)
      x: float[2,4,3], y: float[2,6,4] | o = com.microsoft::FusedMatMul(x, y) <transA=1, transB=1, alpha=0.5>
      x: float[3,4], y: float[4,6], c: float[6] | o = Gemm(x, y, c)
      x: float[4,3], y: float[6,4], c: float[3,1] | o = Gemm(x, y, c) <transA=1, transB=1, alpha=0.5, beta=2.0>
      x: float[3,4], y: float[6,4], c: float[6] | o = com.microsoft::FusedGemm(x, y, c) <transB=1, activation="Sigmoid">
      x: float[2,3,4], y: float[2,5,4] | o = Einsum(x, y) <equation="bij,bkj->bik">
      x: float[2,3,4] | o = Einsum(x) <equation="bij->jb">
      x: float[2,4,5,5], w: float[6,4,3,3], b: float[6] | o = Conv(x, w, b)
      x: float[2,4,5,5], w: float[6,2,3,3], b: float[6] | o = Conv(x, w, b) <group=2, pads=[1, 1, 1, 1]>
      x: float[2,4,6,5], w: float[4,1,3,3] | o = Conv(x, w) <group=4, pads=[1, 0, 2, 1], strides=[2, 1]>
      x: float[2,4,6,5], w: float[6,4,3,3] | o = Conv(x, w) <auto_pad="SAME_UPPER", strides=[2, 2]>
      x: float[2,4,6,5], w: float[6,4,2,2] | o = Conv(x, w) <auto_pad="SAME_LOWER">
      x: float[2,3,5], w: float[6,1,3] | o = Conv(x, w) <group=3, dilations=[2]>
      x: float[1,2,4,4,3], w: float[3,2,2,2,2] | o = Conv(x, w)
      x: float[2,4,5,5], w: float[6,4,3,3], b: float[6], s: float[2,6,3,3] | o = com.microsoft::FusedConv(x, w, b, s) <activation="Relu">
      x: float[2,4,5,5], w: float[4,3,2,2], b: float[3] | o = ConvTranspose(x, w, b) <strides=[2, 2]>
      x: float[2,4,5,5], w: float[4,3,3,3], b: float[3] | o = ConvTranspose(x, w, b) <strides=[2, 2], pads=[1, 0, 1, 1], output_padding=[1, 1]>
      x: float[2,4,5,5], w: float[4,3,3,3] | o = ConvTranspose(x, w) <strides=[2, 2], output_shape=[10, 10]>
      x: float[2,4,5,5], w: float[4,3,3,3] | o = ConvTranspose(x, w) <strides=[2, 2], auto_pad="SAME_UPPER">
      x: float[2,4,5,5], w: float[4,3,2,2], b: float[6] | o = ConvTranspose(x, w, b) <group=2>
      x: float[2,3,6,6] | o = MaxPool(x) <kernel_shape=[2, 2]>
      x: float[2,3,6,5] | o = MaxPool(x) <kernel_shape=[3, 2], strides=[2, 2], pads=[1, 0, 1, 1], ceil_mode=1>
      x: float[2,3,6] | o = MaxPool(x) <kernel_shape=[3], dilations=[2]>
      x: float[1,2,4,4,4] | o = MaxPool(x) <kernel_shape=[2, 2, 2]>
      x: float[2,3,6,6] | o = AveragePool(x) <kernel_shape=[2, 2], pads=[1, 1, 1, 1]>
      x: float[2,3,6,6] | o = AveragePool(x) <kernel_shape=[3, 2], pads=[1, 1, 0, 1], count_include_pad=1, strides=[2, 1]>
      x: float[2,3,6,5] | o = AveragePool(x) <kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1>
      x: float[2,3,6,6] | o = LpPool(x) <kernel_shape=[2, 2]>
      x: float[2,3,6,6] | o = GlobalAveragePool(x)
      x: float[2,3,6,6] | o = GlobalMaxPool(x)
      x: float[2,3,6,6] | o = GlobalLpPool(x)
      x: float[2,3,4,4] | s = float[4] {1, 1, 2, 2} o = Resize(x, _, s) <mode="linear">
      x: float[2,3,4,5] | s = int64[4] {2, 3, 7, 3} o = Resize(x, _, _, s) <mode="linear", coordinate_transformation_mode="align_corners">
      x: float[2,3,4,5] | s = int64[4] {2, 3, 7, 3} o = Resize(x, _, _, s) <mode="linear", coordinate_transformation_mode="pytorch_half_pixel">
      x: float[2,3,4,4] | s = int64[2] {8, 4} o = Resize(x, _, _, s) <axes=[2, 3]>
      x: float[2,3,4,4] | s = float[4] {1, 1, 2, 2} o = Resize(x, _, s) <mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor">
      x: float[2,3,4,4], g: float[2,5,5,2] | o = GridSample(x, g)
      x: float[2,3,4,4], g: float[2,5,5,2] | o = GridSample(x, g) <align_corners=1, padding_mode="border">
      x: float[2,3,4], a: float[4], b: float[4] | o = LayerNormalization(x, a, b)
      x: float[2,3,4], a: float[4] | o, m, v = LayerNormalization(x, a)
      x: float[2,3,4], a: float[3,4] | o = LayerNormalization(x, a) <axis=1>
      x: float[2,3,4], y: float[2,3,4], a: float[4], b: float[4], c: float[4] | o, _, _, p = com.microsoft::SkipLayerNormalization(x, y, a, b, c)
      x: float[2,3,4], y: float[2,3,4], a: float[4], c: float[4] | o = com.microsoft::SkipSimplifiedLayerNormalization(x, y, a, c)
      x: float[2,4,5], a: float[4], b: float[4], m: float[4], v: float[4] | o = BatchNormalization(x, a, b, m, v)
      x: float[2,4,5], a: float[4], b: float[4] | o = InstanceNormalization(x, a, b)
      x: float[2,6,5], a: float[6], b: float[6] | o = GroupNormalization(x, a, b) <num_groups=2>
      x: float[2,3,4] | o = Softmax(x)
      x: float[2,3,4] | o = LogSoftmax(x) <axis=1>
      x: float[2,3,4] | o = Hardmax(x) <axis=2>
      x: float[2,3,4] | o = LpNormalization(x) <axis=1>
      x: float[2,3,4] | o = LpNormalization(x) <axis=1, p=1>
      x: float[2,5,4,4] | o = LRN(x) <size=3, alpha=0.5, beta=0.6, bias=2.0>
      x: float[2,3,4,5] | o = MeanVarianceNormalization(x)
      x: float[2,3,4] | o = ArgMax(x) <axis=1, keepdims=0>
      i: int64[2,3,4] | o = ArgMax(i) <axis=1>
      x: float[2,3,4] | o = ArgMin(x) <axis=1>
      x: float[2,3,4] | k = int64[1] {2} o, p = TopK(x, k)
      x: float[2,3,4] | k = int64[1] {2} o, p = TopK(x, k) <axis=1, largest=0>
      x: float[2,3,4] | k = int64[] {1} o = CumSum(x, k)
      x: float[2,3,4] | k = int64[] {1} o = CumSum(x, k) <reverse=1, exclusive=1>
      x: float[5,2,4], w: float[1,12,4], r: float[1,12,3], b: float[1,24], lengths: int32[2], h: float[1,2,3], c: float[1,2,3], p: float[1,9] | o, l, m = LSTM(x, w, r, b, lengths, h, c, p) <hidden_size=3>
      x: float[5,2,4], w: float[1,12,4], r: float[1,12,3], b: float[1,24], h: float[1,2,3], c: float[1,2,3] | o, l, m = LSTM(x, w, r, b, _, h, c) <hidden_size=3>
      x: float[5,2,4], w: float[1,12,4], r: float[1,12,3], b: float[1,24] | o, l, m = LSTM(x, w, r, b) <hidden_size=3, direction="reverse">
      x: float[5,2,4], w: float[2,12,4], r: float[2,12,3] | o, l, m = LSTM(x, w, r) <hidden_size=3, direction="bidirectional">
      x: float[5,2,4], w: float[2,12,4], r: float[2,12,3], b: float[2,24], lengths: int32[2] | o, l, m = LSTM(x, w, r, b, lengths) <hidden_size=3, direction="bidirectional">
      x: float[5,2,4], w: float[1,12,4], r: float[1,12,3] | o = LSTM(x, w, r) <hidden_size=3, clip=0.3>
      x: float[5,2,4], w: float[1,9,4], r: float[1,9,3], b: float[1,18], h: float[1,2,3] | o, l = GRU(x, w, r, b, _, h) <hidden_size=3>
      x: float[5,2,4], w: float[1,9,4], r: float[1,9,3], b: float[1,18] | o, l = GRU(x, w, r, b) <hidden_size=3, linear_before_reset=1>
      x: float[5,2,4], w: float[2,9,4], r: float[2,9,3], b: float[2,18], lengths: int32[2] | o, l = GRU(x, w, r, b, lengths) <hidden_size=3, linear_before_reset=1, direction="bidirectional">
      x: float[5,2,4], w: float[1,3,4], r: float[1,3,3], b: float[1,6] | o, l = RNN(x, w, r, b) <hidden_size=3>
      x: float[5,2,4], w: float[1,3,4], r: float[1,3,3], b: float[1,6] | o, l = RNN(x, w, r, b) <hidden_size=3, activations=["Relu"]>
      x: float[2,3,4], w: float[4,18], b: float[18] | o = com.microsoft::Attention(x, w, b) <num_heads=2>
      x: float[2,3,4], w: float[4,18], b: float[18] | m = int32[2,3] {1, 1, 0, 1, 1, 1} o = com.microsoft::Attention(x, w, b, m) <num_heads=2>
      x: float[2,3,4], w: float[4,18], b: float[18] | o = com.microsoft::Attention(x, w, b) <num_heads=2, unidirectional=1>
      x: float[2,3,4], w: float[4,10], b: float[10] | o = com.microsoft::Attention(x, w, b) <num_heads=2, qkv_hidden_sizes=[4, 4, 2]>
      x: float[2,3,6], y: float[2,5,6], z: float[2,5,6] | o = com.microsoft::MultiHeadAttention(x, y, z) <num_heads=2>
      x: float[2,3,6], y: float[2,3,6], z: float[2,3,6], b: float[18] | o = com.microsoft::MultiHeadAttention(x, y, z, b) <num_heads=2>
      w: float[5,4], p: float[6,4], s: float[2,4], a: float[4], b: float[4] | i = int32[2,3] {1, 0, 4, 2, 2, 3} g = int32[2,3] {0, 1, 1, 0, 0, 1} o, m = com.microsoft::EmbedLayerNormalization(i, g, w, p, s, a, b)
      x: float[3,4] | n = Shape(x) o = ConstantOfShape(n) <value=float[1] {0.5}>
      x: float[3,4] | o = Shape(x) <start=1>
      x: float[3,4] | o = Size(x)
      x: float[3,4] | o = EyeLike(x) <k=1>
      i: int64[3,4] | o = NonZero(i)
      i: int64[3] | d = int64[] {4} v = float[2] {0.5, 2} o = OneHot(i, d, v)
      x: float[2,2] | a = int64[] {2} b = int64[] {9} c = int64[] {3} o = Range(a, b, c)
      x: float[2,3], t: bool[] | o = If(t) <then_branch = graph yes() -> (p) { p = Mul(x, x) }, else_branch = graph no() -> (q) { q = Exp(x) }>
      x: float[2,3] | n = int64[] {3} t = bool[] {true} o, s = Loop(n, t, x) <body = graph b(i: int64[], c: bool[], v: float[2,3]) -> (d, w, u) { d = Identity(c) w = Mul(v, v) u = Exp(v) }>
      x: float[2], y: float[3,2] | o, s = Scan(x, y) <num_scan_inputs=1, body = graph b(v: float[2], w: float[2]) -> (n, u) { n = Mul(v, w) u = Add(v, w) }>
      large: float[2,3,4] | o = Acosh(large)
      i: int64[2,3,4] | o = BitwiseNot(i)
      t: bool[2,3,4] | o = Not(t)
      x: float[2,3,4] | a = float[] {0.2} b = float[] {0.7} o = Clip(x, a, b)
      x: float[2,3,4] | b = float[] {0.7} o = Clip(x, _, b)
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
      i: int64[4] | d = int64[4] {-3, 2, 2, 5} s = int64[4] {7, -7, 7, 7} o = Div(s, d)
      i: int64[4] | d = int64[4] {-3, 2, -2, 5} s = int64[4] {7, -7, 7, 7} o = Mod(s, d)
      z: float[2,3,4] | o = Gelu(z) <approximate="tanh">
      x: float[2,3,4] | e = float[] {3} o = Pow(x, e)
      x: float[2,3,4] | e = float[] {2} o = Pow(x, e)
      z: float[2,3,4] | o = Cast(z) <to=7>
      z: float[2,3,4] | o = Cast(z) <to=9>
      """;

  private static final String CASES_OF_OPSET_9 =
      """
      x: float[2,3,4] | o = Softmax(x)
      x: float[2,3,4] | o = LogSoftmax(x) <axis=0>
      x: float[2,1,4] | o = Squeeze(x) <axes=[1]>
      x: float[2,7,4] | o = Slice(x) <starts=[1, -2], ends=[9, -1], axes=[1, 2]>
      x: float[2,3,4] | o = Pad(x) <pads=[0, 1, 0, 0, 0, 2]>
      x: float[2,7,4] | o, p = Split(x) <axis=1, split=[3, 4]>
      x: float[2,3,4,4] | s = float[4] {1, 1, 2, 3} o = Upsample(x, s)
      x: float[2,3,4,4] | s = float[4] {1, 1, 2, 3} o = Upsample(x, s) <mode="linear">
      x: float[2,3,4] | o = ReduceMean(x) <axes=[-2]>
      x: float[2,3,4] | o, p = TopK(x) <k=2>
      x: float[2,3,4] | o = Clip(x) <min=0.2, max=0.7>
      x: float[3,4], u: float[2,4] | i = int64[2,4] {0, 1, 2, 0, 1, 2, 0, 1} o = Scatter(x, i, u)
      """;

  private static final String CASES_OF_OPSET_24 =
      """
      x: float[2,3,4], a: float[4] | o = RMSNormalization(x, a)
      z: float[2,3,4] | o = Swish(z)
      """;

  /** Rounded on purpose: compared with the runtime, and not with differences. */
  private static final String QUANTIZED =
      """
      x: float[2,3,4] | s = float[] {0.01} z = uint8[] {3} o = QuantizeLinear(x, s, z)
      x: float[2,3,4] | s = float[] {0.01} z = uint8[] {30} q = QuantizeLinear(x, s, z) o = DequantizeLinear(q, s, z)
      x: float[2,3,4] | s = float[] {0.01} q = QuantizeLinear(x, s) d = DequantizeLinear(q, s) e = DequantizeLinear(q, s) o = Add(d, e)
      x: float[2,3,4] | s = float[3] {0.01, 0.02, 0.004} z = int8[3] {0, 1, -2} o = QuantizeLinear(x, s, z)
      x: float[2,3,4] | s = float[] {0.01} o = QuantizeLinear(x, s)
      i: uint8[4,3,8], s: float[3] | z = uint8[3] {0, 1, 3} o = DequantizeLinear(i, s, z) <axis=-2>
      i: uint8[16,8], s: float[16,2] | o = DequantizeLinear(i, s) <axis=1, block_size=4>
      x: float[2,3,4] | s = float[3] {0.01, 0.02, 0.004} z = uint8[3] {0, 1, 2} o = com.microsoft::QuantizeLinear(x, s, z) <axis=1>
      i: uint8[4,3,8], s: float[3] | z = uint8[3] {0, 1, 2} o = com.microsoft::DequantizeLinear(i, s, z) <axis=1>
      z: float[2,3,4] | o, s, p = DynamicQuantizeLinear(z)
      z: float[3,8] | q, s, p = DynamicQuantizeLinear(z) w = int8[8,2] {1, 2, 3, -4, 5, -6, 7, 8, 9, -10, 11, 12, 13, -14, 15, 16} v = int8[] {1} k = MatMulInteger(q, w, p, v) f = Cast(k) <to=1> o = Mul(f, s)
      i: uint8[1,2,4,4] | w = int8[3,2,2,2] {1, 2, 3, -4, 5, -6, 7, 8, 9, -10, 11, 12, 13, -14, 15, 16, 1, 2, 3, -4, 5, -6, 7, 8} p = uint8[] {2} o = ConvInteger(i, w, p)
      z: float[3,4] | q, s, p = DynamicQuantizeLinear(z) w = int8[4,2] {1, 2, 3, -4, 5, -6, 7, 8} v = float[2] {0.1, 0.2} u = int8[2] {0, 0} b = float[2] {0.5, 1} o = com.microsoft::MatMulIntegerToFloat(q, w, s, v, p, u, b)
      z: float[2,3,4] | w = int8[4,2] {1, 2, 3, -4, 5, -6, 7, 8} v = float[2] {0.1, 0.2} u = int8[2] {0, 0} b = float[2] {0.5, 1} o = com.microsoft::DynamicQuantizeMatMul(z, w, v, u, b)
      i: uint8[1,2,4,4] | s = float[] {0.1} p = uint8[] {3} w = int8[3,2,2,2] {1, 2, 3, -4, 5, -6, 7, 8, 9, -10, 11, 12, 13, -14, 15, 16, 1, 2, 3, -4, 5, -6, 7, 8} v = float[3] {0.02, 0.03, 0.5} u = int8[3] {0, 0, 0} t = float[] {0.3} q = uint8[] {9} b = int32[3] {5, -7, 300} o = QLinearConv(i, s, p, w, v, u, t, q, b)
      i: uint8[2,3,4] | s = float[] {0.1} p = uint8[] {3} w = int8[4,2] {1, 2, 3, -4, 5, -6, 7, 8} v = float[2] {0.02, 0.03} u = int8[2] {0, 0} t = float[] {0.3} q = uint8[] {9} o = QLinearMatMul(i, s, p, w, v, u, t, q)
      """;

  /** Called twice, with an attribute that its body refers to. */
  private static final String FUNCTION =
      """
      ir 10, opset 21, my 1
      graph g(x: float[2,3]) -> (o) {
        h = my::Scaled(x) <alpha=2.0>
        o = my::Scaled(h) <alpha=0.5>
      }
      function my::Scaled <alpha> (x) -> (y) opset 21 {
        c = Constant() <value_float=@alpha:1>
        s = Exp(x)
        y = Mul(s, c)
      }
      """;

  private OperatorCases() {}

  /** What can be differentiated, as far as its outputs are floats. */
  static Stream<Model> smooth() {
    List<Model> models = new ArrayList<>();
    CASES.lines().forEach(line -> models.add(model(21, line)));
    CASES_OF_OPSET_9.lines().forEach(line -> models.add(model(9, line)));
    CASES_OF_OPSET_24.lines().forEach(line -> models.add(model(24, line)));
    OperatorCalls.ONE_INPUT.forEach(
        call -> models.add(model(21, called(call, "x: float[2,3,4]", "x"))));
    OperatorCalls.TWO_INPUTS.forEach(
        call -> models.add(model(21, called(call, "x: float[2,3,4], y: float[3,4]", "x, y"))));
    OperatorCalls.REDUCTIONS.forEach(
        call -> {
          models.add(model(21, "x: float[2,3,4] | a = int64[1] {-2} o = " + call + "(x, a)"));
          models.add(
              model(
                  21,
                  "x: float[2,3,4,5] | a = int64[2] {1, 3} o = " + call + "(x, a) <keepdims=0>"));
          models.add(model(21, "x: float[2,3] | o = " + call + "(x) <keepdims=0>"));
        });
    models.add(TextGraph.parse(FUNCTION));
    return models.stream();
  }

  static Stream<Model> quantized() {
    return QUANTIZED.lines().map(line -> model(21, line));
  }

  private static String called(String call, String inputs, String names) {
    String attributes = call.contains("<") ? call.substring(call.indexOf('<')) : "";
    String operator = attributes.isEmpty() ? call : call.substring(0, call.indexOf('<'));
    return inputs + " | o = " + operator + "(" + names + ") " + attributes;
  }

  private static Model model(int opset, String line) {
    String[] parts = line.split("\\|", -1);
    Model model =
        TextGraph.parse(
            "ir 10, opset %d, com.microsoft 1 graph g(%s) -> () { %s }"
                .formatted(opset, parts[0], parts[1]));
    model.graph().nodes().getLast().presentOutputs().forEach(model.graph()::addOutput);
    return model;
  }
}
