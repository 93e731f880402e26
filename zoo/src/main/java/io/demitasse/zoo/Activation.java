package io.demitasse.zoo;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/** What bends a layer's output. */
enum Activation {
  /** Nothing. */
  NONE,
  RELU,
  /** A ReLU cut off at 6. */
  RELU6,
  /** {@code x * relu6(x + 3) / 6} (Howard et al.: Searching for MobileNetV3, ICCV 2019). */
  HARD_SWISH,
  /**
   * {@code x * P(X <= x)} of a Gaussian X (Hendrycks and Gimpel: Gaussian Error Linear Units,
   * 2016).
   */
  GELU,
  /** The same approximated with a hyperbolic tangent, as GPT-2 has it. */
  GELU_TANH,
  /** The same approximated by {@code x * sigmoid(1.702 x)}, as CLIP has it. */
  QUICK_GELU,
  TANH;

  /** The first version of ONNX's operators that has {@code Gelu}. */
  static final long GELU_OPSET = 20;

  private static final double QUICK = 1.702;

  Value apply(Network net, String name, Value x) {
    return switch (this) {
      case NONE -> x;
      case RELU -> net.op(Op.RELU, name, x);
      case RELU6 -> net.op(Op.CLIP, name, x, net.number(0), net.number(6));
      case HARD_SWISH -> net.op(Op.HARD_SWISH, name, x);
      case GELU -> net.op(Op.GELU, name, x);
      case GELU_TANH ->
          net.node(Op.GELU, name, x).attribute("approximate", "tanh").append().output();
      case QUICK_GELU -> quick(net.in(name), x);
      case TANH -> net.op(Op.TANH, name, x);
    };
  }

  private static Value quick(Network net, Value x) {
    Value gate = net.op(Op.SIGMOID, "gate", net.op(Op.MUL, "scaled", x, net.number(QUICK)));
    return net.op(Op.MUL, "gated", x, gate);
  }
}
