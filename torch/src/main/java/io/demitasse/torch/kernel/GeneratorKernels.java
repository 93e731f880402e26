package io.demitasse.torch.kernel;

import static java.util.Map.entry;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ops.Op;
import java.util.Arrays;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What is made from sizes and indices. */
final class GeneratorKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.CONSTANT, Kernel.of(GeneratorKernels::constant)),
          entry(Op.CONSTANT_OF_SHAPE, Kernel.of(GeneratorKernels::ofShape)),
          entry(Op.EYE_LIKE, Kernel.of(GeneratorKernels::identity)),
          entry(Op.NON_ZERO, Kernel.of(call -> torch.nonzero(call.in(0)).t())),
          entry(Op.ONE_HOT, Kernel.of(GeneratorKernels::oneHot)),
          entry(Op.RANGE, Kernel.of(GeneratorKernels::range)),
          entry(Op.SHAPE, Kernel.of(GeneratorKernels::shape)),
          entry(
              Op.SIZE,
              Kernel.of(call -> Tensors.ofLongs(call.in(0).numel()).reshape(new long[0]))));

  private GeneratorKernels() {}

  /** Only what refers to an attribute of the function around comes here; others are weights. */
  private static Tensor constant(Call call) {
    boolean doubles = call.setting().doubles();
    ScalarType floats = Tensors.kept(DataType.FLOAT, doubles);
    for (String name : call.node().attributes().keySet()) {
      Attribute value = call.attribute(name);
      if (value instanceof Attribute.OfTensor(io.demitasse.ir.Tensor tensor)) {
        return Tensors.of(tensor, doubles);
      } else if (value instanceof Attribute.Int(long number)) {
        return Tensors.ofLongs(number).reshape(new long[0]);
      } else if (value instanceof Attribute.Ints ints) {
        return Tensors.ofLongs(ints.toArray());
      } else if (value instanceof Attribute.Real(float number)) {
        return Tensors.ofDoubles(number).reshape(new long[0]).to(floats);
      } else if (value instanceof Attribute.Reals reals) {
        return Tensors.ofDoubles(reals.values().stream().mapToDouble(Float::doubleValue).toArray())
            .to(floats);
      }
    }
    throw new IllegalArgumentException(call.node() + " has a content that no tensor holds here");
  }

  private static Tensor ofShape(Call call) {
    long[] sizes = call.longs(0);
    if (!(call.attribute("value") instanceof Attribute.OfTensor(io.demitasse.ir.Tensor value))) {
      return torch.zeros(
          sizes, Tensors.options(Tensors.kept(DataType.FLOAT, call.setting().doubles())));
    }
    Tensor one = Tensors.of(value, call.setting().doubles());
    return one.reshape(new long[0]).expand(sizes).contiguous();
  }

  private static Tensor identity(Call call) {
    Tensor x = call.in(0);
    long shift = call.integer("k", 0);
    Tensor like = torch.ones_like(x.detach());
    Tensor band = torch.tril(torch.triu(like, shift), shift);
    return call.attribute("dtype") == null
        ? band
        : ArithmeticKernels.cast(
            band, DataType.ofCode((int) call.integer("dtype", 1)), call.setting().doubles());
  }

  private static Tensor oneHot(Call call) {
    Tensor indices = call.in(0).to(ScalarType.Long);
    long depth = (long) Tensors.number(call.in(1));
    Tensor values = call.in(2);
    int rank = Tensors.rank(indices) + 1;
    int axis = Tensors.axis(call.integer("axis", -1), rank);
    long[] sizes = new long[rank];
    Arrays.fill(sizes, 1);
    sizes[axis] = depth;
    Tensor wrapped =
        torch.where(torch.lt(indices, new Scalar(0L)), indices.add(new Scalar(depth)), indices);
    Tensor classes =
        Tensors.placed(torch.arange(new Scalar(depth))).to(ScalarType.Long).reshape(sizes);
    Tensor hits = torch.eq(torch.unsqueeze(wrapped, axis), classes);
    return torch.where(hits, torch.select(values, 0, 1), torch.select(values, 0, 0));
  }

  private static Tensor range(Call call) {
    double start = Tensors.number(call.in(0));
    double limit = Tensors.number(call.in(1));
    double delta = Tensors.number(call.in(2));
    long count = (long) Math.max(0, Math.ceil((limit - start) / delta));
    double[] numbers = new double[Math.toIntExact(count)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = start + i * delta;
    }
    return Tensors.ofDoubles(numbers).to(Tensors.type(call.in(0)));
  }

  private static Tensor shape(Call call) {
    long[] sizes = Tensors.sizes(call.in(0));
    int rank = sizes.length;
    int from = Math.clamp(Tensors.axis(call.integer("start", 0), rank), 0, rank);
    int to = Math.clamp(Tensors.axis(call.integer("end", rank), rank), from, rank);
    return Tensors.ofLongs(Arrays.copyOfRange(sizes, from, to));
  }
}
