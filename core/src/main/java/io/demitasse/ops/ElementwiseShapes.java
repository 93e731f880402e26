package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rules of operators that work element by element; they also follow small contents, of which shapes
 * are made.
 */
final class ElementwiseShapes {
  private ElementwiseShapes() {}

  static ShapeRule unary(DoubleUnaryOperator operator) {
    return ShapeRule.one(
        node -> {
          TensorFacts input = node.input(0);
          Content content = input.content();
          return input.with(
              content == null
                  ? null
                  : content.mapped(
                      number -> Exact.computed(operator.applyAsDouble(number), input.dataType())));
        });
  }

  static TensorFacts cast(NodeFacts node) {
    return cast(node.input(0), node.typeAttribute("to", DataType.FLOAT));
  }

  static TensorFacts castLike(NodeFacts node) {
    return cast(node.input(0), node.type(1));
  }

  private static TensorFacts cast(TensorFacts input, DataType type) {
    Content content = input.content();
    if (content == null) {
      return input.withType(type);
    }
    Content cast = content.mapped(number -> Exact.cast(number, input.dataType(), type));
    return input
        .withType(type)
        .with(holdsSizes(type) ? new Content(cast.numbers(), content.symbols()) : cast);
  }

  /** Whether a type holds every size as it is; others wrap or round. */
  private static boolean holdsSizes(DataType type) {
    return type == DataType.INT64 || type == DataType.INT32;
  }

  /** What an operator makes of two elements of a type. */
  @FunctionalInterface
  interface Typed {
    double of(double one, double other, DataType type);
  }

  /**
   * An operator on two elements.
   *
   * @param neutralLeft the left operand that gives the right one, NaN when there is none
   * @param neutralRight the right operand that gives the left one, NaN when there is none
   */
  private record Operator(Typed typed, double neutralLeft, double neutralRight) {
    Operator(Typed typed) {
      this(typed, Double.NaN, Double.NaN);
    }

    /** The size that varies and comes out of two elements; unknown when none does. */
    Dim symbol(Content one, int left, Content other, int right) {
      if (other.number(right) == neutralRight) {
        return one.symbol(left);
      }
      return one.number(left) == neutralLeft ? other.symbol(right) : Dim.UNKNOWN;
    }
  }

  /**
   * Two operands, broadcast, of which one may be neutral, on the left or on the right; the output
   * has the type of the first.
   */
  static ShapeRule binary(DoubleBinaryOperator operator, double neutralLeft, double neutralRight) {
    return typed((a, b, type) -> Exact.of(operator, a, b, type), neutralLeft, neutralRight);
  }

  /** The same of an operator to which the type makes a difference. */
  static ShapeRule typed(Typed typed, double neutralLeft, double neutralRight) {
    Operator operator = new Operator(typed, neutralLeft, neutralRight);
    return ShapeRule.one(
        node -> combined(node, node.input(0), node.input(1), operator, node.type(0)));
  }

  /** Two operands, broadcast; 1 is true. */
  static ShapeRule comparison(DoubleBinaryOperator operator) {
    return ShapeRule.one(
        node -> {
          DataType compared = node.type(0);
          Typed typed =
              (a, b, _) ->
                  compared.isFloatingPoint() || (Exact.known(a) && Exact.known(b))
                      ? operator.applyAsDouble(a, b)
                      : Double.NaN;
          return combined(node, node.input(0), node.input(1), new Operator(typed), DataType.BOOL);
        });
  }

  /** Any number of operands, broadcast together. */
  static ShapeRule variadic(DoubleBinaryOperator operator) {
    return ShapeRule.one(
        node -> {
          TensorFacts result = node.input(0);
          for (int i = 1; i < node.node().inputs().size(); i++) {
            DataType type = result.dataType();
            Typed typed = (a, b, _) -> Exact.of(operator, a, b, type);
            result = combined(node, result, node.input(i), new Operator(typed), type);
          }
          return result;
        });
  }

  /** Operands at these places, broadcast, of which no content is followed. */
  static ShapeRule broadcast(int... inputs) {
    return ShapeRule.one(
        node -> {
          TensorFacts first = node.input(inputs[0]);
          Dim[] sizes = first.dims();
          for (int input : inputs) {
            sizes = node.symbols().broadcast(sizes, node.sizes(input));
          }
          return first.withSizes(sizes);
        });
  }

  /** All operands that are there, broadcast. */
  static ShapeRule broadcastAll() {
    return node ->
        broadcast(IntStream.range(0, node.node().inputs().size()).filter(node::has).toArray())
            .outputs(node);
  }

  static TensorFacts where(NodeFacts node) {
    TensorFacts yes = node.input(1);
    TensorFacts no = node.input(2);
    Dim[] sizes =
        node.symbols().broadcast(node.sizes(0), node.symbols().broadcast(yes.dims(), no.dims()));
    TensorFacts result = yes.withSizes(sizes);
    Content conditions = node.input(0).content();
    Content ifTrue = yes.content();
    Content ifFalse = no.content();
    if (conditions == null || ifTrue == null || ifFalse == null || sizes.length > 1) {
      return result;
    }
    int length = (int) Math.max(0, result.elementCount());
    Content both = Content.concat(List.of(ifTrue, ifFalse));
    return result.with(
        both.picked(
            length,
            i -> {
              double condition = conditions.number(place(conditions, i));
              return Double.isNaN(condition)
                  ? -1
                  : condition != 0 ? place(ifTrue, i) : ifTrue.length() + place(ifFalse, i);
            }));
  }

  private static TensorFacts combined(
      NodeFacts node, TensorFacts one, TensorFacts other, Operator operator, DataType type) {
    TensorFacts result = TensorFacts.of(type, node.symbols().broadcast(one.dims(), other.dims()));
    return result.with(combined(one, other, operator, result));
  }

  private static @Nullable Content combined(
      TensorFacts one, TensorFacts other, Operator operator, TensorFacts result) {
    Content left = one.contentOrUnknown();
    Content right = other.contentOrUnknown();
    boolean followed = one.content() != null || other.content() != null;
    if (!followed || left == null || right == null || result.rank() > 1 || !result.isFixed()) {
      return null;
    }
    double[] numbers = new double[(int) result.elementCount()];
    Dim[] symbols = Sizes.open(numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      int from = place(left, i);
      int with = place(right, i);
      double a = left.number(from);
      double b = right.number(with);
      boolean known = !Double.isNaN(a) && !Double.isNaN(b);
      numbers[i] = known ? operator.typed.of(a, b, result.dataType()) : Double.NaN;
      symbols[i] = operator.symbol(left, from, right, with);
    }
    return Content.of(numbers, symbols);
  }

  /** Where an element of a vector is that is repeated when it has but one. */
  private static int place(Content content, int index) {
    return content.length() == 1 ? 0 : index;
  }
}
