package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Another resolution, axis by axis: each new element is read, or mixed of two, at a place that
 * follows from its own. So every way of finding that place is the same few operations, and none of
 * it depends on how many axes there are.
 */
final class Resizing {
  private final Call call;
  private final String mode;
  private final String transformation;

  private Resizing(Call call) {
    this.call = call;
    this.mode = call.text("mode", "nearest");
    boolean old = call.setting().opset() < 11 || call.node().is("Upsample");
    this.transformation =
        call.text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel");
  }

  static Tensor of(Call call) {
    return new Resizing(call).resized();
  }

  private Tensor resized() {
    Tensor x = call.in(0);
    boolean early = call.setting().opset() < 11 || call.node().is("Upsample");
    double[] scales = numbers(early ? 1 : 2);
    long[] sizes = !early && call.has(3) && call.in(3).numel() > 0 ? call.longs(3) : null;
    long[] axes = call.ints("axes").orElseGet(() -> LongStream.range(0, Tensors.rank(x)).toArray());
    if (!call.text("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
      throw new IllegalArgumentException("Resize that keeps the aspect ratio is not computed here");
    }
    Tensor result = x;
    for (int i = 0; i < axes.length; i++) {
      int axis = Tensors.axis(axes[i], Tensors.rank(x));
      long before = x.size(axis);
      double scale = sizes != null ? (double) sizes[i] / before : scales[i];
      long after = sizes != null ? sizes[i] : (long) Math.floor(before * scale);
      if (after != before || scale != 1) {
        result = resized(result, axis, after, scale);
      }
    }
    return result;
  }

  private double[] numbers(int input) {
    if (!call.has(input)) {
      return call.attribute("scales") instanceof io.demitasse.ir.Attribute.Reals reals
          ? reals.values().stream().mapToDouble(Float::doubleValue).toArray()
          : new double[0];
    }
    return Tensors.doubles(call.in(input));
  }

  private Tensor resized(Tensor x, int axis, long after, double scale) {
    long before = x.size(axis);
    double[] places = new double[(int) after];
    for (int i = 0; i < after; i++) {
      places[i] = place(i, before, after, scale);
    }
    return switch (mode) {
      case "nearest" -> torch.index_select(x, axis, nearest(places, before));
      case "linear" -> linear(x, axis, places);
      default -> throw new IllegalArgumentException("Resize by " + mode + " is not computed here");
    };
  }

  private double place(long i, long before, long after, double scale) {
    return switch (transformation) {
      case "asymmetric" -> i / scale;
      case "align_corners" -> after == 1 ? 0 : i * (before - 1.) / (after - 1.);
      case "pytorch_half_pixel" -> after == 1 ? 0 : (i + .5) / scale - .5;
      case "half_pixel_symmetric" -> {
        double adjusted = after / (scale * before);
        yield before / 2. * (1 - adjusted) + (i + .5) / scale - .5;
      }
      case "half_pixel" -> (i + .5) / scale - .5;
      default ->
          throw new IllegalArgumentException(
              "Resize with " + transformation + " is not computed here");
    };
  }

  private Tensor nearest(double[] places, long size) {
    String rounding =
        call.text("nearest_mode", call.setting().opset() < 11 ? "floor" : "round_prefer_floor");
    boolean simple = call.node().is("Upsample");
    return Tensors.ofLongs(
        Arrays.stream(places)
            .mapToLong(
                place -> {
                  long rounded =
                      switch (simple ? "floor" : rounding) {
                        case "floor" -> (long) Math.floor(place);
                        case "ceil" -> (long) Math.ceil(place);
                        case "round_prefer_ceil" -> (long) Math.floor(place + .5);
                        default -> (long) Math.ceil(place - .5);
                      };
                  return Math.clamp(rounded, 0, size - 1);
                })
            .toArray());
  }

  /** Between the two elements around each place; beyond the ends there is the last one. */
  private static Tensor linear(Tensor x, int axis, double[] places) {
    long last = x.size(axis) - 1;
    long[] lower = new long[places.length];
    long[] upper = new long[places.length];
    double[] share = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      double place = Math.clamp(places[i], 0, (double) last);
      lower[i] = (long) Math.floor(place);
      upper[i] = Math.min(lower[i] + 1, last);
      share[i] = place - lower[i];
    }
    long[] sizes = new long[Tensors.rank(x)];
    Arrays.fill(sizes, 1);
    sizes[axis] = places.length;
    Tensor weight = Tensors.ofDoubles(share).reshape(sizes).to(Tensors.type(x));
    Tensor below = torch.index_select(x, axis, Tensors.ofLongs(lower));
    Tensor above = torch.index_select(x, axis, Tensors.ofLongs(upper));
    return below.mul(torch.neg(weight).add(scalar(1))).add(above.mul(weight));
  }
}
