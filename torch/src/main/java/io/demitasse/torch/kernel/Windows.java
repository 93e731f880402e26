package io.demitasse.torch.kernel;

import java.util.Arrays;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Windows that move over the axes after the second, as ONNX describes them.
 *
 * @param kernel elements of a window, by axis
 * @param before elements put in front of each axis
 * @param after elements put behind it
 */
record Windows(long[] kernel, long[] strides, long[] dilations, long[] before, long[] after) {

  /**
   * Reads attributes.
   *
   * @param sizes of the input
   * @param kernel where the node does not say it
   */
  static Windows of(Call call, long[] sizes, long[] kernel) {
    int rank = sizes.length - 2;
    long[] window = call.ints("kernel_shape").orElse(kernel);
    long[] strides = call.ints("strides").orElseGet(() -> ones(rank));
    long[] dilations = call.ints("dilations").orElseGet(() -> ones(rank));
    long[] pads = call.ints("pads").orElseGet(() -> new long[2 * rank]);
    long[] before = Arrays.copyOf(pads, rank);
    long[] after = Arrays.copyOfRange(pads, rank, 2 * rank);
    String auto = call.text("auto_pad", "NOTSET");
    for (int i = 0; i < rank && auto.startsWith("SAME"); i++) {
      long size = sizes[i + 2];
      long needed =
          (Math.ceilDiv(size, strides[i]) - 1) * strides[i]
              + (window[i] - 1) * dilations[i]
              + 1
              - size;
      divide(Math.max(0, needed), auto.equals("SAME_LOWER"), before, after, i);
    }
    if (auto.equals("VALID")) {
      Arrays.fill(before, 0);
      Arrays.fill(after, 0);
    }
    return new Windows(window, strides, dilations, before, after);
  }

  /** The same of a transposed convolution, whose pads are taken away. */
  static Windows ofTransposed(Call call, long[] sizes, long[] kernel) {
    Windows plain = of(call, sizes, kernel);
    int rank = plain.rank();
    long[] before = call.ints("pads").map(pads -> Arrays.copyOf(pads, rank)).orElse(new long[rank]);
    long[] after =
        call.ints("pads")
            .map(pads -> Arrays.copyOfRange(pads, rank, 2 * rank))
            .orElse(new long[rank]);
    String auto = call.text("auto_pad", "NOTSET");
    long[] asked = call.ints("output_shape").orElse(null);
    long[] added = call.ints("output_padding").orElse(new long[rank]);
    for (int i = 0; i < rank && (asked != null || auto.startsWith("SAME")); i++) {
      long whole =
          (sizes[i + 2] - 1) * plain.strides[i]
              + (plain.kernel[i] - 1) * plain.dilations[i]
              + 1
              + added[i];
      long wanted =
          asked != null ? asked[asked.length - rank + i] : sizes[i + 2] * plain.strides[i];
      divide(whole - wanted, !auto.equals("SAME_UPPER"), before, after, i);
    }
    return new Windows(plain.kernel, plain.strides, plain.dilations, before, after);
  }

  private static void divide(long all, boolean moreBefore, long[] before, long[] after, int axis) {
    long less = Math.floorDiv(all, 2);
    before[axis] = moreBefore ? all - less : less;
    after[axis] = all - before[axis];
  }

  private static long[] ones(int rank) {
    long[] ones = new long[rank];
    Arrays.fill(ones, 1);
    return ones;
  }

  int rank() {
    return kernel.length;
  }

  /** Pads that differ at both ends are made by hand, with a number of one's choice. */
  Tensor padded(Tensor x, double value) {
    return isEven() ? x : padded(x, value, after);
  }

  Tensor padded(Tensor x, double value, long[] behind) {
    int rank = Tensors.rank(x);
    long[] front = new long[rank];
    long[] back = new long[rank];
    System.arraycopy(before, 0, front, 2, rank());
    System.arraycopy(behind, 0, back, 2, rank());
    return Padding.constant(x, front, back, value);
  }

  /** The pads that {@link #padded} has left to libtorch. */
  long[] remainingPads() {
    return isEven() ? before : new long[rank()];
  }

  private boolean isEven() {
    return Arrays.equals(before, after);
  }

  /** Takes the pads of a transposed convolution away, after what its output is lengthened by. */
  Tensor cut(Tensor whole, long[] added, @Nullable Tensor bias) {
    Tensor result = whole;
    for (int i = 0; i < rank(); i++) {
      long size = result.size(i + 2L);
      long end = size + added[i] - after[i];
      long kept = Math.min(end, size);
      result = torch.slice(result, i + 2L, new LongOptional(before[i]), new LongOptional(kept), 1);
      if (end > size) {
        result = lengthened(result, i + 2, end - size, bias);
      }
    }
    return result;
  }

  /** What lies behind all windows is the bias alone. */
  private static Tensor lengthened(Tensor x, int axis, long by, @Nullable Tensor bias) {
    long[] sizes = Tensors.sizes(x);
    sizes[axis] = by;
    Tensor zeros = torch.zeros(sizes, Tensors.options(Tensors.type(x)));
    if (bias == null) {
      return torch.cat(Tensors.vector(x, zeros), axis);
    }
    long[] channels = ones(sizes.length);
    channels[1] = bias.numel();
    return torch.cat(Tensors.vector(x, zeros.add(bias.reshape(channels))), axis);
  }
}
