package io.demitasse.affine;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import io.demitasse.ops.axes.Axis;
import io.demitasse.ops.axes.AxisMap;
import io.demitasse.ops.axes.AxisMaps;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What becomes of factors, or of shifts, where the values they belong to go through a node that is
 * no product: f(a · x) = a' · f(x), or f(x + b) = f(x) + b'.
 *
 * @param shifts whether the numbers are shifts; otherwise they are factors
 * @param attention whether they are also followed where channels are divided into heads, through
 *     products with what no constant is, and into some of several outputs
 */
public record PropagationRule(InferredShapes shapes, boolean shifts, boolean attention) {

  /** Of factors, as far as recipes written earlier follow them. */
  public static PropagationRule ofFactors(InferredShapes shapes) {
    return new PropagationRule(shapes, false, false);
  }

  /** Of shifts. */
  public static PropagationRule ofShifts(InferredShapes shapes) {
    return new PropagationRule(shapes, true, false);
  }

  /** Of factors, also through attention, which mixes places and no channels of its values. */
  public static PropagationRule throughAttention(InferredShapes shapes) {
    return new PropagationRule(shapes, false, true);
  }

  /** Whether numbers arrive where a value is read: at a convolution, or a product with a weight. */
  boolean ends(Value.Use use) {
    Node node = use.node();
    boolean mixes = attention && Op.MAT_MUL.is(node) && node.constantInput(1).isEmpty();
    return LinearNode.isLinear(node) && !mixes;
  }

  /**
   * The numbers that belong to each output.
   *
   * @param index the input that they belong to
   * @return those that say something, by output
   * @throws NotFoldable when the node does not let them through
   */
  public Map<Value, ChannelNumbers> behind(Node node, int index, ChannelNumbers numbers) {
    if (!attention || !(Op.SPLIT.is(node) || Op.SLICE.is(node)) || index != 0) {
      return Map.of(node.output(), through(node, index, numbers));
    }
    Map<Value, ChannelNumbers> behind = new LinkedHashMap<>();
    for (int output = 0; output < node.outputs().size(); output++) {
      Value part = node.output(output);
      ChannelNumbers out = part == null ? numbers : along(node, output, numbers);
      if (part != null && !out.all(factor -> factor == 1)) {
        behind.put(part, out);
      }
    }
    return behind;
  }

  /** What of numbers along one axis comes to one of several outputs. */
  private ChannelNumbers along(Node node, int output, ChannelNumbers numbers) {
    if (numbers.isUniform()) {
      return numbers;
    }
    if (numbers.isDivided()) {
      throw blocked(node);
    }
    return moved(node, 0, numbers, output);
  }

  /**
   * The numbers that belong to the output.
   *
   * @param index the input that they belong to
   * @throws NotFoldable when the node does not let them through
   */
  ChannelNumbers through(Node node, int index, ChannelNumbers numbers) {
    ChannelNumbers out = across(node, index, numbers);
    boolean known =
        out.isUniform()
            || (sizeAt(node.output(), out.axis()) == out.inside()
                && (!out.isDivided() || sizeAt(node.output(), out.blockAxis()) == out.blocks()));
    if (!known || node.presentOutputs().size() > 1) {
      throw blocked(node);
    }
    return out;
  }

  /** The size of an axis counted from the last; open where it is not known. */
  private long sizeAt(Value value, int axis) {
    long[] sizes = sizes(value);
    int at = axis + sizes.length;
    return at >= 0 && at < sizes.length ? sizes[at] : TensorFacts.OPEN;
  }

  private ChannelNumbers across(Node node, int index, ChannelNumbers numbers) {
    Op op = Op.of(node).orElseThrow(() -> blocked(node));
    if (attention && mixes(op, index)) {
      return DividedChannels.mixed(this, node, index, numbers);
    }
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

  /** Whether an input is what attention adds up over places, weighted by something. */
  private static boolean mixes(Op op, int index) {
    return (op == Op.MAT_MUL && index == 1)
        || (op == Op.CONTRIB_MULTI_HEAD_ATTENTION && index == 2);
  }

  private ChannelNumbers alone(Op op, Node node, ChannelNumbers numbers) {
    if (attention && !numbers.isUniform() && (op == Op.TRANSPOSE || op == Op.RESHAPE)) {
      return DividedChannels.moved(this, node, numbers);
    }
    if (numbers.isDivided() && op != Op.IDENTITY) {
      throw blocked(node);
    }
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

  NotFoldable blocked(Node node) {
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
    return moved(node, index, numbers, 0);
  }

  private ChannelNumbers moved(Node node, int index, ChannelNumbers numbers, int output) {
    double[] each = numbers.numbers();
    List<AxisMap> ways = ways(node, index, numbers.axis(), output);
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
    int rank = sizes(Objects.requireNonNull(node.output(output))).length;
    return new ChannelNumbers(moved, way.source().axis() - rank);
  }

  /**
   * How an axis of an input belongs to those of an output.
   *
   * @param axis counted from the last
   */
  List<AxisMap> ways(Node node, int index, int axis, int output) {
    int rank = sizes(node.requiredInput(index)).length;
    return AxisMaps.of(node, shapes).at(Axis.ofInput(index, axis + rank)).stream()
        .filter(way -> !way.source().isOutput() || way.source().position() == output)
        .toList();
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
  long[] sizes(Value value) {
    return shapes.of(value).map(TensorFacts::sizes).orElse(new long[0]);
  }
}
