package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;
import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Windows over pictures and signals, and changes of their resolution. */
final class WindowKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.AVERAGE_POOL, Kernel.of(WindowKernels::averagePool)),
          entry(Op.GLOBAL_AVERAGE_POOL, Kernel.of(call -> global(call.in(0)))),
          entry(Op.GLOBAL_LP_POOL, Kernel.of(WindowKernels::globalLength)),
          entry(Op.GLOBAL_MAX_POOL, Kernel.of(WindowKernels::globalMaximum)),
          entry(Op.GRID_SAMPLE, Kernel.of(WindowKernels::gridSample)),
          entry(Op.LP_POOL, Kernel.of(WindowKernels::lengthPool)),
          entry(Op.MAX_POOL, WindowKernels::maxPool),
          entry(Op.RESIZE, Kernel.of(Resizing::of)),
          entry(Op.UPSAMPLE, Kernel.of(Resizing::of)));

  private WindowKernels() {}

  private static long[] spatial(Tensor x) {
    return LongStream.range(2, Tensors.rank(x)).toArray();
  }

  private static Tensor global(Tensor x) {
    return x.mean(spatial(x), true, Tensors.noType());
  }

  private static Tensor globalMaximum(Call call) {
    return torch.amax(call.in(0), spatial(call.in(0)), true);
  }

  private static Tensor globalLength(Call call) {
    Tensor x = call.in(0);
    double p = call.integer("p", 2);
    Tensor sum = torch.pow(torch.abs(x), scalar(p)).sum(spatial(x), true, Tensors.noType());
    return torch.pow(sum, scalar(1 / p));
  }

  private static List<Tensor> maxPool(Call call) {
    Tensor x = call.in(0);
    Windows windows = Windows.of(call, Tensors.sizes(x), new long[0]);
    long[] behind = reaching(call, windows, x);
    if (call.outputs() > 1) {
      throw new IllegalArgumentException("MaxPool with indices has no gradient here");
    }
    boolean whole =
        Arrays.stream(windows.before()).allMatch(pad -> pad == 0)
            && Arrays.stream(behind).allMatch(pad -> pad == 0);
    Tensor padded = whole ? x : windows.padded(x, Double.NEGATIVE_INFINITY, behind);
    long[] kernel = windows.kernel();
    long[] none = new long[windows.rank()];
    Tensor result =
        switch (windows.rank()) {
          case 1 ->
              torch.max_pool1d(padded, kernel, windows.strides(), none, windows.dilations(), false);
          case 2 ->
              torch.max_pool2d(padded, kernel, windows.strides(), none, windows.dilations(), false);
          case 3 ->
              torch.max_pool3d(padded, kernel, windows.strides(), none, windows.dilations(), false);
          default -> throw new IllegalArgumentException("pools have 1 to 3 axes");
        };
    return List.of(result);
  }

  /** Pads behind, and as many more as the last window needs where sizes are rounded up. */
  private static long[] reaching(Call call, Windows windows, Tensor x) {
    long[] behind = windows.after().clone();
    for (int i = 0; i < behind.length && call.flag("ceil_mode"); i++) {
      long window = (windows.kernel()[i] - 1) * windows.dilations()[i] + 1;
      long size = x.size(i + 2L) + windows.before()[i] + windows.after()[i];
      long count = Math.ceilDiv(size - window, windows.strides()[i]) + 1;
      // A window that would begin in the pads behind is none.
      if ((count - 1) * windows.strides()[i] >= x.size(i + 2L) + windows.before()[i]) {
        count--;
      }
      long needed = (count - 1) * windows.strides()[i] + window - size;
      behind[i] += Math.max(0, needed);
    }
    return behind;
  }

  /** Sums over windows, of elements and of how many of them count. */
  private static Tensor averagePool(Call call) {
    Tensor x = call.in(0);
    Windows windows = Windows.of(call, Tensors.sizes(x), new long[0]);
    long[] behind = reaching(call, windows, x);
    Tensor sums = sums(x, windows, behind);
    Tensor counted = torch.ones_like(torch.narrow(torch.narrow(x, 0, 0, 1), 1, 0, 1).detach());
    if (call.flag("count_include_pad")) {
      counted = windows.padded(counted, 1, windows.after());
      long[] none = new long[windows.rank()];
      long[] rest = new long[windows.rank()];
      for (int i = 0; i < rest.length; i++) {
        rest[i] = behind[i] - windows.after()[i];
      }
      Windows remaining =
          new Windows(windows.kernel(), windows.strides(), windows.dilations(), none, rest);
      return sums.div(sums(counted, remaining, rest));
    }
    return sums.div(sums(counted, windows, behind));
  }

  private static Tensor sums(Tensor x, Windows windows, long[] behind) {
    Tensor result = windows.padded(x, 0, behind);
    for (int i = 0; i < windows.rank(); i++) {
      result = sums(result, windows, i);
    }
    return result;
  }

  /** Windows are boxes, so one axis can be added up after the other. */
  private static Tensor sums(Tensor x, Windows windows, int axis) {
    long place = axis + 2L;
    long stride = windows.strides()[axis];
    long dilation = windows.dilations()[axis];
    long window = (windows.kernel()[axis] - 1) * dilation + 1;
    long count = (x.size(place) - window) / stride + 1;
    List<Tensor> shifted = new ArrayList<>();
    for (long i = 0; i < windows.kernel()[axis]; i++) {
      long from = i * dilation;
      shifted.add(
          torch.slice(
              x,
              place,
              new LongOptional(from),
              new LongOptional(from + (count - 1) * stride + 1),
              stride));
    }
    return shifted.stream().reduce(torch::add).orElseThrow();
  }

  private static Tensor lengthPool(Call call) {
    Tensor x = call.in(0);
    double p = call.integer("p", 2);
    Windows windows = Windows.of(call, Tensors.sizes(x), new long[0]);
    Tensor powers = torch.pow(torch.abs(x), scalar(p));
    return torch.pow(sums(powers, windows, reaching(call, windows, x)), scalar(1 / p));
  }

  private static Tensor gridSample(Call call) {
    long mode =
        switch (call.text("mode", "linear")) {
          case "linear", "bilinear" -> 0;
          case "nearest" -> 1;
          default -> 2;
        };
    long padding =
        switch (call.text("padding_mode", "zeros")) {
          case "border" -> 1;
          case "reflection" -> 2;
          default -> 0;
        };
    return torch.grid_sampler(call.in(0), call.in(1), mode, padding, call.flag("align_corners"));
  }
}
