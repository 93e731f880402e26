package io.demitasse.passes.fuse;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

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
      case MAX_POOL, GLOBAL_MAX_POOL -> pooled(node, ordered(node, numbers));
      case GLOBAL_AVERAGE_POOL -> pooled(node, numbers);
      case AVERAGE_POOL -> when(!shifts || !countsPads(node), node, pooled(node, numbers));
      case REDUCE_MEAN -> when(keepsChannels(node, numbers), node, numbers);
      case RESIZE, UPSAMPLE -> when(interpolates(node), node, numbers);
      case TRANSPOSE -> transposed(node, numbers);
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

  private ChannelNumbers pooled(Node node, ChannelNumbers numbers) {
    int rank = sizes(node.requiredInput(0)).length;
    return when(numbers.isUniform() || numbers.axis() == 1 - rank, node, numbers);
  }

  /** Whether zeros beside the picture are averaged with it. */
  private static boolean countsPads(Node pool) {
    boolean padded =
        Arrays.stream(pool.intsAttribute("pads")).anyMatch(pad -> pad != 0)
            || !pool.textAttribute("auto_pad", "NOTSET").equals("NOTSET")
            || pool.intAttribute("ceil_mode", 0) != 0;
    return padded && pool.intAttribute("count_include_pad", 0) != 0;
  }

  private boolean keepsChannels(Node mean, ChannelNumbers numbers) {
    if (numbers.isUniform()) {
      return true;
    }
    int rank = sizes(mean.requiredInput(0)).length;
    long[] axes =
        mean.input(1) == null
            ? mean.intsAttribute("axes")
            : mean.constantInput(1).map(Tensor::toLongs).orElse(new long[0]);
    return axes.length > 0
        && mean.intAttribute("keepdims", 1) == 1
        && LongStream.of(axes).allMatch(axis -> Math.floorMod(axis, rank) != numbers.axis() + rank);
  }

  /** Whether every output element is a mean of input elements, weighted by parts of one. */
  private static boolean interpolates(Node resize) {
    String mode = resize.textAttribute("mode", "nearest");
    boolean extrapolates =
        resize.textAttribute("coordinate_transformation_mode", "").startsWith("tf_crop_and_resize");
    return !extrapolates && (mode.equals("nearest") || mode.equals("linear"));
  }

  private ChannelNumbers transposed(Node node, ChannelNumbers numbers) {
    if (numbers.isUniform()) {
      return numbers;
    }
    int rank = sizes(node.requiredInput(0)).length;
    long[] reversed = LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    long[] order = node.intsAttribute("perm", reversed);
    return numbers.at(
        IntStream.range(0, order.length)
                .filter(i -> order[i] == numbers.axis() + rank)
                .findFirst()
                .orElseThrow(() -> blocked(node))
            - order.length);
  }

  /** The channels stay an axis of their own when as much lies behind them as before. */
  private ChannelNumbers reshaped(Node node, ChannelNumbers numbers) {
    if (numbers.isUniform()) {
      return numbers;
    }
    long[] before = sizes(node.requiredInput(0));
    long[] after = sizes(node.output());
    long behind = behind(before, numbers.axis() + before.length);
    return numbers.at(
        IntStream.range(0, after.length)
                .filter(i -> after[i] == numbers.numbers().length)
                .filter(i -> behind > 0 && behind(after, i) == behind)
                .findFirst()
                .orElseThrow(() -> blocked(node))
            - after.length);
  }

  /** How many elements lie behind an axis; -1 when a size is not known. */
  private static long behind(long[] sizes, int axis) {
    long[] behind = Arrays.copyOfRange(sizes, axis + 1, sizes.length);
    return LongStream.of(behind).anyMatch(size -> size == TensorFacts.OPEN)
        ? -1
        : LongStream.of(behind).reduce(1, (a, b) -> a * b);
  }

  private ChannelNumbers concatenated(Node node, int index, ChannelNumbers numbers) {
    int rank = sizes(node.requiredInput(0)).length;
    long attribute = node.intAttribute("axis", 1);
    int axis = (int) (attribute < 0 ? attribute : attribute - rank);
    if (!numbers.isUniform() && numbers.axis() != axis) {
      throw blocked(node);
    }
    double neutral = shifts ? 0 : 1;
    double[] all = {};
    for (int i = 0; i < node.inputs().size(); i++) {
      int channels = channels(node, i, axis);
      double[] part = new double[channels];
      Arrays.fill(part, neutral);
      double[] wanted = i == index ? numbers.spread(channels) : part;
      int start = all.length;
      all = Arrays.copyOf(all, start + wanted.length);
      System.arraycopy(wanted, 0, all, start, wanted.length);
    }
    return new ChannelNumbers(all, axis);
  }

  private int channels(Node node, int input, int axis) {
    long[] sizes = sizes(node.requiredInput(input));
    int at = axis + sizes.length;
    if (at < 0 || at >= sizes.length || sizes[at] == TensorFacts.OPEN) {
      throw blocked(node);
    }
    return (int) sizes[at];
  }

  /** Sizes, some of which may be open; none when nothing is known. */
  private long[] sizes(Value value) {
    return shapes.of(value).map(TensorFacts::sizes).orElse(new long[0]);
  }
}
