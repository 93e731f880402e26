package io.demitasse.ops;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Dim;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The rule of Slice, whose bounds are attributes up to opset 9 and inputs since. */
final class SliceShape {
  /** Where a slice begins, how far it steps and how many elements it takes. */
  private record Taken(double start, double step, Dim count) {}

  private final NodeFacts node;

  private SliceShape(NodeFacts node) {
    this.node = node;
  }

  static TensorFacts of(NodeFacts node) {
    return new SliceShape(node).sliced();
  }

  private TensorFacts sliced() {
    TensorFacts input = node.input(0);
    Content starts = list("starts", 1);
    Content ends = list("ends", 2);
    boolean listed = node.has(3) || node.node().attribute("axes") != null;
    Content axes = listed ? list("axes", 3) : places(starts, input.rank());
    Content steps = node.has(4) ? list("steps", 4) : null;
    TensorFacts result = input;
    for (int i = 0; axes != null && i < axes.length(); i++) {
      if (Double.isNaN(axes.number(i))) {
        return open(input);
      }
      int axis = Sizes.axis((long) axes.number(i), input.rank());
      double step = node.has(4) ? number(steps, i) : 1;
      result = sliced(result, axis, taken(number(starts, i), ends, i, step, result.dim(axis)));
    }
    return axes == null ? open(input) : result;
  }

  private static TensorFacts open(TensorFacts input) {
    return input.withSizes(Sizes.open(input.rank()));
  }

  private static TensorFacts sliced(TensorFacts input, int axis, Taken taken) {
    TensorFacts result = input.withSizes(Sizes.replaced(input.dims(), axis, taken.count));
    Content content = input.content();
    if (content == null || !(taken.count instanceof Dim.Fixed(long count))) {
      return result;
    }
    int size = (int) Sizes.number(input.dim(axis));
    int inner =
        (int) Sizes.number(Sizes.product(Sizes.range(input.dims(), axis + 1, input.rank())));
    return result.with(
        content.picked(
            (int) result.elementCount(),
            i -> {
              int place = (int) (taken.start + i / inner % count * taken.step);
              int outer = (int) (i / inner / count);
              return (outer * size + place) * inner + i % inner;
            }));
  }

  private Taken taken(double start, @Nullable Content ends, int place, double step, Dim whole) {
    double end = number(ends, place);
    boolean fromFirst = start == 0 && step == 1;
    if (fromFirst && end >= Integer.MAX_VALUE) {
      return new Taken(0, 1, whole);
    }
    if (fromFirst && ends != null && ends.symbol(place) instanceof Dim.Named symbol) {
      return new Taken(0, 1, node.symbols().clamp(symbol, whole));
    }
    if (!(whole instanceof Dim.Fixed(long size)) || Double.isNaN(start + end + step) || step == 0) {
      return new Taken(0, 1, Dim.UNKNOWN);
    }
    double last = step < 0 ? size - 1 : size;
    double from = Math.clamp(start < 0 ? start + size : start, 0, Math.max(last, 0));
    double to = Math.clamp(end < 0 ? end + size : end, step < 0 ? -1 : 0, last);
    return new Taken(from, step, Dim.of((long) Math.max(0, Math.ceil((to - from) / step))));
  }

  private static double number(@Nullable Content content, int place) {
    return content == null ? Double.NaN : content.number(place);
  }

  /** A list that is an attribute or an input; null when nothing is known of it. */
  private @Nullable Content list(String attribute, int input) {
    if (node.node().attribute(attribute) instanceof Attribute.Ints ints) {
      return Content.of(Arrays.stream(ints.toArray()).asDoubleStream().toArray());
    }
    TensorFacts known = node.known(input);
    return known == null ? null : known.contentOrUnknown();
  }

  /** The first axes, as many as there are starts. */
  private static Content places(@Nullable Content starts, int rank) {
    int count = starts == null ? rank : starts.length();
    return Content.of(IntStream.range(0, count).asDoubleStream().toArray());
  }
}
