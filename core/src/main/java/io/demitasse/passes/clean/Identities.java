package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.rewrite.Widening;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Proves that a node's output is one of its inputs, bit for bit and with the same shape. */
final class Identities {
  private final long opset;
  private final InferredShapes shapes;

  Identities(Model model, InferredShapes shapes) {
    this.opset = model.opset();
    this.shapes = shapes;
  }

  /** The value that a node's first and only read output equals; null when nothing is proved. */
  @Nullable Value sameAsOutput(Node node) {
    Op op = Op.of(node).orElse(null);
    Value input = node.input(0);
    if (op == null || input == null) {
      return null;
    }
    return switch (op) {
      case IDENTITY -> input;
      case DROPOUT -> when(isInactive(node), input);
      case CAST -> when(isCastToItself(node, input), input);
      case TRANSPOSE -> transposed(node, input);
      case RESHAPE -> when(keepsShape(node, input), input);
      case FLATTEN -> when(node.intAttribute("axis", 1) == 1 && rank(input) == 2, input);
      case SQUEEZE -> undone(node, Op.UNSQUEEZE);
      case UNSQUEEZE -> undone(node, Op.SQUEEZE);
      case PAD -> when(isAll(node, 1, opset < 2 ? "paddings" : "pads", 0), input);
      case CONCAT, SUM, MAX, MIN, MEAN -> when(node.inputs().size() == 1, input);
      case SLICE -> when(takesEverything(node, input), input);
      case EXPAND -> when(repeatsNothing(node, input), input);
      case TILE -> when(opset >= 6 && isAll(node, 1, "", 1), input);
      case ADD -> {
        Value other = node.requiredInput(1);
        yield isNeutral(other, -0., input) ? input : when(isNeutral(input, -0., other), other);
      }
      case MUL -> {
        Value other = node.requiredInput(1);
        yield isNeutral(other, 1, input) ? input : when(isNeutral(input, 1, other), other);
      }
      case SUB -> when(isNeutral(node.requiredInput(1), 0., input), input);
      case DIV -> when(isNeutral(node.requiredInput(1), 1, input), input);
      default -> null;
    };
  }

  private static @Nullable Value when(boolean proved, Value value) {
    return proved ? value : null;
  }

  private int rank(Value value) {
    return shapes.rank(value).orElse(-1);
  }

  /**
   * Dropout that drops nothing: since opset 12 unless told to train, before that unless told
   * otherwise.
   */
  private boolean isInactive(Node node) {
    Value mask = node.output(1);
    boolean unmasked = mask == null || (mask.uses().isEmpty() && !mask.isOutput());
    boolean inference =
        opset >= 12
            ? node.input(2) == null || isAll(node.constantInput(2), 0)
            : opset >= 7 || node.intAttribute("is_test", 0) != 0;
    return unmasked && inference;
  }

  private static boolean isCastToItself(Node node, Value input) {
    long to = node.intAttribute("to", 0);
    return input.dataType().filter(type -> type.code() == to).isPresent();
  }

  private static @Nullable Value transposed(Node node, Value input) {
    long[] outer = node.intsAttribute("perm");
    if (isAscending(outer)) {
      return input;
    }
    Node before = input.producer();
    if (before == null || !Op.TRANSPOSE.is(before)) {
      return null;
    }
    long[] inner = before.intsAttribute("perm");
    Value origin = before.requiredInput(0);
    if (outer.length == 0 && inner.length == 0) {
      return origin; // both reverse all axes
    }
    boolean undone =
        outer.length == inner.length
            && isAscending(LongStream.of(outer).map(axis -> inner[(int) axis]).toArray());
    return when(undone, origin);
  }

  private static boolean isAscending(long[] axes) {
    return axes.length > 0 && IntStream.range(0, axes.length).allMatch(i -> axes[i] == i);
  }

  /** A Reshape whose target copies or repeats every size, with at most one left to be computed. */
  private boolean keepsShape(Node node, Value input) {
    Optional<Shape> shape = shapes.shape(input);
    Optional<long[]> target = node.constantInput(1).map(Tensor::toLongs);
    if (shape.isEmpty() || target.isEmpty() || target.get().length != shape.get().rank()) {
      return false;
    }
    boolean zeroCopies = node.intAttribute("allowzero", 0) == 0;
    int open = 0;
    for (int i = 0; i < target.get().length; i++) {
      long wanted = target.get()[i];
      boolean computed = wanted == -1;
      if (computed) {
        open++;
      } else if (!(wanted == 0 && zeroCopies) && !isFixed(shape.get().dim(i), wanted)) {
        return false;
      }
    }
    return open <= 1;
  }

