package io.demitasse.data;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What one operator wants of the numbers in one of its inputs. */
final class OperatorNumbers {
  private static final Set<Op> RECURRENT = Set.of(Op.LSTM, Op.GRU, Op.RNN);
  private static final Set<Op> REDUCING =
      Set.of(
          Op.REDUCE_L1,
          Op.REDUCE_L2,
          Op.REDUCE_LOG_SUM,
          Op.REDUCE_LOG_SUM_EXP,
          Op.REDUCE_MAX,
          Op.REDUCE_MEAN,
          Op.REDUCE_MIN,
          Op.REDUCE_PROD,
          Op.REDUCE_SUM,
          Op.REDUCE_SUM_SQUARE);

  /** Classes, elements of a range and the like, where the model leaves it open how many. */
  private static final int SOME = 8;

  private final Node node;
  private final InferredShapes shapes;

  private OperatorNumbers(Node node, InferredShapes shapes) {
    this.node = node;
    this.shapes = shapes;
  }

  /** Empty where an operator computes with the numbers rather than being told by them. */
  static Optional<WantedNumbers> of(Node node, int index, InferredShapes shapes) {
    return Op.of(node).flatMap(op -> new OperatorNumbers(node, shapes).of(op, index));
  }

  private Optional<WantedNumbers> of(Op op, int index) {
    if (RECURRENT.contains(op)) {
      return index == 4
          ? Optional.of(lengths(node.intAttribute("layout", 0) == 1 ? 1 : 0))
          : none();
    }
    if (REDUCING.contains(op)) {
      return index == 1 ? Optional.of(WantedNumbers.exactly(place -> place)) : none();
    }
    return indexing(op, index).or(() -> sizing(op, index)).or(() -> setting(op, index));
  }

  /** Numbers that point into another input. */
  private Optional<WantedNumbers> indexing(Op op, int index) {
    return switch (op) {
      case GATHER, GATHER_ELEMENTS, SCATTER, SCATTER_ELEMENTS ->
          when(index == 1, () -> inside(0, node.intAttribute("axis", 0)));
      case CONTRIB_GATHER_BLOCK_QUANTIZED ->
          when(index == 1, () -> inside(0, node.intAttribute("gather_axis", 0)));
      case CONTRIB_EMBED_LAYER_NORMALIZATION ->
          index < 2 ? Optional.of(inside(index == 0 ? 2 : 4, 0)) : none();
      case GATHER_ND, SCATTER_ND -> when(index == 1, this::insideAll);
      case ONE_HOT ->
          index == 0
              ? Optional.of(WantedNumbers.between(0, depth() - 1))
              : when(index == 1, () -> WantedNumbers.exactly(SOME));
      case REVERSE_SEQUENCE ->
          when(index == 1, () -> lengths((int) node.intAttribute("time_axis", 0)));
      case ROI_ALIGN -> when(index == 2, () -> WantedNumbers.exactly(0));
      default -> none();
    };
  }

  /** Numbers that say how large something is, or where it begins and ends. */
  private Optional<WantedNumbers> sizing(Op op, int index) {
    return switch (op) {
      case RESHAPE -> when(index == 1, this::target);
      case EXPAND, TILE, TOP_K -> when(index == 1, () -> WantedNumbers.exactly(1));
      case CONSTANT_OF_SHAPE -> Optional.of(WantedNumbers.exactly(SOME));
      case PAD -> when(index == 1, () -> WantedNumbers.exactly(0));
      case RANGE -> Optional.of(WantedNumbers.exactly(index == 0 ? 0 : index == 1 ? SOME : 1));
      case SLICE -> index == 0 ? none() : Optional.of(sliced(index));
      case RESIZE ->
          index == 2
              ? Optional.of(WantedNumbers.exactly(1))
              : when(index == 3, () -> WantedNumbers.exactly(place -> (double) size(0, place, 1)));
      case UPSAMPLE -> when(index == 1, () -> WantedNumbers.exactly(1));
      case SPLIT -> when(index == 1, this::shares);
      default -> none();
    };
  }

