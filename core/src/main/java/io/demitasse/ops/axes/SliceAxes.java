package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;
import static io.demitasse.ops.axes.IndexMap.OPEN;

import io.demitasse.ir.Attribute;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The rule of Slice, whose bounds are attributes up to opset 9 and inputs since. */
final class SliceAxes {
  private SliceAxes() {}

  static void slice(NodeAxes node) {
    int[] sizes = node.input(0);
    double[] starts = numbers(node, "starts", 1);
    double[] axes =
        node.has(3) || node.node().attribute("axes") != null
            ? numbers(node, "axes", 3)
            : IntStream.range(0, starts.length).asDoubleStream().toArray();
    double[] steps = node.has(4) ? numbers(node, "steps", 4) : filled(starts.length);
    boolean[] sliced = new boolean[sizes.length];
    for (int i = 0; i < axes.length; i++) {
      if (Double.isNaN(axes[i])) {
        throw new UnknownAxes("which axes it slices is not known");
      }
      int axis = NodeAxes.counted((long) axes[i], sizes.length);
      if (sliced[axis]) {
        throw new UnknownAxes("it slices axis " + axis + " twice");
      }
      sliced[axis] = true;
      sliced(node, axis, starts[i], steps[i]);
    }
    PointwiseAxes.along(node, axis -> !sliced[axis]);
  }

  private static void sliced(NodeAxes node, int axis, double start, double step) {
    int size = node.size(Axis.ofInput(0, axis));
    int count = node.size(Axis.ofOutput(0, axis));
    if (size == OPEN || count == OPEN || Double.isNaN(start + step) || step == 0) {
      return;
    }
    double last = step < 0 ? size - 1 : size;
    int from = (int) Math.clamp(start < 0 ? start + size : start, 0, Math.max(last, 0));
    IndexMap map =
        step == 1
            ? IndexMap.offset(count, size, 0, from, count)
            : IndexMap.picked(
                size, IntStream.range(0, count).map(i -> (int) (from + i * step)).toArray());
    node.tell(CARRIED, Axis.ofOutput(0, axis), Axis.ofInput(0, axis), map);
  }

  private static double[] numbers(NodeAxes node, String attribute, int input) {
    if (node.node().attribute(attribute) instanceof Attribute.Ints ints) {
      return ints.values().stream().mapToDouble(Long::doubleValue).toArray();
    }
    double[] numbers = node.numbers(input);
    if (numbers == null) {
      throw new UnknownAxes("the content of its input " + input + " is not known");
    }
    return numbers;
  }

  private static double[] filled(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
