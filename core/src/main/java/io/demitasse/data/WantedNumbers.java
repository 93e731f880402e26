package io.demitasse.data;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the operators that read an input want its numbers to be, where the numbers tell them where
 * to look, how much to take or how long something is.
 *
 * @param least the smallest number that all of them take
 * @param most the largest, inclusive; not below {@code least}
 * @param exact the number at each place where any other would be arbitrary; null where all between
 *     are as good
 */
public record WantedNumbers(double least, double most, @Nullable ByPlace exact) {
  static final WantedNumbers ANY =
      new WantedNumbers(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, null);

  /** A number for each place, in row-major order. */
  public interface ByPlace {
    double at(int place);
  }

  static WantedNumbers between(double least, double most) {
    return new WantedNumbers(least, Math.max(least, most), null);
  }

  static WantedNumbers exactly(double number) {
    return exactly(_ -> number);
  }

  static WantedNumbers exactly(ByPlace number) {
    return new WantedNumbers(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, number);
  }

  /** Whether there is a smallest and a largest number. */
  public boolean isBounded() {
    return Double.isFinite(least) && Double.isFinite(most);
  }

  /**
   * Follows an input to everything that reads it, directly or after being cast, moved, or counted
   * on from a constant.
   *
   * @param shapes at the sizes that the input is made of
   */
  public static WantedNumbers of(Value input, InferredShapes shapes) {
    Deque<Shifted> open = new ArrayDeque<>();
    Set<Value> seen = new HashSet<>();
    open.add(new Shifted(input, 0));
    WantedNumbers wanted = ANY;
    while (!open.isEmpty()) {
      Shifted shifted = open.remove();
      if (!seen.add(shifted.value)) {
        continue;
      }
      for (Value.Use use : shifted.value.uses()) {
        Optional<WantedNumbers> own =
            OperatorNumbers.of(use.node(), use.index(), shapes)
                .map(numbers -> numbers.shifted(-shifted.by));
        if (own.isPresent()) {
          wanted = wanted.and(own.get());
        } else {
          shifted.behind(use).ifPresent(by -> addOutputs(open, use.node(), by));
        }
      }
    }
    return wanted;
  }

  private static void addOutputs(Deque<Shifted> open, Node node, double by) {
    node.presentOutputs().forEach(output -> open.add(new Shifted(output, by)));
  }

  /**
   * A value that follows from the input.
   *
   * @param by what has been added on the way
   */
  private record Shifted(Value value, double by) {

    /** What has been added behind a node; empty where it makes other numbers. */
    OptionalDouble behind(Value.Use use) {
      Node node = use.node();
      boolean moved = use.index() == 0 && Op.of(node).filter(Op::movesElements).isPresent();
      if (moved || Op.CONCAT.is(node) || Op.CAST.is(node)) {
        return OptionalDouble.of(by);
      }
      if (Op.ADD.is(node) || (Op.SUB.is(node) && use.index() == 0)) {
        double sign = Op.ADD.is(node) ? 1 : -1;
        return constant(node.input(1 - use.index()))
            .map(number -> OptionalDouble.of(by + sign * number))
            .orElse(OptionalDouble.empty());
      }
      return OptionalDouble.empty();
    }

    private static Optional<Double> constant(@Nullable Value value) {
      return Optional.ofNullable(value)
          .flatMap(Value::constant)
          .filter(tensor -> tensor.elementCount() == 1)
          .map(Tensor::toDoubles)
          .map(numbers -> numbers[0]);
    }
  }

  private WantedNumbers shifted(double by) {
    ByPlace number = exact;
    return new WantedNumbers(least + by, most + by, number == null ? null : i -> number.at(i) + by);
  }

  /** What suits both; where nothing does, the first goes before. */
  private WantedNumbers and(WantedNumbers other) {
    double low = Math.max(least, other.least);
    return new WantedNumbers(
        low, Math.max(low, Math.min(most, other.most)), exact == null ? other.exact : exact);
  }
}
