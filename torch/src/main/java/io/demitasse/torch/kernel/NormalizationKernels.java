package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;
import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Elements seen against others along an axis. */
final class NormalizationKernels {
  private static final double EPSILON = 1e-5;
  private static final double SKIP_EPSILON = 1e-12;

  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.BATCH_NORMALIZATION, Kernel.of(NormalizationKernels::batch)),
          entry(Op.GROUP_NORMALIZATION, Kernel.of(NormalizationKernels::group)),
          entry(Op.INSTANCE_NORMALIZATION, Kernel.of(NormalizationKernels::instance)),
          entry(Op.LAYER_NORMALIZATION, NormalizationKernels::layer),
          entry(Op.LOG_SOFTMAX, Kernel.of(call -> alongAxis(call, torch::log_softmax))),
          entry(Op.LP_NORMALIZATION, Kernel.of(NormalizationKernels::length)),
          entry(Op.LRN, Kernel.of(NormalizationKernels::localResponse)),
          entry(Op.MEAN_VARIANCE_NORMALIZATION, Kernel.of(NormalizationKernels::meanVariance)),
          entry(Op.RMS_NORMALIZATION, Kernel.of(NormalizationKernels::rootMeanSquare)),
          entry(Op.SOFTMAX, Kernel.of(call -> alongAxis(call, torch::softmax))),
          entry(Op.CONTRIB_SKIP_LAYER_NORMALIZATION, NormalizationKernels::skipLayer),
          entry(
              Op.CONTRIB_SKIP_SIMPLIFIED_LAYER_NORMALIZATION,
              NormalizationKernels::skipSimplified));

  private NormalizationKernels() {}

  private interface AlongAxis {
    Tensor compute(Tensor x, long axis);
  }

  /** Before version 13 all axes from one on are taken together. */
  private static Tensor alongAxis(Call call, AlongAxis function) {
    Tensor x = call.in(0);
    if (call.setting().opset() >= 13) {
      return function.compute(x, call.integer("axis", -1));
    }
    long[] sizes = Tensors.sizes(x);
    int axis = Tensors.axis(call.integer("axis", 1), sizes.length);
    long rows = Arrays.stream(sizes).limit(axis).reduce(1, Math::multiplyExact);
    return function.compute(x.reshape(rows, -1), 1).reshape(sizes);
  }

  /** With the mean and variance that were gathered: a model that learns keeps them. */
  private static Tensor batch(Call call) {
    return torch.batch_norm(
        call.in(0),
        new TensorOptional(call.in(1)),
        new TensorOptional(call.in(2)),
        new TensorOptional(call.in(3)),
        new TensorOptional(call.in(4)),
        false,
        0,
        call.real("epsilon", EPSILON),
        false);
  }

  private static Tensor group(Call call) {
    Tensor x = call.in(0);
    long groups = call.integer("num_groups", 1);
    Tensor scale = call.in(1);
    Tensor bias = call.in(2);
    if (scale.numel() == groups && groups != x.size(1)) {
      // Until version 21 there is one number for each group.
      long each = x.size(1) / groups;
      scale = scale.repeat_interleave(each);
      bias = bias.repeat_interleave(each);
    }
    return torch.group_norm(
        x,
        groups,
        new TensorOptional(scale),
        new TensorOptional(bias),
        call.real("epsilon", EPSILON),
        false);
  }

  private static Tensor instance(Call call) {
    return torch.instance_norm(
        call.in(0),
        new TensorOptional(call.in(1)),
        new TensorOptional(call.in(2)),
        new TensorOptional(),
        new TensorOptional(),
        true,
        0,
        call.real("epsilon", EPSILON),
        false);
  }

  private static List<@Nullable Tensor> layer(Call call) {
    Tensor x = call.in(0);
    int axis = Tensors.axis(call.integer("axis", -1), Tensors.rank(x));
    double epsilon = call.real("epsilon", EPSILON);
    List<@Nullable Tensor> results = new ArrayList<>();
    results.add(layer(x, axis, call.find(1), call.find(2), epsilon));
    if (call.outputs() > 1) {
      results.addAll(moments(x, axis, epsilon));
    }
    return results;
  }

  private static Tensor layer(
      Tensor x, int axis, @Nullable Tensor scale, @Nullable Tensor bias, double epsilon) {
    long[] normalized = Arrays.stream(Tensors.sizes(x)).skip(axis).toArray();
    return torch.layer_norm(
        x, normalized, shaped(scale, normalized), shaped(bias, normalized), epsilon, false);
  }

  /** One number may stand for all. */
  private static TensorOptional shaped(@Nullable Tensor x, long[] sizes) {
    if (x == null) {
      return new TensorOptional();
    }
    return new TensorOptional(
        Arrays.equals(Tensors.sizes(x), sizes) ? x : x.expand(sizes).contiguous());
  }

  /** Means, and what 1 is divided by to have deviations. */
  private static List<Tensor> moments(Tensor x, int axis, double epsilon) {
    long[] axes = LongStream.range(axis, Tensors.rank(x)).toArray();
    Tensor mean = mean(x, axes);
    Tensor variance = mean(torch.square(x.sub(mean)), axes);
    return List.of(mean, torch.rsqrt(variance.add(scalar(epsilon))));
  }

  private static Tensor mean(Tensor x, long... axes) {
    return x.mean(axes, true, Tensors.noType());
  }

  /** The sum of both inputs, and of a bias, is normalized; the fourth output is that sum. */
  private static List<@Nullable Tensor> skipLayer(Call call) {
    Tensor sum = skipped(call, 4);
    int axis = Tensors.rank(sum) - 1;
    double epsilon = call.real("epsilon", SKIP_EPSILON);
    List<@Nullable Tensor> results = new ArrayList<>();
    results.add(layer(sum, axis, call.find(2), call.find(3), epsilon));
    return withSum(call, results, sum);
  }

  private static List<@Nullable Tensor> skipSimplified(Call call) {
    Tensor sum = skipped(call, 3);
    List<@Nullable Tensor> results = new ArrayList<>();
    results.add(
        rootMeanSquare(sum, Tensors.rank(sum) - 1, call.real("epsilon", SKIP_EPSILON))
            .mul(call.in(2)));
    return withSum(call, results, sum);
  }

  private static Tensor skipped(Call call, int bias) {
    Tensor sum = call.in(0).add(call.in(1));
    return call.has(bias) ? sum.add(call.in(bias)) : sum;
  }

  private static List<@Nullable Tensor> withSum(
      Call call, List<@Nullable Tensor> results, Tensor sum) {
    if (call.outputs() > 3) {
      results.add(null);
      results.add(null);
      results.add(sum);
    }
    return results;
  }

  private static Tensor rootMeanSquare(Call call) {
    Tensor x = call.in(0);
    int axis = Tensors.axis(call.integer("axis", -1), Tensors.rank(x));
    return rootMeanSquare(x, axis, call.real("epsilon", EPSILON)).mul(call.in(1));
  }

  private static Tensor rootMeanSquare(Tensor x, int axis, double epsilon) {
    long[] axes = LongStream.range(axis, Tensors.rank(x)).toArray();
    return x.mul(torch.rsqrt(mean(torch.square(x), axes).add(scalar(epsilon))));
  }

  private static Tensor length(Call call) {
    Tensor x = call.in(0);
    long axis = call.integer("axis", -1);
    Tensor length =
        call.integer("p", 2) == 1
            ? torch.abs(x).sum(new long[] {axis}, true, Tensors.noType())
            : torch.sqrt(torch.square(x).sum(new long[] {axis}, true, Tensors.noType()));
    return x.div(length);
  }

  /** Each element against the squares of the channels around it. */
  private static Tensor localResponse(Call call) {
    Tensor x = call.in(0);
    long size = call.integer("size", 1);
    long[] front = new long[Tensors.rank(x)];
    long[] back = new long[Tensors.rank(x)];
    front[1] = (size - 1) / 2;
    back[1] = size / 2;
    Tensor squares = Padding.constant(torch.square(x), front, back, 0);
    Tensor sum = torch.narrow(squares, 1, 0, x.size(1));
    for (long i = 1; i < size; i++) {
      sum = sum.add(torch.narrow(squares, 1, i, x.size(1)));
    }
    Tensor base =
        sum.mul(scalar(call.real("alpha", 1e-4) / size)).add(scalar(call.real("bias", 1)));
    return x.div(torch.pow(base, scalar(call.real("beta", .75))));
  }

  private static Tensor meanVariance(Call call) {
    Tensor x = call.in(0);
    long[] axes = call.ints("axes").orElse(new long[] {0, 2, 3});
    Tensor centered = x.sub(mean(x, axes));
    Tensor deviation = torch.sqrt(mean(torch.square(centered), axes));
    return centered.div(deviation.add(scalar(1e-9)));
  }
}
