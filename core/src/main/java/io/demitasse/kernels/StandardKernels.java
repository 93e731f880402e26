package io.demitasse.kernels;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.fuse.FuseGelu;
import io.demitasse.passes.fuse.FuseLayerNorm;
import io.demitasse.passes.fuse.FuseSkipLayerNorm;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.passes.quantize.QuantizeWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is measured when nobody says what: the products and convolutions that take the time of text
 * encoders, decoders and picture networks at sizes they have, and what stands between them.
 */
public final class StandardKernels {
  private static final Pass DYNAMIC = PassOptions.defaults(QuantizeDynamic.class);

  /** Whatever the size of the weight: what is to be measured is the form. */
  private static final Pass WEIGHTS =
      PassOptions.of(QuantizeWeights.class, Map.of("minimum-elements", 1));

  private static final Pass GELU = new FuseGelu(FuseGelu.Form.GELU);
  private static final Pass BIAS_GELU = new FuseGelu(FuseGelu.Form.BIAS_GELU);

  /** Of a small encoder, for each of which attention has as many rows. */
  private static final int HEADS = 12;

  private static final String STATIC = "quantize-static";

  private static final List<Form> OF_PRODUCTS =
      List.of(
          Form.of("quantize-dynamic", DYNAMIC),
          Form.of(
              "quantize-dynamic form=standard",
              PassOptions.of(QuantizeDynamic.class, Map.of("form", "standard"))),
          Form.of(STATIC, integers("MatMul")),
          Form.of("quantize-weights", WEIGHTS));

  private static final List<Form> OF_CONVOLUTIONS =
      List.of(Form.of(STATIC, integers("Conv")), Form.of("quantize-weights", WEIGHTS));

  private final List<KernelModel> models = new ArrayList<>();

  private StandardKernels() {}

  /** All of them, made anew. */
  public static List<KernelModel> all() {
    StandardKernels kernels = new StandardKernels();
    kernels.products();
    kernels.convolutions();
    kernels.betweenProducts();
    kernels.betweenConvolutions();
    return kernels.models;
  }

  private void products() {
    for (int rows : new int[] {1, 128, 512}) {
      product(rows, 384, 1536);
      product(rows, 768, 768);
    }
    product(1, 1024, 4096);
  }

  private void product(int rows, int in, int out) {
    add(
        "MatMul",
        OF_PRODUCTS,
        """
        graph g(x: float[ROWS,IN]) -> (y: float[ROWS,OUT]) {
          w = float[IN,OUT] ~ 7
          y = MatMul(x, w)
        }
        """,
        Map.of("ROWS", rows, "IN", in, "OUT", out));
  }

  private void convolutions() {
    convolution(3, 32, 224, 3, 1, 2);
    convolution(64, 64, 56, 3, 1, 1);
    convolution(128, 128, 28, 3, 1, 1);
    convolution(64, 256, 56, 1, 1, 1);
    convolution(256, 64, 28, 1, 1, 1);
    convolution(96, 96, 56, 3, 96, 1);
    convolution(240, 240, 28, 5, 240, 2);
  }

  private void convolution(int in, int out, int size, int kernel, int groups, int stride) {
    add(
        "Conv",
        OF_CONVOLUTIONS,
        """
        graph g(x: float[1,IN,SIZE,SIZE]) -> (y: float[...]) {
          w = float[OUT,SHARE,KERNEL,KERNEL] ~ 7
          b = float[OUT] ~ 8
          y = Conv(x, w, b) <
            kernel_shape=[KERNEL, KERNEL], group=GROUPS, strides=[STRIDE, STRIDE],
            pads=[PAD, PAD, PAD, PAD]>
        }
        """,
        Map.of(
            "IN", in,
            "OUT", out,
            "SIZE", size,
            "SHARE", in / groups,
            "KERNEL", kernel,
            "GROUPS", groups,
            "STRIDE", stride,
            "PAD", kernel / 2));
  }

  private void betweenProducts() {
    for (int rows : new int[] {128, 512}) {
      add(
          "Gelu",
          List.of(
              Form.of("fuse-gelu form=gelu", GELU),
              new Form(
                  "fuse-gelu form=bias-gelu",
                  "fuse-gelu form=gelu",
                  List.of(GELU, DYNAMIC),
                  List.of(BIAS_GELU, DYNAMIC))),
          """
          graph g(x: float[ROWS,384]) -> (y: float[ROWS,1536]) {
            w = float[384,1536] ~ 7
            b = float[1536] ~ 8
            root2 = float[] {1.4142135}
            one = float[] {1}
            half = float[] {0.5}
            p = MatMul(x, w)
            a = Add(p, b)
            d = Div(a, root2)
            e = Erf(d)
            s = Add(e, one)
            m = Mul(a, s)
            y = Mul(m, half)
          }
          """,
          Map.of("ROWS", rows));
      normalization(rows);
      softmax(HEADS * rows);
    }
  }

