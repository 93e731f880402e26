package io.demitasse.rewrite;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Whether an operand makes the result of an element-wise operator larger than the other operand, in
 * rank or in a size: a number of shape [1,1,1] does that to a matrix, and eight numbers do it to
 * one of one column. A node that takes the place of such operators has the shape of what it reads,
 * and is wrong then.
 */
public final class Widening {
  private static final Set<Op> BROADCASTING =
      EnumSet.of(Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.POW, Op.MIN, Op.MAX);

  private Widening() {}

  /**
   * Whether an operand may widen another.
   *
   * @param other empty when not even the rank is known
   */
  public static boolean isPossible(Shape operand, Optional<Shape> other) {
    int rank = other.map(Shape::rank).orElse(0);
    if (operand.rank() > rank) {
      return true;
    }
    for (int i = 1; i <= operand.rank(); i++) {
      Dim size = operand.dim(-i);
      if (!size.equals(Dim.of(1)) && !size.equals(other.orElseThrow().dim(-i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Why the constants that element-wise nodes combine a value with may widen it; empty when none
   * does.
   *
   * @param shape of the value, as far as it is proved
   */
  public static Optional<String> byConstants(List<Node> nodes, Value value, Optional<Shape> shape) {
    return nodes.stream()
        .filter(node -> Op.of(node).filter(BROADCASTING::contains).isPresent())
        .flatMap(node -> node.inputs().stream())
        .filter(Objects::nonNull)
        .flatMap(input -> reason(input, value, shape).stream())
        .findFirst();
  }

  private static Optional<String> reason(Value input, Value value, Optional<Shape> shape) {
    Optional<Tensor> constant = input.constant();
    if (constant.isEmpty() || !isPossible(constant.get().shape(), shape)) {
      return Optional.empty();
    }
    boolean rank = constant.get().rank() > shape.map(Shape::rank).orElse(0);
    return Optional.of(
        "'"
            + input.name()
            + "' "
            + (rank
                ? "has more dimensions than " + value.name() + " is known to have"
                : "is " + constant.get() + " and may be larger than '" + value.name() + "'"));
  }
}