  /** Axes, counts and switches. */
  private Optional<WantedNumbers> setting(Op op, int index) {
    return switch (op) {
      case UNSQUEEZE -> when(index == 1, () -> WantedNumbers.exactly(place -> place));
      case SQUEEZE -> when(index == 1, () -> WantedNumbers.exactly(this::axisOfOne));
      case CUM_SUM, TRILU -> when(index == 1, () -> WantedNumbers.exactly(0));
      case DROPOUT -> index == 0 ? none() : Optional.of(WantedNumbers.exactly(0));
      case DIV, MOD -> when(index == 1 && divides(), () -> WantedNumbers.between(1, 100));
      case BIT_SHIFT -> when(index == 1, () -> WantedNumbers.between(0, 7));
      case LOOP -> index > 1 ? none() : Optional.of(WantedNumbers.exactly(index == 0 ? 2 : 1));
      case NON_MAX_SUPPRESSION ->
          index < 2 ? none() : Optional.of(WantedNumbers.exactly(index == 2 ? SOME : 0.5));
      case QUANTIZE_LINEAR, DEQUANTIZE_LINEAR ->
          when(index == 1, () -> WantedNumbers.between(0.01, 0.1));
      default -> none();
    };
  }

  private static Optional<WantedNumbers> none() {
    return Optional.empty();
  }

  private static Optional<WantedNumbers> when(
      boolean applies, java.util.function.Supplier<WantedNumbers> wanted) {
    return applies ? Optional.of(wanted.get()) : none();
  }

  private boolean divides() {
    return Optional.ofNullable(node.input(1))
        .flatMap(shapes::dataType)
        .filter(type -> !type.isFloatingPoint())
        .isPresent();
  }

  private WantedNumbers inside(int input, long axis) {
    return WantedNumbers.between(0, (double) size(input, axis, Long.MAX_VALUE) - 1);
  }

  /** Below the least of the sizes that the last axis of the indices counts through. */
  private WantedNumbers insideAll() {
    long from = node.intAttribute("batch_dims", 0);
    long depth = size(1, -1, 1);
    long least =
        LongStream.range(from, from + Math.min(depth, SOME))
            .map(axis -> size(0, axis, Long.MAX_VALUE))
            .min()
            .orElse(1);
    return WantedNumbers.between(0, (double) least - 1);
  }

  private WantedNumbers lengths(int timeAxis) {
    return WantedNumbers.exactly((double) size(0, timeAxis, 1));
  }

  private double depth() {
    return Optional.ofNullable(node.input(1))
        .flatMap(shapes::of)
        .map(TensorFacts::numbers)
        .filter(numbers -> numbers.length == 1 && numbers[0] >= 1)
        .map(numbers -> numbers[0])
        .orElse((double) SOME);
  }

  /** The sizes of what is viewed, with the last axis for all that is left. */
  private WantedNumbers target() {
    Optional<long[]> data = sizes(0);
    long places = size(1, 0, 1);
    long @Nullable [] declared =
        sizes(node.output())
            .filter(sizes -> sizes.length == places && LongStream.of(sizes).allMatch(s -> s >= 0))
            .orElse(null);
    return WantedNumbers.exactly(
        place -> {
          if (declared != null) {
            return (double) declared[place];
          }
          return place == places - 1
              ? -1
              : data.filter(sizes -> place < sizes.length)
                  .map(sizes -> (double) sizes[place])
                  .orElse(1.0);
        });
  }

  /** From the first to the last, along the first axes. */
  private WantedNumbers sliced(int index) {
    return switch (index) {
      case 1 -> WantedNumbers.exactly(0);
      case 2 -> WantedNumbers.exactly(Integer.MAX_VALUE);
      case 3 -> WantedNumbers.exactly(place -> place);
      default -> WantedNumbers.exactly(1);
    };
  }

  /** Equal shares, and what is left for the first. */
  private WantedNumbers shares() {
    long all = size(0, node.intAttribute("axis", 0), 1);
    long count = Math.max(1, size(1, 0, node.outputs().size()));
    return WantedNumbers.exactly(place -> (double) (all / count + (place == 0 ? all % count : 0)));
  }

  /** The axis of size 1 that comes at a place among all of them. */
  private double axisOfOne(int place) {
    long[] sizes = sizes(0).orElse(new long[0]);
    return IntStream.range(0, sizes.length)
        .filter(axis -> sizes[axis] == 1)
        .skip(place)
        .findFirst()
        .orElse(place);
  }

  private long size(int input, long axis, long otherwise) {
    return sizes(input).stream()
        .flatMapToLong(
            sizes -> {
              long counted = axis < 0 ? axis + sizes.length : axis;
              return counted < 0 || counted >= sizes.length || sizes[(int) counted] < 0
                  ? LongStream.empty()
                  : LongStream.of(sizes[(int) counted]);
            })
        .findFirst()
        .orElse(otherwise);
  }

  private Optional<long[]> sizes(int input) {
    return sizes(node.input(input));
  }

  private Optional<long[]> sizes(@Nullable Value value) {
    return Optional.ofNullable(value).flatMap(shapes::of).map(TensorFacts::sizes);
  }
}
