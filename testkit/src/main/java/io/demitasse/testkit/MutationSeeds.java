package io.demitasse.testkit;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small sound models that between them use most operators: what {@link ModelMutation} damages. */
public final class MutationSeeds {
  private static final int GENERATED = 12;

  private static final List<String> WRITTEN =
      List.of(
          """
          opset 17
          graph sizes(x: float[N,3,8,8]) -> (y) {
            one = int64[1] {1} zero = int64[1] {0} last = int64[1] {2} minus = int64[1] {-1}
            s = Shape(x)
            n = Gather(s, zero) <axis=0>
            four = int64[1] {4}
            hw = Slice(s, last, four)
            two = int64[1] {2}
            twice = Mul(hw, two)
            joined = Concat(n, minus) <axis=0>
            flat = Reshape(x, joined)
            f = Cast(twice) <to=1>
            half = float[1] {0.5}
            e = Expand(half, twice)
            repeats = int64[2] {1, 2}
            t = Tile(e, repeats)
            nz = NonZero(t)
            c = ConstantOfShape(twice) <value=float[1] {0.25}>
            u = Unsqueeze(c, zero)
            q = Squeeze(u, zero)
            m = ReduceMean(flat) <axes=[1], keepdims=1>
            pads = int64[4] {0, 0, 0, 1}
            p = Pad(m, pads)
            a = int64[] {0} b = int64[] {6} d = int64[] {1}
            r = Range(a, b, d)
            mask = bool[1] {true}
            w = Where(mask, p, m)
            y = Identity(w)
          }
          """,
          """
          opset 17
          graph choice(x: float[2,4], c: bool[]) -> (y, z) {
            w = float[4,4] ~ 1
            h = MatMul(x, w)
            y = If(c) <
              then_branch=graph yes() -> (p) { p = Relu(h) },
              else_branch=graph no() -> (q) { k = float[4] {1, 2, 3, 4} q = Add(h, k) }
            >
            trips = int64[] {3} go = bool[] {true}
            z, all = Loop(trips, go, h) <
              body=graph body(i: int64[], on: bool[], state: float[2,4]) -> (on2, next, out) {
                on2 = Identity(on)
                half = float[] {0.5}
                next = Mul(state, half)
                out = ReduceSum(next) <keepdims=0>
              }
            >
          }
          """,
          """
          opset 17
          graph pictures(x: float[1,4,8,8]) -> (y, v, i) {
            w = float[8,4,3,3] ~ 1 b = float[8] ~ 2
            c = Conv(x, w, b) <pads=[1, 1, 1, 1], strides=[2, 2], kernel_shape=[3, 3]>
            lo = float[] {0.0} hi = float[] {6.0}
            r = Clip(c, lo, hi)
            s = float[4] {1, 1, 2, 2}
            up = Resize(r, _, s) <mode="nearest">
            wt = float[8,4,2,2] ~ 3
            t = ConvTranspose(up, wt) <strides=[2, 2]>
            d = DepthToSpace(t) <blocksize=2>
            p = MaxPool(d) <kernel_shape=[2, 2], strides=[2, 2]>
            g, h = Split(p) <axis=2>
            j = Concat(g, h) <axis=2>
            one = float[1] {1} nul = float[1] {0}
            n = InstanceNormalization(j, one, nul) <epsilon=1e-5>
            f = Flatten(n) <axis=1>
            k = int64[1] {3}
            v, i = TopK(f, k) <axis=1>
            y = Softmax(f) <axis=-1>
          }
          """,
          """
          opset 14
          graph sequence(x: float[5,N,3], ids: int64[N,4]) -> (y, e, z) {
            w = float[1,16,3] ~ 1 r = float[1,16,4] ~ 2 b = float[1,32] ~ 3
            y, h, c = LSTM(x, w, r, b) <hidden_size=4>
            table = float[10,6] ~ 4
            g = Gather(table, ids) <axis=0>
            t = Transpose(g) <perm=[0, 2, 1]>
            e = MatMul(g, t)
            m = Einsum(g, g) <equation="bij,bkj->bik">
            k = float[6,3] ~ 5 o = float[3] ~ 6
            shape = int64[2] {-1, 6}
            flat = Reshape(g, shape)
            z = Gemm(flat, k, o)
          }
          """,
          """
          opset 17, com.microsoft 1
          graph integers(x: float[2,8]) -> (y, z, f) {
            s = float[] {0.02} o = uint8[] {128}
            q = QuantizeLinear(x, s, o)
            d = DequantizeLinear(q, s, o)
            wq = int8[8,4] ~ 1 in [-127, 127] ws = float[4] {0.1, 0.2, 0.3, 0.4} wo = int8[4] {0, 0, 0, 0}
            w = DequantizeLinear(wq, ws, wo) <axis=1>
            y = MatMul(d, w)
            a, as, ao = DynamicQuantizeLinear(x)
            m = MatMulInteger(a, wq, ao)
            z = Cast(m) <to=1>
            one = float[8] {1, 1, 1, 1, 1, 1, 1, 1} nul = float[8] ~ 3
            n = LayerNormalization(x, one, nul) <axis=-1>
            gl = com.microsoft::Gelu(n)
            f = com.microsoft::SkipLayerNormalization(gl, x, one, nul)
          }
          """,
          """
          opset 13, my.domain 1
          graph called(x: float[2,4]) -> (y, o) {
            t = my.domain::Twice(x) <alpha=2.0>
            y = my.domain::Unknown(t) <axis=1>
            i = ArgMax(x) <axis=1, keepdims=0>
            depth = int64[] {4} values = float[2] {0, 1}
            o = OneHot(i, depth, values)
          }
          function my.domain::Twice <alpha> (x) -> (y) opset 13 {
            h = LeakyRelu(x) <alpha=@alpha:1>
            y = Add(h, h)
          }
          """);

  private MutationSeeds() {}

  /** The models as files. */
  public static List<byte[]> files() {
    List<Model> models = new ArrayList<>();
    WRITTEN.forEach(text -> models.add(TextGraph.parse(text)));
    for (int seed = 0; seed < GENERATED; seed++) {
      models.add(GraphGenerator.model(seed));
    }
    return models.stream().map(MutationSeeds::bytes).toList();
  }

  private static byte[] bytes(Model model) {
    try {
      Path folder = Files.createTempDirectory("demitasse-seed");
      Path file = folder.resolve("seed.onnx");
      Ports.find().format().write(Map.of(file, model), WriteOptions.DEFAULT);
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      Files.delete(folder);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
