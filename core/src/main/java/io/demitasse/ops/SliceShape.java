package io.demitasse.ops;

import static io.demitasse.ops.TensorFacts.OPEN;

import io.demitasse.ir.Attribute;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The rule of Slice, whose bounds are attributes up to opset 9 and inputs since. */
final class SliceShape {
  /** Where a slice begins, how far it steps and how many elements it takes. */
  private record Taken(double start, double step, long count) {}

  private SliceShape() {}

  static TensorFacts of(NodeFacts node) {
    TensorFacts input = node.input(0);
    double[] starts = numbers(node, "starts", 1);
    double[] ends = numbers(node, "ends", 2);
    boolean listed = node.has(3) || node.node().attribute("axes") != null;
    double[] axes = listed ? numbers(node, "axes", 3) : places(starts.length);
    double[] steps = node.has(4) ? node.numbers(4) : ones(starts.length);
    TensorFacts result = input;
    for (int i = 0; i < starts.length; i++) {
      if (Double.isNaN(axes[i])) {
        return input.withSizes(Sizes.open(input.rank()));
      }
      int axis = Sizes.axis((long) axes[i], input.rank());
      result = sliced(result, axis, taken(starts[i], ends[i], steps[i], result.sizes()[axis]));
    }
    return result;
  }

  private static TensorFacts sliced(TensorFacts input, int axis, Taken taken) {
    TensorFacts result = input.withSizes(Sizes.replaced(input.sizes(), axis, taken.count()));
    double[] numbers = input.numbers();
    if (numbers == null || taken.count() == OPEN) {
      return result;
    }
    int size = (int) input.sizes()[axis];
    int inner = (int) Sizes.product(Sizes.range(input.sizes(), axis + 1, input.rank()));
    double[] left = new double[(int) result.elementCount()];
    for (int i = 0; i < left.length; i++) {
      int place = (int) (taken.start() + i / inner % taken.count() * taken.step());
      int outer = (int) (i / inner / taken.count());
      left[i] = numbers[(outer * size + place) * inner + i % inner];
    }
    return result.withNumbers(left);
  }

  private static Taken taken(double start, double end, double step, long size) {
    if (start == 0 && step == 1 && end >= Integer.MAX_VALUE) {
      return new Taken(0, 1, size);
    }
    if (size == OPEN || Double.isNaN(start + end + step) || step == 0) {
      return new Taken(0, 1, OPEN);
    }
    double last = step < 0 ? size - 1 : size;
    double from = Math.clamp(start < 0 ? start + size : start, 0, Math.max(last, 0));
    double to = Math.clamp(end < 0 ? end + size : end, step < 0 ? -1 : 0, last);
    return new Taken(from, step, (long) Math.max(0, Math.ceil((to - from) / step)));
  }

  private static double[] numbers(NodeFacts node, String attribute, int input) {
    return node.node().attribute(attribute) instanceof Attribute.Ints ints
        ? ints.values().stream().mapToDouble(Long::doubleValue).toArray()
        : node.numbers(input);
  }

  private static double[] places(int count) {
    return IntStream.range(0, count).asDoubleStream().toArray();
  }

  private static double[] ones(int count) {
    return DoubleStream.generate(() -> 1).limit(count).toArray();
  }
}
