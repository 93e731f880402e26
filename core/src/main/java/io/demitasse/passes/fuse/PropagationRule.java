package io.demitasse.passes.fuse;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import io.demitasse.ops.axes.Axis;
import io.demitasse.ops.axes.AxisMap;
import io.demitasse.ops.axes.AxisMaps;
import java.util.Arrays;
import java.util.List;

/**
 * What becomes of factors, or of shifts, where the values they belong to go through a node that is
 * no product: f(a · x) = a' · f(x), or f(x + b) = f(x) + b'.
 *
 * @param shifts whether the numbers are shifts; otherwise they are factors
 */
record PropagationRule(InferredShapes shapes, boolean shifts) {

  /**
   * The numbers that belong to the output.
   *
   * @param index the input that they belong to
   * @throws NotFoldable when the node does not let them through
   */
  ChannelNumbers through(Node node, int index, ChannelNumbers numbers) {
    ChannelNumbers out = across(node, index, numbers);
    long[] sizes = sizes(node.output());
    int at = out.axis() + sizes.length;
    boolean known =
        out.isUniform() || (at >= 0 && at < sizes.length && sizes[at] == out.numbers().length);
    if (!known || node.presentOutputs().size() > 1) {
      throw blocked(node);
    }
    return out;
  }

  private ChannelNumbers across(Node node, int index, ChannelNumbers numbers) {
    Op op = Op.of(node).orElseThrow(() -> blocked(node));
    return switch (op) {
      case CONCAT -> concatenated(node, index, numbers);
      case ADD -> when(shifts, node, numbers);
      case SUB -> when(shifts && index == 0, node, numbers);
      case MUL -> when(!shifts, node, numbers);
      case DIV -> when(!shifts && index == 0, node, numbers);
      default -> {
        if (index != 0) {
          throw blocked(node);
        }
        yield alone(op, node, numbers);
      }
    };
  }

  private ChannelNumbers alone(Op op, Node node, ChannelNumbers numbers) {
    return switch (op) {
      case IDENTITY -> numbers;
      case RELU, LEAKY_RELU, PRELU -> when(!shifts, node, ordered(node, numbers));
      case MAX_POOL, GLOBAL_MAX_POOL -> carried(node, ordered(node, numbers));
      case GLOBAL_AVERAGE_POOL, TRANSPOSE -> carried(node, numbers);
      case AVERAGE_POOL -> when(!shifts || !countsPads(node), node, carried(node, numbers));
      case REDUCE_MEAN -> when(keepsAxes(node, numbers), node, carried(node, numbers));
      case RESIZE, UPSAMPLE -> when(interpolates(node), node, numbers);
      case RESHAPE, FLATTEN, SQUEEZE, UNSQUEEZE -> reshaped(node, numbers);
      default -> throw blocked(node);
    };
  }

  private ChannelNumbers when(boolean holds, Node node, ChannelNumbers numbers) {
    if (!holds) {
      throw blocked(node);
    }
    return numbers;
  }

  private NotFoldable blocked(Node node) {
    return new NotFoldable(node + " lets no " + (shifts ? "shift" : "factor") + " through");
  }

  /** Of two numbers the larger stays the larger. */
  private ChannelNumbers ordered(Node node, ChannelNumbers numbers) {
    if (!shifts && !numbers.all(factor -> factor > 0)) {
      throw new NotFoldable(node + " lets no negative factor through");
    }
    return numbers;
  }

  /** Whether zeros beside the picture are averaged with it. */
  private static boolean countsPads(Node pool) {
    boolean padded =
        Arrays.stream(pool.intsAttribute("pads")).anyMatch(pad -> pad != 0)
            || !pool.textAttribute("auto_pad", "NOTSET").equals("NOTSET")
            || pool.intAttribute("ceil_mode", 0) != 0;
    return padded && pool.intAttribute("count_include_pad", 0) != 0;
  }

  /** Axes that are dropped would be followed too, but recipes written earlier stop there. */
  private static boolean keepsAxes(Node mean, ChannelNumbers numbers) {
    return numbers.isUniform() || mean.intAttribute("keepdims", 1) == 1;
  }

  /** Whether every output element is a mean of input elements, weighted by parts of one. */
  private static boolean interpolates(Node resize) {
    String mode = resize.textAttribute("mode", "nearest");
    boolean extrapolates =
        resize.textAttribute("coordinate_transformation_mode", "").startsWith("tf_crop_and_resize");
    return !extrapolates && (mode.equals("nearest") || mode.equals("linear"));
  }

  private ChannelNumbers carried(Node node, ChannelNumbers numbers) {
    return numbers.isUniform() ? numbers : moved(node, 0, numbers);
  }

  /**
   * The numbers on the axis that the node carries theirs to; what does not come from there keeps
   * neutral ones.
   */
  private ChannelNumbers moved(Node node, int index, ChannelNumbers numbers) {
    double[] each = numbers.numbers();
    int rank = sizes(node.requiredInput(index)).length;
    List<AxisMap> ways = AxisMaps.of(node, shapes).at(Axis.ofInput(index, numbers.axis() + rank));
    if (ways.size() != 1 || ways.getFirst().map().size() != each.length) {
      throw blocked(node);
    }
    AxisMap way = ways.getFirst();
    double[] moved = new double[way.map().sources()];
    Arrays.fill(moved, shifts ? 0 : 1);
    for (int channel = 0; channel < each.length; channel++) {
      for (int place : way.map().gather(channel)) {
        moved[place] = each[channel];
      }
    }
    return new ChannelNumbers(moved, way.source().axis() - sizes(node.output()).length);
  }

  /**
   * Channels that stay an axis of their own, with as much behind them. Where it is not known how
   * much that is they stay one too, but recipes written earlier stop there.
   */
  private ChannelNumbers reshaped(Node node, ChannelNumbers numbers) {
    if (numbers.isUniform()) {
      return numbers;
    }
    ChannelNumbers out = moved(node, 0, numbers);
    boolean alone =
        out.numbers().length == numbers.numbers().length
            && isKnownBehind(node.requiredInput(0), numbers.axis())
            && isKnownBehind(node.output(), out.axis());
    return when(alone, node, out);
  }

  private boolean isKnownBehind(Value value, int axis) {
    long[] sizes = sizes(value);
    return Arrays.stream(sizes, sizes.length + axis + 1, sizes.length).allMatch(size -> size > 0);
  }

  private ChannelNumbers concatenated(Node node, int index, ChannelNumbers numbers) {
    long[] sizes = sizes(node.requiredInput(index));
    long attribute = node.intAttribute("axis", 1);
    int axis = (int) (attribute < 0 ? attribute : attribute - sizes.length);
    int at = axis + sizes.length;
    boolean joined = numbers.isUniform() || numbers.axis() == axis;
    if (!joined || at < 0 || at >= sizes.length || sizes[at] == TensorFacts.OPEN) {
      throw blocked(node);
    }
    double[] each = numbers.spread((int) sizes[at]);
    return moved(node, index, new ChannelNumbers(each, axis));
  }

  /** Sizes, some of which may be open; none when nothing is known. */
  private long[] sizes(Value value) {
    return shapes.of(value).map(TensorFacts::sizes).orElse(new long[0]);
  }
}