  private void normalization(int rows) {
    add(
        "LayerNormalization",
        List.of(Form.of("fuse-skip-layer-norm", new FuseSkipLayerNorm())),
        """
        graph g(x: float[1,ROWS,384], s: float[1,ROWS,384]) -> (y: float[1,ROWS,384]) {
          scale = float[384] ~ 7
          shift = float[384] ~ 8
          t = Add(x, s)
          y = LayerNormalization(t, scale, shift)
        }
        """,
        Map.of("ROWS", rows));
    add(
        "LayerNormalization",
        List.of(Form.of("fuse-layer-norm", new FuseLayerNorm())),
        """
        graph g(x: float[1,ROWS,384]) -> (y: float[1,ROWS,384]) {
          scale = float[384] ~ 7
          shift = float[384] ~ 8
          two = float[] {2}
          epsilon = float[] {1e-5}
          m = ReduceMean(x) <axes=[-1]>
          c = Sub(x, m)
          q = Pow(c, two)
          v = ReduceMean(q) <axes=[-1]>
          e = Add(v, epsilon)
          r = Sqrt(e)
          n = Div(c, r)
          k = Mul(n, scale)
          y = Add(k, shift)
        }
        """,
        Map.of("ROWS", rows));
  }

  private void softmax(int rows) {
    between(
        "MatMul",
        "Softmax",
        """
        graph g(x: float[ROWS,64]) -> (y: float[ROWS,64]) {
          w = float[64,128] ~ 7
          v = float[128,64] ~ 8
          p = MatMul(x, w)
          s = Softmax(p)
          y = MatMul(s, v)
        }
        """,
        Map.of("ROWS", rows));
  }

  private void betweenConvolutions() {
    for (Map<String, Integer> sizes :
        List.of(Map.of("CHANNELS", 64, "SIZE", 56), Map.of("CHANNELS", 128, "SIZE", 14))) {
      convolved("Conv", "AveragePool", sizes, "y = AveragePool(c) <kernel_shape=[3, 3]>");
      convolved("Conv", "GlobalAveragePool", sizes, "y = GlobalAveragePool(c)");
      convolved("Conv", "MaxPool", sizes, "y = MaxPool(c) <kernel_shape=[3, 3]>");
      convolved(
          "Conv,Mul",
          "HardSigmoid",
          sizes,
          """
          v = float[CHANNELS,CHANNELS,1,1] ~ 8
            h = HardSigmoid(c) <alpha=0.16666667>
            m = Mul(c, h)
            y = Conv(m, v)\
          """);
    }
  }

  /**
   * What follows on a convolution. A pool ends the integers here: in front of another convolution a
   * runtime would find it between integers, and compute it in them, whether or not it was asked to.
   *
   * @param nodes take {@code c} and make {@code y}
   */
  private void convolved(String around, String operator, Map<String, Integer> sizes, String nodes) {
    between(
        around,
        operator,
        """
        graph g(x: float[1,CHANNELS,SIZE,SIZE]) -> (y: float[...]) {
          w = float[CHANNELS,CHANNELS,1,1] ~ 7
          c = Conv(x, w)
          NODES
        }
        """
            .replace("NODES", nodes),
        sizes);
  }

  /**
   * @param around operators in integers, with a comma in between
   */
  private void between(String around, String operator, String text, Map<String, Integer> sizes) {
    Form form =
        new Form(
            STATIC,
            "float beside integers",
            List.of(integers(around.split(","))),
            List.of(integers((around + "," + operator).split(","))));
    add(operator, List.of(form), text, sizes);
  }

  private static Pass integers(String... operators) {
    return PassOptions.of(QuantizeStatic.class, Map.of("operators", List.of(operators)));
  }

  /**
   * @param text with a name in capitals for each size
   */
  private void add(String operator, List<Form> forms, String text, Map<String, Integer> sizes) {
    String sized = text;
    for (Map.Entry<String, Integer> size : sizes.entrySet()) {
      sized = sized.replace(size.getKey(), size.getValue().toString());
    }
    Model model = TextGraph.parse("ir 10, opset 17\n\n" + sized);
    models.add(new KernelModel(operator, model, forms));
  }
}
