package io.demitasse.torch.kernel;

import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One input, element by element. */
final class ActivationKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.ABS, plain(torch::abs)),
          entry(Op.ACOS, plain(torch::acos)),
          entry(Op.ACOSH, plain(torch::acosh)),
          entry(Op.ASIN, plain(torch::asin)),
          entry(Op.ASINH, plain(torch::asinh)),
          entry(Op.ATAN, plain(torch::atan)),
          entry(Op.ATANH, plain(torch::atanh)),
          entry(Op.BITWISE_NOT, plain(torch::bitwise_not)),
          entry(Op.CEIL, plain(torch::ceil)),
          entry(Op.CELU, Kernel.of(call -> torch.celu(call.in(0), scalar(call.real("alpha", 1))))),
          entry(Op.CLIP, Kernel.of(ActivationKernels::clip)),
          entry(Op.COS, plain(torch::cos)),
          entry(Op.COSH, plain(torch::cosh)),
          entry(Op.ELU, Kernel.of(call -> elu(call.in(0), call.real("alpha", 1), 1))),
          entry(Op.ERF, plain(torch::erf)),
          entry(Op.EXP, plain(torch::exp)),
          entry(Op.FLOOR, plain(torch::floor)),
          entry(Op.GELU, Kernel.of(call -> gelu(call.in(0), call.text("approximate", "none")))),
          entry(Op.HARD_SIGMOID, Kernel.of(ActivationKernels::hardSigmoid)),
          entry(Op.HARD_SWISH, Kernel.of(ActivationKernels::hardSwish)),
          entry(Op.IDENTITY, plain(x -> x)),
          entry(Op.IS_INF, Kernel.of(ActivationKernels::isInfinite)),
          entry(Op.IS_NAN, plain(torch::isnan)),
          entry(
              Op.LEAKY_RELU,
              Kernel.of(call -> torch.leaky_relu(call.in(0), scalar(call.real("alpha", .01))))),
          entry(Op.LOG, plain(torch::log)),
          entry(Op.MISH, plain(torch::mish)),
          entry(Op.NEG, plain(torch::neg)),
          entry(Op.NOT, plain(torch::logical_not)),
          entry(Op.RECIPROCAL, plain(torch::reciprocal)),
          entry(Op.RELU, plain(torch::relu)),
          entry(Op.ROUND, plain(torch::round)),
          entry(
              Op.SELU,
              Kernel.of(
                  call ->
                      elu(
                          call.in(0),
                          call.real("alpha", 1.6732631921768188),
                          call.real("gamma", 1.0507010221481323)))),
          entry(Op.SHRINK, Kernel.of(ActivationKernels::shrink)),
          entry(Op.SIGMOID, plain(torch::sigmoid)),
          entry(Op.SIGN, plain(torch::sign)),
          entry(Op.SIN, plain(torch::sin)),
          entry(Op.SINH, plain(torch::sinh)),
          entry(Op.SOFTPLUS, plain(torch::softplus)),
          entry(Op.SOFTSIGN, plain(x -> x.div(torch.abs(x).add(scalar(1))))),
          entry(Op.SQRT, plain(torch::sqrt)),
          entry(Op.SWISH, Kernel.of(call -> gated(call.in(0), call.real("alpha", 1)))),
          entry(Op.TAN, plain(torch::tan)),
          entry(Op.TANH, plain(torch::tanh)),
          entry(
              Op.THRESHOLDED_RELU,
              Kernel.of(
                  call -> torch.threshold(call.in(0), scalar(call.real("alpha", 1)), scalar(0)))),
          entry(Op.CONTRIB_GELU, plain(x -> gelu(x, "none"))),
          entry(
              Op.CONTRIB_QUICK_GELU,
              Kernel.of(call -> gated(call.in(0), call.real("alpha", 1.702)))),
          entry(Op.CONTRIB_BIAS_GELU, Kernel.of(call -> gelu(call.in(0).add(call.in(1)), "none"))),
          entry(Op.CONTRIB_FAST_GELU, Kernel.of(ActivationKernels::fastGelu)));

  private ActivationKernels() {}

  private static Kernel plain(UnaryOperator<Tensor> function) {
    return Kernel.of(call -> function.apply(call.in(0)));
  }

  static Scalar scalar(double value) {
    return new Scalar(value);
  }

  static Tensor gelu(Tensor x, String approximate) {
    return torch.gelu(x, approximate.equals("tanh") ? Names.TANH : Names.NONE);
  }

  private static Tensor fastGelu(Call call) {
    Tensor x = call.in(0);
    return gelu(call.has(1) ? x.add(call.in(1)) : x, "tanh");
  }

  /** x times the sigmoid of it, steeper or not. */
  private static Tensor gated(Tensor x, double alpha) {
    return alpha == 1 ? torch.silu(x) : x.mul(torch.sigmoid(x.mul(scalar(alpha))));
  }

  private static Tensor elu(Tensor x, double alpha, double gamma) {
    return torch.elu(x, scalar(alpha), scalar(gamma), scalar(1));
  }

  private static Tensor clip(Call call) {
    Tensor x = call.in(0);
    double least = call.number(1, call.real("min", Double.NEGATIVE_INFINITY));
    double most = call.number(2, call.real("max", Double.POSITIVE_INFINITY));
    if (!Tensors.isFloat(x)) {
      Tensor above = Double.isInfinite(least) ? x : torch.clamp_min(x, new Scalar((long) least));
      return Double.isInfinite(most) ? above : torch.clamp_max(above, new Scalar((long) most));
    }
    // Where the limits cross, the upper one holds.
    return torch.clamp(x, limit(least), limit(most));
  }

  private static ScalarOptional limit(double number) {
    return Double.isInfinite(number) ? new ScalarOptional() : new ScalarOptional(scalar(number));
  }

  private static Tensor hardSigmoid(Call call) {
    return hardSigmoid(call.in(0), call.real("alpha", .2), call.real("beta", .5));
  }

  private static Tensor hardSigmoid(Tensor x, double alpha, double beta) {
    if (isUsual(alpha, beta)) {
      return torch.hardsigmoid(x);
    }
    Tensor line = x.mul(scalar(alpha)).add(scalar(beta));
    return torch.clamp(line, limit(0), limit(1));
  }

  /** Whether a hard sigmoid is the one that libtorch has. */
  private static boolean isUsual(double alpha, double beta) {
    return (float) alpha == 1 / 6f && beta == .5;
  }

  /** A number times the hard sigmoid of it. */
  static Tensor hardGated(Call call) {
    double alpha = call.real("alpha", .2);
    double beta = call.real("beta", .5);
    Tensor x = call.in(0);
    return isUsual(alpha, beta) ? torch.hardswish(x) : x.mul(hardSigmoid(x, alpha, beta));
  }

  private static Tensor hardSwish(Call call) {
    return torch.hardswish(call.in(0));
  }

  private static Tensor isInfinite(Call call) {
    Tensor x = call.in(0);
    Tensor infinite = torch.isinf(x);
    if (call.integer("detect_positive", 1) == 0) {
      infinite = torch.logical_and(infinite, torch.lt(x, scalar(0)));
    }
    if (call.integer("detect_negative", 1) == 0) {
      infinite = torch.logical_and(infinite, torch.gt(x, scalar(0)));
    }
    return infinite;
  }

  private static Tensor shrink(Call call) {
    Tensor x = call.in(0);
    Scalar bias = scalar(call.real("bias", 0));
    double lambda = call.real("lambd", .5);
    Tensor zero = torch.zeros_like(x);
    Tensor upper = torch.where(torch.gt(x, scalar(lambda)), x.sub(bias), zero);
    return torch.where(torch.lt(x, scalar(-lambda)), x.add(bias), upper);
  }
}
