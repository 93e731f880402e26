package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CARRIED;
import static io.demitasse.ops.axes.IndexMap.OPEN;

import io.demitasse.ops.axes.IndexMap.Blocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The rule of operators that keep all elements in their order and see them under other sizes.
 *
 * <p>Axes are taken from the first and then from the last as long as as many elements lie in those
 * of the input as in those of the output: such a run splits and merges axes among themselves. What
 * remains in between, where sizes are open, is followed only if it is one axis on each side.
 */
final class ReshapeAxes {

  /** Axes of the input and of the output that hold the same elements. */
  private record Run(int inputFrom, int inputTo, int outputFrom, int outputTo) {}

  private final NodeAxes node;
  private final int[] input;
  private final int[] output;

  private ReshapeAxes(NodeAxes node) {
    this.node = node;
    this.input = node.input(0);
    this.output = node.output(0);
  }

  static void reshape(NodeAxes node) {
    ReshapeAxes axes = new ReshapeAxes(node);
    if (IntStream.concat(Arrays.stream(axes.input), Arrays.stream(axes.output))
        .anyMatch(size -> size == 0)) {
      throw new UnknownAxes("it has no elements");
    }
    axes.tell();
  }

  private void tell() {
    List<Run> front = runs(input, output, copied());
    int from = front.isEmpty() ? 0 : front.getLast().inputTo();
    int outputFrom = front.isEmpty() ? 0 : front.getLast().outputTo();
    int[] left = Arrays.copyOfRange(input, from, input.length);
    int[] outputLeft = Arrays.copyOfRange(output, outputFrom, output.length);
    List<Run> back = runs(reversed(left), reversed(outputLeft), _ -> false);
    int to = input.length - (back.isEmpty() ? 0 : back.getLast().inputTo());
    int outputTo = output.length - (back.isEmpty() ? 0 : back.getLast().outputTo());
    front.forEach(this::follow);
    for (Run run : back) {
      follow(
          new Run(
              input.length - run.inputTo(),
              input.length - run.inputFrom(),
              output.length - run.outputTo(),
              output.length - run.outputFrom()));
    }
    int[] inputs = IntStream.range(from, to).filter(i -> input[i] != 1).toArray();
    int[] outputs = IntStream.range(outputFrom, outputTo).filter(i -> output[i] != 1).toArray();
    if (inputs.length == 1 && outputs.length == 1) {
      node.same(CARRIED, Axis.ofOutput(0, outputs[0]), Axis.ofInput(0, inputs[0]));
    }
  }

  /** The axes whose size a Reshape is told to copy. */
  private IntPredicate copied() {
    boolean copies = node.node().intAttribute("allowzero", 0) == 0;
    double[] target = node.node().is("Reshape") && copies ? node.numbers(1) : null;
    return axis -> target != null && target[axis] == 0;
  }

  private static int[] reversed(int[] sizes) {
    return IntStream.range(0, sizes.length).map(i -> sizes[sizes.length - 1 - i]).toArray();
  }

  private static List<Run> runs(int[] input, int[] output, IntPredicate copied) {
    List<Run> runs = new ArrayList<>();
    int i = 0;
    int o = 0;
    while (i < input.length && o < output.length) {
      int from = i;
      int outputFrom = o;
      boolean copies = i == o && copied.test(o);
      long elements = copies ? 1 : input[i];
      long outputElements = copies ? 1 : output[o];
      i++;
      o++;
      while (elements != outputElements && elements > 0 && outputElements > 0) {
        if (elements < outputElements) {
          elements = i < input.length ? times(elements, input[i++]) : OPEN;
        } else {
          outputElements = o < output.length ? times(outputElements, output[o++]) : OPEN;
        }
      }
      if (elements < 1 || outputElements < 1) {
        break;
      }
      runs.add(new Run(from, i, outputFrom, o));
    }
    return runs;
  }

  private static long times(long elements, int size) {
    return size == OPEN ? OPEN : Math.multiplyExact(elements, size);
  }

  /**
   * Within a run a place is a number, and axes are digits of it. Where two of them overlap without
   * dividing each other, nothing is told of the run.
   */
  private void follow(Run run) {
    List<Digit> inputs = digits(input, run.inputFrom(), run.inputTo());
    List<Digit> outputs = digits(output, run.outputFrom(), run.outputTo());
    boolean divide =
        outputs.stream().allMatch(digit -> inputs.stream().allMatch(digit::dividesOrMisses));
    if (isOne(inputs) && isOne(outputs)) {
      node.same(CARRIED, Axis.ofOutput(0, run.outputFrom()), Axis.ofInput(0, run.inputFrom()));
    } else if (divide) {
      for (Digit to : outputs) {
        inputs.stream().filter(to::overlaps).forEach(from -> tell(to, from));
      }
    }
  }

  private void tell(Digit to, Digit from) {
    node.tell(CARRIED, Axis.ofOutput(0, to.axis()), Axis.ofInput(0, from.axis()), to.map(from));
  }

  private static boolean isOne(List<Digit> digits) {
    return digits.size() == 1;
  }

  private static List<Digit> digits(int[] sizes, int from, int to) {
    List<Digit> digits = new ArrayList<>();
    long behind = 1;
    for (int axis = to - 1; axis >= from; axis--) {
      digits.add(new Digit(axis, behind, behind * sizes[axis]));
      behind *= sizes[axis];
    }
    return digits.reversed();
  }

  /**
   * The index along one axis as a digit of the place: (place / low) % (high / low).
   *
   * @param low how many places lie behind the axis
   * @param high how many lie in it
   */
  private record Digit(int axis, long low, long high) {

    boolean overlaps(Digit other) {
      return lowest(other) < highest(other);
    }

    boolean dividesOrMisses(Digit other) {
      long lowest = lowest(other);
      long highest = highest(other);
      return lowest >= highest
          || (lowest % low == 0
              && lowest % other.low == 0
              && highest % lowest == 0
              && high % highest == 0
              && other.high % highest == 0);
    }

    IndexMap map(Digit other) {
      long lowest = lowest(other);
      long highest = highest(other);
      return IndexMap.blocks(
          (int) (highest / lowest),
          new Blocks((int) (high / highest), (int) (lowest / low)),
          new Blocks((int) (other.high / highest), (int) (lowest / other.low)));
    }

    private long lowest(Digit other) {
      return Math.max(low, other.low);
    }

    private long highest(Digit other) {
      return Math.min(high, other.high);
    }
  }
}
