package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which constants are scales of integers, and which of these can be learned (Esser et al., Learned
 * Step Size Quantization, ICLR 2020).
 *
 * <p>A scale stays where integer kernels of the runtime demand that it is equal to others: beside a
 * bias of 32 bits, whose scale is the product of two more, and around nodes that only move
 * integers.
 */
final class LearnedScales {
  private static final int DEPTH = 8;

  private LearnedScales() {}

  /** Whether a constant is a scale wherever it is read. */
  static boolean isScale(Value constant) {
    return !constant.uses().isEmpty()
        && isReadBy(constant, DEPTH, use -> takes(use.node(), use.index()));
  }

  /** Whether a scale can be moved alone. */
  static boolean isFree(Value scale) {
    return scale.constant().filter(IntegerWeight::isPositive).isPresent()
        && isReadBy(
            scale, DEPTH, use -> takes(use.node(), use.index()) && isFree(use.node(), scale));
  }

  private static boolean isReadBy(
      Value value, int depth, java.util.function.Predicate<Value.Use> allowed) {
    return depth > 0
        && !value.isOutput()
        && value.uses().stream()
            .allMatch(
                use ->
                    (use.index() == 0 && Parameters.passesOn(use.node()))
                        ? isReadBy(use.node().output(), depth - 1, allowed)
                        : allowed.test(use));
  }

  /** Whether a node takes an input for a scale of integers. */
  static boolean takes(Node node, int input) {
    return Op.of(node)
        .map(
            op ->
                switch (op) {
                  case QUANTIZE_LINEAR,
                      DEQUANTIZE_LINEAR,
                      CONTRIB_QUANTIZE_LINEAR,
                      CONTRIB_DEQUANTIZE_LINEAR ->
                      input == 1;
                  case CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL -> input == 2;
                  case CONTRIB_MAT_MUL_INTEGER_TO_FLOAT -> input == 3;
                  case MUL -> isScaleOrSum(node.input(1 - input));
                  case GATHER -> input == 0 && multipliesIntegers(node.output());
                  default -> false;
                })
        .orElse(false);
  }

  /** Whether a value is the scale of an activation, or integers as floats. */
  private static boolean isScaleOrSum(@Nullable Value value) {
    Node producer = value == null ? null : value.producer();
    if (producer == null) {
      return false;
    }
    return (Op.DYNAMIC_QUANTIZE_LINEAR.is(producer) && Objects.equals(value, producer.output(1)))
        || isCastOfIntegers(producer);
  }

  private static boolean isCastOfIntegers(Node node) {
    Value integers = Op.CAST.is(node) ? node.input(0) : null;
    Node maker = integers == null ? null : integers.producer();
    return maker != null
        && (Op.MAT_MUL_INTEGER.is(maker)
            || Op.CONV_INTEGER.is(maker)
            || (Op.GATHER.is(maker)
                && maker
                    .constantInput(0)
                    .filter(tensor -> IntegerWeight.isIntegers(tensor.dataType()))
                    .isPresent()));
  }

  private static boolean multipliesIntegers(Value rows) {
    return !rows.uses().isEmpty()
        && rows.uses().stream()
            .allMatch(
                use -> Op.MUL.is(use.node()) && isScaleOrSum(use.node().input(1 - use.index())));
  }

  private static boolean isFree(Node reader, Value scale) {
    if (ScaleOfIntegers.isDequantization(reader)) {
      return isFreeBehind(reader, scale);
    }
    return !isQuantization(reader) || isFreeBefore(reader, scale);
  }

  private static boolean isQuantization(Node node) {
    return Op.QUANTIZE_LINEAR.is(node) || Op.CONTRIB_QUANTIZE_LINEAR.is(node);
  }

  /** What is quantized by a scale is taken back by the same one. */
  private static boolean isFreeBefore(Node quantize, Value scale) {
    Node producer = quantize.requiredInput(0).producer();
    return (producer == null || !isEqualOnBothSides(producer))
        && !quantize.output().uses().isEmpty()
        && quantize.output().uses().stream()
            .allMatch(
                use ->
                    ScaleOfIntegers.isDequantization(use.node())
                        && Objects.equals(use.node().input(1), scale));
  }

  private static boolean isFreeBehind(Node dequantize, Value scale) {
    Node quantize = dequantize.requiredInput(0).producer();
    if (quantize != null && isQuantization(quantize) && !Objects.equals(quantize.input(1), scale)) {
      return false;
    }
    boolean weight = isConstant(dequantize.requiredInput(0));
    return dequantize.output().uses().stream()
        .map(Value.Use::node)
        .noneMatch(reader -> hasWholeBias(reader) || (!weight && isEqualOnBothSides(reader)));
  }

  private static boolean isConstant(Value value) {
    Node producer = value.producer();
    return value.constant().isPresent()
        || (producer != null
            && Parameters.passesOn(producer)
            && producer.constantInput(0).isPresent());
  }

  /** Whether integers go through a node as they are. */
  private static boolean isEqualOnBothSides(Node node) {
    return Op.of(node).filter(op -> op.movesElements() || op == Op.RESIZE).isPresent();
  }

  /** Whether a node adds a bias whose scale is the product of those of its other inputs. */
  private static boolean hasWholeBias(Node node) {
    for (Value input : node.inputs()) {
      Node producer = input == null ? null : input.producer();
      if (producer != null
          && ScaleOfIntegers.isDequantization(producer)
          && producer
              .constantInput(0)
              .map(Tensor::dataType)
              .filter(DataType.INT32::equals)
              .isPresent()) {
        return true;
      }
    }
    return false;
  }
}
