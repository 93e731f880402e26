package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;
import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Sums of products. */
final class ProductKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.CONV, Kernel.of(ProductKernels::convolution)),
          entry(Op.CONV_TRANSPOSE, Kernel.of(ProductKernels::transposedConvolution)),
          entry(Op.EINSUM, Kernel.of(ProductKernels::einsum)),
          entry(Op.GEMM, Kernel.of(ProductKernels::gemm)),
          entry(Op.MAT_MUL, Kernel.of(call -> product(call, call.in(0), call.in(1)))),
          entry(Op.CONTRIB_FUSED_CONV, Kernel.of(ProductKernels::fusedConvolution)),
          entry(Op.CONTRIB_FUSED_GEMM, Kernel.of(call -> activated(call, gemm(call)))),
          entry(Op.CONTRIB_FUSED_MAT_MUL, Kernel.of(ProductKernels::fusedProduct)));

  private ProductKernels() {}

  /** Two matrices, or stacks of them; vectors are rows on the left and columns on the right. */
  static Tensor product(Call call, Tensor left, Tensor right) {
    return halved(call, left, right, torch::matmul);
  }

  /** With a bias of one number for each column, in one go where the right side is a matrix. */
  static Tensor productWithBias(Call call) {
    Tensor left = call.in(0);
    Tensor right = call.in(1);
    Tensor bias = call.in(2);
    long columns = right.size(right.dim() - 1);
    boolean fits =
        left.dim() >= 2 && right.dim() == 2 && bias.numel() == columns && bias.dim() <= left.dim();
    if (!fits || call.setting().halves()) {
      return product(call, left, right).add(bias);
    }
    long[] sizes = Tensors.sizes(left);
    sizes[sizes.length - 1] = columns;
    Tensor rows = left.reshape(-1, left.size(left.dim() - 1));
    return torch.addmm(bias.reshape(columns), rows, right).reshape(sizes);
  }

  /** Computes in half precision where that is asked for; the result has the precision of before. */
  private static Tensor halved(
      Call call, Tensor left, Tensor right, BinaryOperator<Tensor> product) {
    return call.setting().halves() && Tensors.isFloat(left)
        ? product
            .apply(left.to(ScalarType.BFloat16), right.to(ScalarType.BFloat16))
            .to(Tensors.type(left))
        : product.apply(left, right);
  }

  private static Tensor gemm(Call call) {
    Tensor left = call.flag("transA") ? call.in(0).t() : call.in(0);
    Tensor right = call.flag("transB") ? call.in(1).t() : call.in(1);
    Tensor product = scaled(product(call, left, right), call.real("alpha", 1));
    return call.has(2) ? product.add(scaled(call.in(2), call.real("beta", 1))) : product;
  }

  private static Tensor scaled(Tensor x, double factor) {
    return factor == 1 ? x : x.mul(scalar(factor));
  }

  private static Tensor fusedProduct(Call call) {
    Tensor left = call.flag("transA") ? call.in(0).transpose(-1, -2) : call.in(0);
    Tensor right = call.flag("transB") ? call.in(1).transpose(-1, -2) : call.in(1);
    if (call.flag("transBatchA") || call.flag("transBatchB")) {
      throw new IllegalArgumentException("FusedMatMul with batches moved has no gradient here");
    }
    return scaled(product(call, left, right), call.real("alpha", 1));
  }

  private static Tensor einsum(Call call) {
    TensorVector operands = new TensorVector();
    for (int i = 0; i < call.inputs().size(); i++) {
      operands.push_back(call.in(i));
    }
    return torch.einsum(call.text("equation", "").replace(" ", ""), operands);
  }

  private static Tensor convolution(Call call) {
    return halved(
        call, call.in(0), call.in(1), (x, weight) -> convolved(call, x, weight, bias(call, x)));
  }

  /** Slides a weight over an input, as the attributes of a node say. */
  static Tensor convolved(Call call, Tensor x, Tensor weight, TensorOptional bias) {
    Windows windows = Windows.of(call, Tensors.sizes(x), spatial(weight));
    return torch.convolution(
        windows.padded(x, 0),
        weight,
        bias,
        windows.strides(),
        windows.remainingPads(),
        windows.dilations(),
        false,
        new long[windows.rank()],
        call.integer("group", 1));
  }

  private static TensorOptional bias(Call call, Tensor like) {
    return call.has(2)
        ? new TensorOptional(call.in(2).to(Tensors.type(like)))
        : new TensorOptional();
  }

  private static long[] spatial(Tensor weight) {
    long[] sizes = Tensors.sizes(weight);
    return java.util.Arrays.copyOfRange(sizes, 2, sizes.length);
  }

  private static Tensor fusedConvolution(Call call) {
    Tensor result = convolution(call);
    return activated(call, call.has(3) ? result.add(call.in(3)) : result);
  }

  /** What a fused operator does at its end. */
  private static Tensor activated(Call call, Tensor x) {
    String name = call.text("activation", "");
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "" -> x;
      case "relu" -> torch.relu(x);
      case "sigmoid" -> torch.sigmoid(x);
      case "tanh" -> torch.tanh(x);
      case "leakyrelu" ->
          torch.leaky_relu(
              x,
              scalar(
                  parameters(call).length > 0
                      ? parameters(call)[0]
                      : call.real("activation_alpha", .01)));
      case "clip" ->
          torch.clamp_max(
              torch.clamp_min(x, scalar(parameters(call)[0])), scalar(parameters(call)[1]));
      default ->
          throw new IllegalArgumentException("the activation " + name + " has no gradient here");
    };
  }

  private static double[] parameters(Call call) {
    return call.attribute("activation_params") instanceof io.demitasse.ir.Attribute.Reals reals
        ? reals.values().stream().mapToDouble(Float::doubleValue).toArray()
        : new double[0];
  }

  /**
   * The output is cut, or filled up, to the sizes that pads or {@code output_shape} ask for: what
   * libtorch pads is the same on both sides.
   */
  private static Tensor transposedConvolution(Call call) {
    Tensor x = call.in(0);
    Tensor weight = call.in(1);
    Windows windows = Windows.ofTransposed(call, Tensors.sizes(x), spatial(weight));
    Tensor whole =
        torch.convolution(
            x,
            weight,
            bias(call, x),
            windows.strides(),
            new long[windows.rank()],
            windows.dilations(),
            true,
            new long[windows.rank()],
            call.integer("group", 1));
    long[] added = call.ints("output_padding").orElse(new long[windows.rank()]);
    return windows.cut(whole, added, call.has(2) ? call.in(2) : null);
  }
}
