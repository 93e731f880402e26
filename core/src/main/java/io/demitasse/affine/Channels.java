package io.demitasse.affine;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a value of floats.
 *
 * @param count how many there are
 * @param rank how many dimensions the value has
 * @param axis which of them the channels are, negative from the last
 */
public record Channels(int count, int rank, int axis) {
  private static final List<Op> ARITHMETIC = List.of(Op.MUL, Op.ADD, Op.SUB, Op.DIV);

  /** The first reader in the same graph that combines a value with a constant, or null. */
  public static @Nullable Node step(Value value) {
    return value.uses().stream()
        .filter(use -> use.node().graph() == value.graph())
        .filter(use -> isStep(use.node(), use.index()))
        .map(Value.Use::node)
        .findFirst()
        .orElse(null);
  }

  /** Whether a node combines one of its inputs with a constant of floats. */
  public static boolean isStep(Node node, int index) {
    if (Op.BATCH_NORMALIZATION.is(node)) {
      return index == 0;
    }
    return ARITHMETIC.stream().anyMatch(operator -> operator.is(node))
        && (index == 0 || !Op.DIV.is(node))
        && node.constantInput(1 - index)
            .filter(constant -> constant.dataType() == DataType.FLOAT)
            .isPresent();
  }

  /**
   * What a step does to each channel.
   *
   * @throws NotFoldable when it does something else, or what no float can hold
   */
  public ChannelAffine affine(Node step, Value value) {
    ChannelAffine affine =
        Op.BATCH_NORMALIZATION.is(step) ? normalization(step) : arithmetic(step, value);
    if (!affine.isFinite()) {
      throw new NotFoldable("it divides by zero or has numbers that are not finite");
    }
    return affine;
  }

  private ChannelAffine normalization(Node norm) {
    Optional<String> unfit = ChannelAffine.unfit(norm);
    if (unfit.isPresent()) {
      throw new NotFoldable(unfit.get());
    }
    ChannelAffine affine = ChannelAffine.ofNormalization(norm);
    if (rank + axis != 1 || affine.factors().length != count) {
      throw new NotFoldable("it does not normalize the " + count + " channels before");
    }
    return affine;
  }

  private ChannelAffine arithmetic(Node step, Value value) {
    boolean first = step.requiredInput(0) == value;
    double[] numbers = along(step.requiredInput(first ? 1 : 0));
    double[] ones = ChannelAffine.identity(count).factors();
    double[] zeros = new double[count];
    return switch (Op.of(step).orElseThrow()) {
      case MUL -> new ChannelAffine(numbers, zeros);
      case DIV -> new ChannelAffine(mapped(numbers, number -> 1 / number), zeros);
      case ADD -> new ChannelAffine(ones, numbers);
      default ->
          first
              ? new ChannelAffine(ones, mapped(numbers, number -> -number))
              : new ChannelAffine(mapped(ones, number -> -number), numbers);
    };
  }

  private static double[] mapped(double[] numbers, DoubleUnaryOperator map) {
    return Arrays.stream(numbers).map(map).toArray();
  }

  private double[] along(Value constant) {
    Tensor tensor = constant.constant().orElseThrow();
    if (tensor.rank() <= rank) {
      if (tensor.elementCount() == 1) {
        double[] numbers = new double[count];
        Arrays.fill(numbers, tensor.toFloats()[0]);
        return numbers;
      }
      if (tensor.elementCount() == count && tensor.rank() >= -axis && tensor.size(axis) == count) {
        return tensor.toDoubles();
      }
    }
    throw new NotFoldable(
        "'"
            + constant.name()
            + "' is "
            + tensor
            + ", expected one number, or one for each of "
            + count
            + " channels");
  }
}
