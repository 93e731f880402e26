package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Elements around those there are. */
final class Padding {
  private Padding() {}

  static Tensor of(Call call) {
    Tensor x = call.in(0);
    int rank = Tensors.rank(x);
    long[] pads = call.longs(1, "pads").orElseThrow();
    long[] axes = call.has(3) ? call.longs(3) : LongStream.range(0, rank).toArray();
    long[] before = new long[rank];
    long[] after = new long[rank];
    for (int i = 0; i < axes.length; i++) {
      int axis = Tensors.axis(axes[i], rank);
      before[axis] = pads[i];
      after[axis] = pads[axes.length + i];
    }
    String mode = call.text("mode", "constant");
    if (mode.equals("constant")) {
      return constant(x, before, after, call.number(2, call.real("value", 0)));
    }
    for (int axis = 0; axis < rank; axis++) {
      if (before[axis] != 0 || after[axis] != 0) {
        x = torch.index_select(x, axis, places(mode, x.size(axis), before[axis], after[axis]));
      }
    }
    return x;
  }

  /** The same number all around; where fewer than none are added, some are taken away. */
  static Tensor constant(Tensor x, long[] before, long[] after, double value) {
    long[] fromLast = new long[2 * before.length];
    for (int i = 0; i < before.length; i++) {
      fromLast[2 * i] = before[before.length - 1 - i];
      fromLast[2 * i + 1] = after[before.length - 1 - i];
    }
    return Arrays.stream(fromLast).allMatch(pad -> pad == 0)
        ? x
        : torch.constant_pad_nd(x, fromLast, scalar(value));
  }

  /** Where each element comes from that is not a number of its own. */
  private static Tensor places(String mode, long size, long before, long after) {
    return Tensors.ofLongs(
        LongStream.range(-before, size + after).map(place -> place(mode, place, size)).toArray());
  }

  private static long place(String mode, long place, long size) {
    return switch (mode) {
      case "edge" -> Math.clamp(place, 0, size - 1);
      case "reflect" -> reflected(place, size);
      case "wrap" -> Math.floorMod(place, size);
      default -> throw new IllegalArgumentException("unknown mode of padding: " + mode);
    };
  }

  private static long reflected(long place, long size) {
    if (size == 1) {
      return 0;
    }
    long around = Math.floorMod(place, 2 * (size - 1));
    return Math.min(around, 2 * (size - 1) - around);
  }
}
