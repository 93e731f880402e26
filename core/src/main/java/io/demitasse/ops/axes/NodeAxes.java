package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.IndexMap.OPEN;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.TensorFacts;
import io.demitasse.ops.axes.AxisMap.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A node as a rule sees it, with what the rule has told of its axes so far. */
final class NodeAxes {
  /** Longer lists are none of axes. */
  private static final int MOST_AXES = 64;

  private final Node node;
  private final InferredShapes shapes;
  private final List<AxisMap> maps = new ArrayList<>();

  NodeAxes(Node node, InferredShapes shapes) {
    this.node = node;
    this.shapes = shapes;
  }

  Node node() {
    return node;
  }

  List<AxisMap> maps() {
    return maps;
  }

  boolean has(int input) {
    return node.input(input) != null;
  }

  boolean gives(int output) {
    return node.output(output) != null;
  }

  /** The sizes of an input, {@link IndexMap#OPEN} where one is not known. */
  int[] input(int position) {
    return sizes(node.input(position), "input", position);
  }

  /** The sizes of an output. */
  int[] output(int position) {
    return sizes(node.output(position), "output", position);
  }

  private int[] sizes(@Nullable Value value, String what, int position) {
    Optional<TensorFacts> facts = value == null ? Optional.empty() : shapes.of(value);
    return facts
        .map(known -> LongStream.of(known.sizes()).mapToInt(NodeAxes::size).toArray())
        .orElseThrow(
            () -> new UnknownAxes("the shape of its " + what + " " + position + " is not known"));
  }

  /** Axes of more indices than an array can have are followed as a whole or not at all. */
  private static int size(long size) {
    return size > Integer.MAX_VALUE ? OPEN : (int) size;
  }

  int size(Axis axis) {
    return (axis.isOutput() ? output(axis.position()) : input(axis.position()))[axis.axis()];
  }

  /** The size of an axis that the rule cannot do without. */
  int fixed(Axis axis) {
    int size = size(axis);
    if (size < 1) {
      throw new UnknownAxes("the size of " + axis + " is not known");
    }
    return size;
  }

  /** The axis attribute, counted from the first. */
  int axis(long otherwise, int rank) {
    return counted(node.intAttribute("axis", otherwise), rank);
  }

  /** An axis counted from the first. */
  static int counted(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw new UnknownAxes("it has no axis " + axis);
    }
    return (int) counted;
  }

  /** The number of groups that channels are divided into. */
  int groups() {
    return Math.toIntExact(node.intAttribute("group", 1));
  }

  /** A list that is an attribute in some opsets and an input in others; null when it is neither. */
  long @Nullable [] list(String attribute, int input) {
    if (node.attribute(attribute) instanceof Attribute.Ints ints) {
      return ints.toArray();
    }
    return has(input) ? integers(input) : null;
  }

  /** All elements of an input of integers. */
  long[] integers(int input) {
    Optional<Tensor> constant = node.constantInput(input);
    if (constant.isPresent() && isInteger(constant.get().dataType())) {
      return constant.get().toLongs();
    }
    double[] numbers = numbers(input);
    if (numbers == null || DoubleStream.of(numbers).anyMatch(Double::isNaN)) {
      throw new UnknownAxes("the content of its input " + input + " is not known");
    }
    return DoubleStream.of(numbers).mapToLong(number -> (long) number).toArray();
  }

  private static boolean isInteger(DataType type) {
    return type == DataType.INT64 || type == DataType.INT32;
  }

  /** What of a small list is known, NaN elsewhere; null when not even its length is. */
  double @Nullable [] numbers(int input) {
    Value value = node.input(input);
    TensorFacts facts = value == null ? null : shapes.of(value).orElse(null);
    if (facts == null || facts.numbers() != null || facts.rank() != 1 || !isSmall(facts)) {
      return facts == null ? null : facts.numbers();
    }
    double[] unknown = new double[(int) facts.elementCount()];
    Arrays.fill(unknown, Double.NaN);
    return unknown;
  }

  private static boolean isSmall(TensorFacts facts) {
    return facts.isFixed() && facts.elementCount() <= MOST_AXES;
  }

  /** The axes that a list names, counted from the first. */
  static boolean[] marked(long[] axes, int rank) {
    boolean[] marked = new boolean[rank];
    LongStream.of(axes).forEach(axis -> marked[counted(axis, rank)] = true);
    return marked;
  }

  /** Tells how an axis belongs to its source. */
  void tell(Kind kind, Axis axis, Axis source, IndexMap map) {
    requireFit(axis, map.size());
    requireFit(source, map.sources());
    maps.add(new AxisMap(kind, axis, source, map));
  }

  private void requireFit(Axis axis, int size) {
    int known = size(axis);
    if (known != OPEN && size != OPEN && known != size) {
      throw new IllegalArgumentException(axis + " has " + known + " indices, not " + size);
    }
  }

  /** Tells that all of some axes are of the same size and index i of one is index i of the next. */
  void same(Kind kind, Axis axis, Axis... sources) {
    int size =
        IntStream.concat(IntStream.of(size(axis)), Arrays.stream(sources).mapToInt(this::size))
            .filter(known -> known != OPEN)
            .findFirst()
            .orElse(OPEN);
    for (Axis source : sources) {
      tell(kind, axis, source, IndexMap.same(size));
    }
  }

  /**
   * Tells of an axis of an output along which operands meet: those of size 1 are repeated, unless
   * all are. Where an operand of open size may be repeated or not, the axis stays opaque.
   */
  void meet(Axis output, Function<Axis, Kind> kind, List<Axis> operands) {
    List<Axis> wide = operands.stream().filter(operand -> size(operand) != 1).toList();
    List<Axis> meeting = wide.isEmpty() && size(output) == 1 ? operands : wide;
    if (meeting.size() < 2 || meeting.stream().noneMatch(operand -> size(operand) == OPEN)) {
      meeting.forEach(operand -> same(kind.apply(operand), output, operand));
    }
  }

  /**
   * Tells of axes of an output at which operands meet, counted from the last.
   *
   * @param axes how many axes of the output take part, from the first
   * @param taking how many axes of each operand do, from the first
   * @param operands the inputs that meet
   */
  void broadcast(int output, int axes, Function<Axis, Kind> kind, int[] operands, int[] taking) {
    for (int place = 1; place <= axes; place++) {
      List<Axis> meeting = new ArrayList<>();
      for (int i = 0; i < operands.length; i++) {
        if (taking[i] >= place) {
          meeting.add(Axis.ofInput(operands[i], taking[i] - place));
        }
      }
      meet(Axis.ofOutput(output, axes - place), kind, meeting);
    }
  }
}
