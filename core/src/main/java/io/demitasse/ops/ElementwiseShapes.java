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
                      .map(number -> settled(operator.applyAsDouble(number), input.dataType()))
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
                : Arrays.stream(numbers).map(number -> settled(number, type)).toArray());
  }

  /** Two operands, broadcast; the output has the type of the first. */
  static ShapeRule binary(DoubleBinaryOperator operator) {
    return ShapeRule.one(node -> combined(node.input(0), node.input(1), operator, node.type(0)));
  }

  /** Two operands, broadcast; 1 is true. */
  static ShapeRule comparison(DoubleBinaryOperator operator) {
    return ShapeRule.one(node -> combined(node.input(0), node.input(1), operator, DataType.BOOL));
  }

  /** Any number of operands, broadcast together. */
  static ShapeRule variadic(DoubleBinaryOperator operator) {
    return ShapeRule.one(
        node -> {
          TensorFacts result = node.input(0);
          for (int i = 1; i < node.node().inputs().size(); i++) {
            result = combined(result, node.input(i), operator, result.dataType());
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
      TensorFacts one, TensorFacts other, DoubleBinaryOperator operator, DataType type) {
    TensorFacts result = TensorFacts.of(type, Sizes.broadcast(one.sizes(), other.sizes()));
    return result.withNumbers(combined(one, other, operator, result));
  }

  private static double @Nullable [] combined(
      TensorFacts one, TensorFacts other, DoubleBinaryOperator operator, TensorFacts result) {
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
      numbers[i] = known ? settled(operator.applyAsDouble(a, b), result.dataType()) : Double.NaN;
    }
    return numbers;
  }

  /** An element of a vector that is repeated when it has but one. */
  private static double at(double[] numbers, int index) {
    return numbers[numbers.length == 1 ? 0 : index];
  }

  /**
   * A result as its type can hold it: integers are cut towards zero, as the runtime divides them.
   */
  static double settled(double number, DataType type) {
    if (Double.isNaN(number)) {
      return number;
    }
    return switch (type) {
      case BOOL -> number != 0 ? 1 : 0;
      case FLOAT -> (float) number;
      case INT64, INT32, INT16, INT8, UINT64, UINT32, UINT16, UINT8 ->
          number < 0 ? Math.ceil(number) : Math.floor(number);
      default -> number;
    };
  }
}
