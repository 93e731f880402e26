package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;
import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Many elements made one. */
final class ReductionKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.ARG_MAX, Kernel.of(call -> place(call, call.in(0)))),
          entry(Op.ARG_MIN, Kernel.of(call -> place(call, torch.neg(call.in(0))))),
          entry(Op.CUM_SUM, Kernel.of(ReductionKernels::cumulated)),
          entry(Op.HARDMAX, Kernel.of(ReductionKernels::hardmax)),
          entry(Op.REDUCE_L1, over((x, axes, keep) -> sum(torch.abs(x), axes, keep))),
          entry(
              Op.REDUCE_L2, over((x, axes, keep) -> torch.sqrt(sum(torch.square(x), axes, keep)))),
          entry(Op.REDUCE_LOG_SUM, over((x, axes, keep) -> torch.log(sum(x, axes, keep)))),
          entry(Op.REDUCE_LOG_SUM_EXP, over(torch::logsumexp)),
          entry(Op.REDUCE_MAX, over(torch::amax)),
          entry(Op.REDUCE_MEAN, over((x, axes, keep) -> x.mean(axes, keep, Tensors.noType()))),
          entry(Op.REDUCE_MIN, over(torch::amin)),
          entry(Op.REDUCE_PROD, over(ReductionKernels::product)),
          entry(Op.REDUCE_SUM, over(ReductionKernels::sum)),
          entry(Op.REDUCE_SUM_SQUARE, over((x, axes, keep) -> sum(torch.square(x), axes, keep))),
          entry(Op.TOP_K, ReductionKernels::largest));

  private ReductionKernels() {}

  private interface Reduction {
    Tensor compute(Tensor x, long[] axes, boolean keep);
  }

  private static Kernel over(Reduction reduction) {
    return Kernel.of(call -> reduced(call, reduction));
  }

  private static Tensor reduced(Call call, Reduction reduction) {
    Tensor x = call.in(0);
    int rank = Tensors.rank(x);
    long[] axes =
        call.longs(1, "axes")
            .filter(given -> given.length > 0)
            .orElseGet(
                () ->
                    call.flag("noop_with_empty_axes")
                        ? new long[0]
                        : LongStream.range(0, rank).toArray());
    return axes.length == 0 || rank == 0
        ? reduction.compute(x.unsqueeze(0), new long[] {0}, false)
        : reduction.compute(x, axes, call.integer("keepdims", 1) != 0);
  }

  private static Tensor sum(Tensor x, long[] axes, boolean keep) {
    return x.sum(axes, keep, Tensors.noType());
  }

  /** The last axes first, so that the numbers of the others stay. */
  private static Tensor product(Tensor x, long[] axes, boolean keep) {
    int rank = Tensors.rank(x);
    Tensor result = x;
    long[] descending =
        LongStream.of(axes).map(axis -> -Tensors.axis(axis, rank)).sorted().map(a -> -a).toArray();
    for (long axis : descending) {
      result = torch.prod(result, axis, keep, Tensors.noType());
    }
    return result;
  }

  /** Of equal elements the first, unless the node asks for the last. */
  private static Tensor place(Call call, Tensor x) {
    long axis = Tensors.axis(call.integer("axis", 0), Tensors.rank(x));
    boolean keep = call.integer("keepdims", 1) != 0;
    if (!call.flag("select_last_index")) {
      return torch.argmax(x, new LongOptional(axis), keep);
    }
    Tensor fromEnd = torch.argmax(torch.flip(x, axis), new LongOptional(axis), keep);
    return torch.neg(fromEnd).add(new org.bytedeco.pytorch.Scalar(x.size(axis) - 1));
  }

  private static Tensor hardmax(Call call) {
    Tensor x = call.in(0);
    if (call.setting().opset() < 13) {
      throw new IllegalArgumentException("Hardmax before version 13 is not computed here");
    }
    long axis = call.integer("axis", -1);
    Tensor place = torch.argmax(x, new LongOptional(axis), true);
    return torch.zeros_like(x).scatter(axis, place, scalar(1));
  }

  private static Tensor cumulated(Call call) {
    Tensor x = call.in(0);
    long axis = call.longs(1)[0];
    boolean reverse = call.flag("reverse");
    Tensor ordered = reverse ? torch.flip(x, axis) : x;
    Tensor sums = torch.cumsum(ordered, axis);
    Tensor result = call.flag("exclusive") ? sums.sub(ordered) : sums;
    return reverse ? torch.flip(result, axis) : result;
  }

  private static List<Tensor> largest(Call call) {
    Tensor x = call.in(0);
    long count = call.has(1) ? call.longs(1)[0] : call.integer("k", 1);
    T_TensorTensor_T found =
        torch.topk(
            x,
            count,
            call.integer("axis", -1),
            call.integer("largest", 1) != 0,
            call.integer("sorted", 1) != 0);
    return List.of(found.get0(), found.get1().to(ScalarType.Long));
  }
}
