package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;
import static java.util.Map.entry;

import io.demitasse.ir.DataType;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Several inputs, element by element, and changes of type. */
final class ArithmeticKernels {

  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.ADD, two(torch::add)),
          entry(Op.AND, two(torch::logical_and)),
          entry(Op.BIT_SHIFT, Kernel.of(ArithmeticKernels::shifted)),
          entry(Op.BITWISE_AND, two(torch::bitwise_and)),
          entry(Op.BITWISE_OR, two(torch::bitwise_or)),
          entry(Op.BITWISE_XOR, two(torch::bitwise_xor)),
          entry(Op.CAST, Kernel.of(ArithmeticKernels::cast)),
          entry(Op.CAST_LIKE, Kernel.of(ArithmeticKernels::castLike)),
          entry(Op.DIV, two(ArithmeticKernels::quotient)),
          entry(Op.DROPOUT, ArithmeticKernels::dropout),
          entry(Op.EQUAL, two(torch::eq)),
          entry(Op.GREATER, two(torch::gt)),
          entry(Op.GREATER_OR_EQUAL, two(torch::ge)),
          entry(Op.LESS, two(torch::lt)),
          entry(Op.LESS_OR_EQUAL, two(torch::le)),
          entry(Op.MAX, all(torch::maximum)),
          entry(Op.MEAN, Kernel.of(ArithmeticKernels::mean)),
          entry(Op.MIN, all(torch::minimum)),
          entry(Op.MOD, Kernel.of(ArithmeticKernels::modulo)),
          entry(Op.MUL, two(torch::mul)),
          entry(Op.OR, two(torch::logical_or)),
          entry(Op.POW, two(ArithmeticKernels::power)),
          entry(Op.PRELU, two(ArithmeticKernels::parametricRelu)),
          entry(Op.SUB, two(torch::sub)),
          entry(Op.SUM, all(torch::add)),
          entry(Op.WHERE, Kernel.of(call -> torch.where(call.in(0), call.in(1), call.in(2)))),
          entry(Op.XOR, two(torch::logical_xor)));

  private ArithmeticKernels() {}

  private static Kernel two(BinaryOperator<Tensor> function) {
    return Kernel.of(call -> function.apply(call.in(0), call.in(1)));
  }

  private static Kernel all(BinaryOperator<Tensor> function) {
    return Kernel.of(call -> sum(call, function));
  }

  private static Tensor sum(Call call, BinaryOperator<Tensor> function) {
    Tensor result = call.in(0);
    for (int i = 1; i < call.inputs().size(); i++) {
      result = function.apply(result, call.in(i));
    }
    return result;
  }

  private static Tensor mean(Call call) {
    return sum(call, torch::add).div(scalar(call.inputs().size()));
  }

  /** Whole numbers are divided towards zero. */
  static Tensor quotient(Tensor x, Tensor y) {
    return Tensors.isFloat(x) ? x.div(y) : x.div(y, new StringViewOptional(Names.TRUNCATED));
  }

  private static Tensor modulo(Call call) {
    return call.flag("fmod")
        ? torch.fmod(call.in(0), call.in(1))
        : torch.remainder(call.in(0), call.in(1));
  }

  /** An exponent that is one number is not differentiated by; 2 is by far the commonest. */
  private static Tensor power(Tensor x, Tensor exponent) {
    if (!Tensors.isFloat(x)) {
      return torch.pow(x.to(ScalarType.Double), exponent).round().to(ScalarType.Long);
    }
    if (exponent.numel() == 1 && !exponent.requires_grad() && exponent.dim() <= x.dim()) {
      double number = Tensors.number(exponent);
      return number == 2 ? torch.square(x) : torch.pow(x, scalar(number));
    }
    return torch.pow(x, exponent.to(Tensors.type(x)));
  }

  private static Tensor parametricRelu(Tensor x, Tensor slope) {
    return torch.where(torch.gt(x, scalar(0)), x, x.mul(slope));
  }

  private static Tensor shifted(Call call) {
    // Numbers of 8 bits are kept as floats.
    Tensor x = call.in(0).to(ScalarType.Long);
    Tensor by = call.in(1).to(ScalarType.Long);
    Tensor shifted =
        call.text("direction", "LEFT").equals("LEFT")
            ? torch.bitwise_left_shift(x, by)
            : torch.bitwise_right_shift(x, by);
    return shifted.to(Tensors.type(call.in(0)));
  }

  private static Tensor cast(Call call) {
    return cast(call.in(0), DataType.ofCode((int) call.integer("to", 1)), call.setting().doubles());
  }

  /** The type of the other input is known by how it is kept, which is enough to compute on. */
  private static Tensor castLike(Call call) {
    return call.in(0).to(Tensors.type(call.in(1)));
  }

  /** To narrow whole numbers, which are kept as floats, by cutting off what follows the point. */
  static Tensor cast(Tensor x, DataType type, boolean doubles) {
    ScalarType kept = Tensors.kept(type, doubles);
    Tensor changed = kept == ScalarType.Bool ? torch.ne(x, new Scalar(0L)) : x.to(kept);
    boolean narrow =
        !type.isFloatingPoint() && (kept == ScalarType.Float || kept == ScalarType.Double);
    return narrow ? torch.trunc(changed) : changed;
  }

  /** Drops nothing unless the model is in training, as {@code training_mode} says. */
  private static List<Tensor> dropout(Call call) {
    Tensor x = call.in(0);
    double ratio = call.number(1, call.real("ratio", .5));
    boolean drops =
        call.setting().training() && call.has(2) && Tensors.number(call.in(2)) != 0 && ratio > 0;
    Tensor kept =
        drops
            ? torch.gt(torch.rand_like(x.detach()), scalar(ratio))
            : torch.ones_like(x.detach()).to(ScalarType.Bool);
    List<Tensor> results = new ArrayList<>();
    results.add(drops ? x.mul(kept).div(scalar(1 - ratio)) : x);
    if (call.outputs() > 1) {
      results.add(kept);
    }
    return results;
  }

  /** Times one number, and another added to it: in one pass where both are no more than that. */
  static Tensor scaledAndShifted(Call call) {
    Tensor x = call.in(0);
    Tensor factor = call.in(1);
    Tensor shift = call.in(2);
    boolean single = factor.numel() == 1 && shift.numel() == 1;
    boolean plain = !factor.requires_grad() && !shift.requires_grad() && Tensors.isFloat(x);
    if (!single || !plain || x.dim() < Math.max(factor.dim(), shift.dim())) {
      return x.mul(factor).add(shift);
    }
    return torch.add(shift, x, new Scalar(Tensors.number(factor)));
  }
}
