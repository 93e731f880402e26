package io.demitasse.ops;

import io.demitasse.ir.DataType;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
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
          double[] numbers = input.numbers();
          return input.withNumbers(
              numbers == null
                  ? null
                  : Arrays.stream(numbers)
                      .map(
                          number ->
                              Double.isNaN(number)
                                  ? number
                                  : Exact.computed(
                                      operator.applyAsDouble(number), input.dataType()))
                      .toArray());
        });
  }

  static TensorFacts cast(NodeFacts node) {
    return cast(node.input(0), node.typeAttribute("to", DataType.FLOAT));
  }

  static TensorFacts castLike(NodeFacts node) {
    return cast(node.input(0), node.type(1));
  }

  private static TensorFacts cast(TensorFacts input, DataType type) {
    double[] numbers = input.numbers();
    return input
        .withType(type)
        .withNumbers(
            numbers == null
                ? null
                : Arrays.stream(numbers)
                    .map(number -> Exact.cast(number, input.dataType(), type))
                    .toArray());
  }

  /** What an operator makes of two elements of a type. */
  @FunctionalInterface
  interface Typed {
    double of(double one, double other, DataType type);
  }

  /** Two operands, broadcast; the output has the type of the first. */
  static ShapeRule binary(DoubleBinaryOperator operator) {
    return typed((a, b, type) -> Exact.of(operator, a, b, type));
  }

  /** The same of an operator to which the type makes a difference. */
  static ShapeRule typed(Typed operator) {
    return ShapeRule.one(node -> combined(node.input(0), node.input(1), operator, node.type(0)));
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
          return combined(node.input(0), node.input(1), typed, DataType.BOOL);
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
            result = combined(result, node.input(i), typed, type);
          }
          return result;
        });
  }

  /** Operands at these places, broadcast, of which no content is followed. */
  static ShapeRule broadcast(int... inputs) {
    return ShapeRule.one(
        node -> {
          TensorFacts result = node.input(inputs[0]);
          long[] sizes = result.sizes();
          for (int input : inputs) {
            sizes = Sizes.broadcast(sizes, node.sizes(input));
          }
          return result.withSizes(sizes);
        });
  }

  static TensorFacts where(NodeFacts node) {
    TensorFacts yes = node.input(1);
    TensorFacts no = node.input(2);
    long[] sizes = Sizes.broadcast(node.sizes(0), Sizes.broadcast(yes.sizes(), no.sizes()));
    TensorFacts result = yes.withSizes(sizes);
    double[] conditions = node.input(0).numbers();
    if (conditions == null || yes.numbers() == null || no.numbers() == null || sizes.length > 1) {
      return result;
    }
    double[] numbers = new double[(int) Math.max(0, result.elementCount())];
    for (int i = 0; i < numbers.length; i++) {
      double condition = at(conditions, i);
      numbers[i] =
          Double.isNaN(condition)
              ? Double.NaN
              : condition != 0 ? at(yes.numbers(), i) : at(no.numbers(), i);
    }
    return result.withNumbers(numbers);
  }

  private static TensorFacts combined(
      TensorFacts one, TensorFacts other, Typed operator, DataType type) {
    TensorFacts result = TensorFacts.of(type, Sizes.broadcast(one.sizes(), other.sizes()));
    return result.withNumbers(combined(one, other, operator, result));
  }

  private static double @Nullable [] combined(
      TensorFacts one, TensorFacts other, Typed operator, TensorFacts result) {
    double[] left = one.numbersOrUnknown();
    double[] right = other.numbersOrUnknown();
    boolean followed = one.numbers() != null || other.numbers() != null;
    if (!followed || left == null || right == null || result.rank() > 1 || !result.isFixed()) {
      return null;
    }
    double[] numbers = new double[(int) result.elementCount()];
    for (int i = 0; i < numbers.length; i++) {
      double a = at(left, i);
      double b = at(right, i);
      boolean known = !Double.isNaN(a) && !Double.isNaN(b);
      numbers[i] = known ? operator.of(a, b, result.dataType()) : Double.NaN;
    }
    return numbers;
  }

  /** An element of a vector that is repeated when it has but one. */
  private static double at(double[] numbers, int index) {
    return numbers[numbers.length == 1 ? 0 : index];
  }
}
