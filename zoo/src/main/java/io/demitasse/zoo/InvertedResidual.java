package io.demitasse.zoo;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * The block of MobileNets: wide inside, narrow between blocks (Sandler, Howard, Zhu, Zhmoginov and
 * Chen: MobileNetV2: Inverted Residuals and Linear Bottlenecks, CVPR 2018), with a gate on each
 * channel in some (Howard et al.: Searching for MobileNetV3, ICCV 2019).
 *
 * <pre>
 *   x [batch,in,..] ─ 1x1 expand ─ depthwise ─ gate? ─ 1x1 project ─ + x, where the shape stays
 * </pre>
 *
 * @param wide channels inside; where there are as many as come in, nothing is expanded
 * @param gate channels of the gate, or 0 for none
 */
record InvertedResidual(
    int in, int wide, int out, int kernel, int stride, int gate, Activation activation) {

  /** A multiple of 8 channels near a number, at most a tenth below it, as MobileNets have them. */
  static int channels(double wanted) {
    int near = Math.max(8, (int) (wanted + 4) / 8 * 8);
    return near < 0.9 * wanted ? near + 8 : near;
  }

  Value apply(Network net, Value x, float epsilon) {
    Value inner = x;
    if (wide != in) {
      inner = layer(net.in("expand"), Convolution.same(in, wide, 1, 1), activation, x, epsilon);
    }
    Convolution depthwise = Convolution.depthwise(wide, kernel, stride);
    inner = layer(net.in("depthwise"), depthwise, activation, inner, epsilon);
    if (gate > 0) {
      inner = gated(net.in("gate"), inner);
    }
    Convolution project = Convolution.same(wide, out, 1, 1);
    Value result = layer(net.in("project"), project, Activation.NONE, inner, epsilon);
    return stride == 1 && in == out ? net.op(Op.ADD, "add", result, x) : result;
  }

  /** Convolution, batch normalization and activation. */
  static Value layer(
      Network net, Convolution convolution, Activation activation, Value x, float epsilon) {
    return activation.apply(net, "act", convolution.normalized(net, "conv", "bn", x, epsilon));
  }

  /** Squeeze and excitation (Hu, Shen and Sun, CVPR 2018), with a hard sigmoid. */
  private Value gated(Network net, Value x) {
    Value mean = net.op(Op.GLOBAL_AVERAGE_POOL, "pool", x);
    Value squeezed = Convolution.same(wide, gate, 1, 1).biased(net, "squeeze", mean);
    Value bent = net.op(Op.RELU, "relu", squeezed);
    Value excited = Convolution.same(gate, wide, 1, 1).biased(net, "excite", bent);
    Value factor =
        net.node(Op.HARD_SIGMOID, "sigmoid", excited).attribute("alpha", 1 / 6f).append().output();
    return net.op(Op.MUL, "gated", x, factor);
  }
}