  private static boolean isFixed(Dim dim, long wanted) {
    return dim instanceof Dim.Fixed(long size) && size == wanted;
  }

  /**
   * The input of the node before, when that inserted or removed the very axes that this one removes
   * or inserts.
   */
  private @Nullable Value undone(Node node, Op inverse) {
    Node before = node.requiredInput(0).producer();
    if (before == null || !inverse.is(before)) {
      return null;
    }
    long[] mine = axes(node);
    long[] theirs = axes(before);
    return when(mine.length > 0 && Arrays.equals(mine, theirs), before.requiredInput(0));
  }

  private long[] axes(Node node) {
    long[] axes =
        opset < 13
            ? node.intsAttribute("axes")
            : node.constantInput(1).map(Tensor::toLongs).orElse(new long[0]);
    Arrays.sort(axes);
    return axes;
  }

  private boolean takesEverything(Node node, Value input) {
    long[] starts = numbers(node, 1, "starts");
    long[] ends = numbers(node, 2, "ends");
    boolean listed = node.input(3) != null || node.attribute("axes") != null;
    long[] axes = listed ? numbers(node, 3, "axes") : LongStream.range(0, starts.length).toArray();
    boolean steps = node.input(4) != null && !isAll(node.constantInput(4), 1);
    if (starts.length == 0
        || ends.length != starts.length
        || axes.length != starts.length
        || steps) {
      return false;
    }
    return IntStream.range(0, starts.length)
        .allMatch(i -> starts[i] == 0 && ends[i] >= sizeOrEnd(input, axes[i]));
  }

  /** The size along an axis, or the least number that exporters write for "to the end". */
  private long sizeOrEnd(Value value, long axis) {
    int rank = rank(value);
    boolean known = axis < rank && -axis <= rank;
    return known
            && shapes.shape(value).orElseThrow().dim((int) axis) instanceof Dim.Fixed(long size)
        ? size
        : Integer.MAX_VALUE;
  }

  private boolean repeatsNothing(Node node, Value input) {
    Optional<Tensor> shape = node.constantInput(1);
    return isAll(shape, 1) && shape.get().elementCount() <= Math.max(rank(input), 0);
  }

  /**
   * Whether an operand is numbers that change nothing, and does not widen the other operand's
   * shape. Zeros of floats have signs: x + 0 makes a zero of a negative zero, x - 0 and x + -0 keep
   * it.
   */
  private boolean isNeutral(Value operand, double number, Value other) {
    return operand
        .constant()
        .filter(constant -> constant.elementCount() == 1)
        .filter(constant -> !Widening.isPossible(constant.shape(), shapes.shape(other)))
        .filter(constant -> isNumber(constant, number))
        .isPresent();
  }

  private static boolean isNumber(Tensor tensor, double number) {
    return switch (tensor.dataType()) {
      case DOUBLE, FLOAT, FLOAT16, BFLOAT16 -> Double.compare(tensor.toDoubles()[0], number) == 0;
      case INT64, INT32, INT16, INT8, UINT8, UINT16, UINT32, UINT64 ->
          tensor.toLongs()[0] == (long) number;
      default -> false;
    };
  }

  private boolean isAll(Node node, int input, String attribute, long number) {
    if (node.attribute(attribute) instanceof Attribute.Ints ints) {
      return LongStream.of(ints.toArray()).allMatch(each -> each == number);
    }
    return isAll(node.constantInput(input), number);
  }

  private static boolean isAll(Optional<Tensor> tensor, long number) {
    return tensor.isPresent()
        && LongStream.of(tensor.get().toLongs()).allMatch(each -> each == number);
  }

  /**
   * Numbers that are an attribute or, in later opsets, an input; none when they are not constant.
   */
  private static long[] numbers(Node node, int input, String attribute) {
    if (node.attribute(attribute) instanceof Attribute.Ints ints) {
      return ints.toArray();
    }
    return node.constantInput(input).map(Tensor::toLongs).orElse(new long[0]);
  }
}
