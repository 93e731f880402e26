package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;
import static java.util.Map.entry;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of few bits, as floats that happen to be whole. They are rounded as the runtime rounds
 * them, and gradients pass straight through where nothing was cut off (Bengio, Léonard, Courville,
 * Estimating or Propagating Gradients Through Stochastic Neurons, 2013); those of scales follow
 * from that (Esser et al., Learned Step Size Quantization, ICLR 2020).
 */
final class QuantizationKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.CONV_INTEGER, Kernel.of(QuantizationKernels::integerConvolution)),
          entry(Op.DEQUANTIZE_LINEAR, Kernel.of(QuantizationKernels::dequantized)),
          entry(Op.DYNAMIC_QUANTIZE_LINEAR, QuantizationKernels::dynamicallyQuantized),
          entry(Op.MAT_MUL_INTEGER, Kernel.of(QuantizationKernels::integerProduct)),
          entry(Op.QLINEAR_CONV, Kernel.of(QuantizationKernels::quantizedConvolution)),
          entry(Op.QLINEAR_MAT_MUL, Kernel.of(QuantizationKernels::quantizedProduct)),
          entry(Op.QUANTIZE_LINEAR, Kernel.of(QuantizationKernels::quantized)),
          entry(Op.CONTRIB_DEQUANTIZE_LINEAR, Kernel.of(QuantizationKernels::dequantized)),
          entry(
              Op.CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL, Kernel.of(QuantizationKernels::dynamicProduct)),
          entry(Op.CONTRIB_MAT_MUL_INTEGER_TO_FLOAT, Kernel.of(QuantizationKernels::scaledProduct)),
          entry(Op.CONTRIB_QUANTIZE_LINEAR, Kernel.of(QuantizationKernels::quantized)));

  private QuantizationKernels() {}

  /** Rounds half to even; the gradient is that of the number itself. */
  static Tensor rounded(Tensor x) {
    return x.add(torch.round(x).sub(x).detach());
  }

  private static Tensor limited(Tensor x, double least, double most) {
    return torch.clamp_max(torch.clamp_min(x, scalar(least)), scalar(most));
  }

  private static Tensor quantized(Call call) {
    Tensor x = call.in(0);
    Tensor scale = along(call, x, call.in(1));
    Tensor steps = rounded(x.div(scale));
    DataType type = target(call, 2);
    Tensor shifted =
        call.has(2) ? steps.add(along(call, x, call.in(2)).to(Tensors.type(x))) : steps;
    return limited(shifted, least(type), most(type));
  }

  private static DataType target(Call call, int input) {
    Value zeroPoint = call.node().inputs().size() > input ? call.node().input(input) : null;
    if (zeroPoint == null) {
      long declared = call.integer("output_dtype", 0);
      return declared == 0 ? DataType.UINT8 : DataType.ofCode((int) declared);
    }
    return zeroPoint
        .constant()
        .map(io.demitasse.ir.Tensor::dataType)
        .or(zeroPoint::dataType)
        .orElseThrow(
            () -> new IllegalArgumentException("it is not known to what type is quantized"));
  }

  private static double least(DataType type) {
    return switch (type) {
      case UINT2, UINT4, UINT8, UINT16 -> 0;
      case INT2, INT4, INT8, INT16 -> -Math.scalb(1., type.bits() - 1);
      default ->
          throw new IllegalArgumentException(
              "to quantize to " + type.text() + " has no gradient here");
    };
  }

  private static double most(DataType type) {
    return least(type) + Math.scalb(1., type.bits()) - 1;
  }

  private static Tensor dequantized(Call call) {
    return back(call, call.in(0).to(Tensors.type(call.in(1))));
  }

  /** Back from integers to numbers. */
  private static Tensor back(Call call, Tensor steps) {
    Tensor scale = call.in(1);
    Tensor shifted =
        call.has(2) ? steps.sub(along(call, steps, call.in(2)).to(Tensors.type(scale))) : steps;
    return shifted.mul(along(call, steps, scale));
  }

  /**
   * Numbers rounded to integers and back, several times the same. On one grid for all it is one
   * pass over memory, of which the gradient of the numbers needs a bit each; that of the scale,
   * which is how far each was moved in steps, comes with an addition of what is zero and has that
   * gradient.
   */
  static List<@Nullable Tensor> roundedAndBack(Call call, int times) {
    Tensor x = call.in(0);
    Tensor scale = call.in(1);
    boolean isPlain =
        scale.numel() == 1 && !call.setting().doubles() && Tensors.type(x) == ScalarType.Float;
    double step = isPlain ? scale.item_double() : 0;
    Tensor result = step > 0 ? onGrid(call, x, scale, step) : back(call, quantized(call));
    List<@Nullable Tensor> results = new ArrayList<>();
    results.add(result);
    while (results.size() < times) {
      results.add(torch.alias(result));
    }
    return results;
  }

  private static Tensor onGrid(Call call, Tensor x, Tensor scale, double step) {
    DataType type = target(call, 2);
    long zero = call.has(2) ? call.longs(2)[0] : 0;
    T_TensorTensor_T found =
        torch.fake_quantize_per_tensor_affine_cachemask(
            x, step, zero, (long) least(type), (long) most(type));
    Tensor result = found.get0();
    if (!scale.requires_grad()) {
      return result;
    }
    Tensor moved = result.detach().sub(x.detach().mul(found.get1())).div(scale.detach());
    return torch.addcmul(result, moved, scale.sub(scale.detach()));
  }

  /** Scales or zero points in places where they meet the elements that they belong to. */
  private static Tensor along(Call call, Tensor x, Tensor numbers) {
    if (numbers.numel() == 1) {
      return numbers.reshape(new long[0]);
    }
    int rank = Tensors.rank(x);
    int axis = Tensors.axis(call.integer("axis", 1), rank);
    long block = call.integer("block_size", 0);
    if (block > 0) {
      Tensor repeated =
          numbers.repeat_interleave(
              block,
              new org.bytedeco.pytorch.LongOptional(axis),
              new org.bytedeco.pytorch.LongOptional());
      return torch.narrow(repeated, axis, 0, x.size(axis));
    }
    long[] sizes = new long[rank];
    Arrays.fill(sizes, 1);
    sizes[axis] = numbers.numel();
    return numbers.reshape(sizes);
  }

  /** A scale and a zero point that reach from the least to the greatest element, and 0. */
  private record Range(Tensor scale, Tensor zeroPoint) {
    static Range of(Tensor x) {
      Tensor seen = x.detach();
      Tensor least = torch.clamp_max(seen.amin(), scalar(0));
      Tensor most = torch.clamp_min(seen.amax(), scalar(0));
      Tensor width = most.sub(least).div(scalar(255));
      Tensor scale = torch.where(torch.eq(width, scalar(0)), torch.ones_like(width), width);
      Tensor zeroPoint = limited(torch.round(torch.neg(least).div(scale)), 0, 255);
      return new Range(scale, zeroPoint);
    }

    /** Whole numbers around 0: what is left when the zero point is taken off. */
    Tensor steps(Tensor x) {
      return limited(rounded(x.div(scale)).add(zeroPoint), 0, 255).sub(zeroPoint);
    }
  }

  private static List<@Nullable Tensor> dynamicallyQuantized(Call call) {
    Range range = Range.of(call.in(0));
    return List.of(
        range.steps(call.in(0)).add(range.zeroPoint()), range.scale(), range.zeroPoint());
  }

  private static Tensor shifted(Call call, int input, int zeroPoint) {
    Tensor x = call.in(input);
    return call.has(zeroPoint) ? x.sub(call.in(zeroPoint)) : x;
  }

  private static Tensor integerProduct(Call call) {
    return torch.matmul(left(call, 2), shifted(call, 1, 3));
  }

  /** Zero points of the left side belong to its rows, where there are several. */
  private static Tensor left(Call call, int zeroPoint) {
    Tensor x = call.in(0);
    if (!call.has(zeroPoint)) {
      return x;
    }
    return rows(x, call.in(zeroPoint));
  }

  private static Tensor rows(Tensor x, Tensor zero) {
    return x.sub(zero.numel() == 1 || zero.dim() > 1 ? zero : zero.unsqueeze(-1));
  }

  private static Tensor integerConvolution(Call call) {
    Tensor weight = call.in(1);
    if (call.has(3)) {
      weight = weight.sub(channels(call.in(3), 0, Tensors.rank(weight)));
    }
    Tensor x = call.has(2) ? call.in(0).sub(call.in(2)) : call.in(0);
    return ProductKernels.convolved(call, x, weight, new TensorOptional());
  }

  private static Tensor dynamicProduct(Call call) {
    Range range = Range.of(call.in(0));
    Tensor product = torch.matmul(range.steps(call.in(0)), shifted(call, 1, 3));
    Tensor result = product.mul(range.scale().mul(call.in(2)));
    return call.has(4) ? result.add(call.in(4)) : result;
  }

  private static Tensor scaledProduct(Call call) {
    Tensor product = torch.matmul(left(call, 4), shifted(call, 1, 5));
    Tensor result = product.mul(call.in(2).mul(call.in(3)));
    return call.has(6) ? result.add(call.in(6)) : result;
  }

  /** Numbers of channels where they meet a tensor of some rank. */
  private static Tensor channels(Tensor numbers, int axis, int rank) {
    long[] sizes = new long[rank];
    Arrays.fill(sizes, 1);
    sizes[axis] = numbers.numel();
    return numbers.reshape(sizes);
  }

  private static Tensor quantizedConvolution(Call call) {
    int rank = Tensors.rank(call.in(3));
    Tensor x = call.in(0).sub(call.in(2));
    Tensor weight = call.in(3).sub(channels(call.in(5), 0, rank));
    TensorOptional bias =
        call.has(8) ? new TensorOptional(call.in(8).to(Tensors.type(x))) : new TensorOptional();
    Tensor sums = ProductKernels.convolved(call, x, weight, bias);
    return requantized(call, sums, call.in(1).mul(channels(call.in(4), 1, rank)));
  }

  private static Tensor quantizedProduct(Call call) {
    Tensor sums = torch.matmul(rows(call.in(0), call.in(2)), call.in(3).sub(call.in(5)));
    Tensor scale = call.in(1);
    Tensor left = scale.numel() == 1 || scale.dim() > 1 ? scale : scale.unsqueeze(-1);
    return requantized(call, sums, left.mul(call.in(4)));
  }

  /** Sums of integers on the grid of the result. */
  private static Tensor requantized(Call call, Tensor sums, Tensor scale) {
    DataType type = target(call, 7);
    Tensor steps = rounded(sums.mul(scale.div(call.in(6))));
    return limited(steps.add(call.in(7)), least(type), most(type));
  }
}
