package io.demitasse.ops;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.IntegerWeight.Along;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what integers of a weight are multiplied by, in the forms in which quantizers write it:
 *
 * <pre>
 *   integers ─ DequantizeLinear(scale)
 *   integers ─ MatMulIntegerToFloat, DynamicQuantizeMatMul, QLinearConv, QLinearMatMul (scale)
 *   integers ─ MatMulInteger, ConvInteger ─ Cast ─ Mul(scale)   or   Mul(Mul(scale of x, scale))
 *   integers ─ Gather ─ Cast ─ Mul(Gather(scale))               or   Gather ─ DequantizeLinear(scale)
 * </pre>
 *
 * also where either is transposed or reshaped on the way.
 */
final class ScaleOfIntegers {
  /** Integers lie behind no more movements than these. */
  private static final int DEPTH = 8;

  private ScaleOfIntegers() {}

  /** The scales of integers along one of their axes; empty where nothing tells them. */
  static Optional<Along> of(Value integers, int rank) {
    return of(integers, rank, DEPTH);
  }

  private static Optional<Along> of(Value integers, int rank, int depth) {
    return depth == 0
        ? Optional.empty()
        : integers.uses().stream().flatMap(use -> of(use, rank, depth).stream()).findFirst();
  }

  private static Optional<Along> of(Value.Use use, int rank, int depth) {
    Node node = use.node();
    Op op = Op.of(node).orElse(null);
    if (op == null) {
      return Optional.empty();
    }
    if (op.weightInputs().contains(use.index()) && op != Op.GATHER) {
      return ofProduct(op, node, rank);
    }
    if (use.index() != 0) {
      return Optional.empty();
    }
    return switch (op) {
      case IDENTITY -> of(node.output(), rank, depth - 1);
      case TRANSPOSE ->
          of(node.output(), rank, depth - 1).map(found -> transposed(node, rank, found));
      case RESHAPE, SQUEEZE, UNSQUEEZE, FLATTEN, EXPAND, SLICE ->
          of(node.output(), rank, depth - 1).map(Along::mean);
      case GATHER -> lookedUp(node);
      case DEQUANTIZE_LINEAR, CONTRIB_DEQUANTIZE_LINEAR -> dequantized(node, rank);
      default -> Optional.empty();
    };
  }

  private static Along transposed(Node node, int rank, Along found) {
    long[] order = node.intsAttribute("perm");
    if (found.axis() < 0) {
      return found;
    }
    int axis = order.length == 0 ? rank - 1 - found.axis() : (int) order[found.axis()];
    return new Along(axis, found.numbers());
  }

  private static Optional<Along> ofProduct(Op op, Node node, int rank) {
    return switch (op) {
      case MAT_MUL_INTEGER -> factor(node.output(), rank - 1);
      case CONV_INTEGER -> factor(node.output(), 0);
      case CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL -> along(node.input(2), rank - 1);
      case CONTRIB_MAT_MUL_INTEGER_TO_FLOAT -> along(node.input(3), rank - 1);
      case QLINEAR_CONV -> along(node.input(4), 0);
      case QLINEAR_MAT_MUL -> along(node.input(4), rank - 1);
      default -> Optional.empty();
    };
  }

  private static Optional<Along> along(@Nullable Value scale, int axis) {
    return constant(scale, DEPTH).map(tensor -> new Along(axis, tensor.toFloats()));
  }

  private static Optional<Along> dequantized(Node node, int rank) {
    Optional<Tensor> scale = constant(node.input(1), DEPTH);
    if (node.intAttribute("block_size", 0) != 0) {
      return scale.map(tensor -> Along.all(tensor.toFloats()));
    }
    int axis = (int) node.intAttribute("axis", 1);
    return scale.map(tensor -> new Along(axis < 0 ? axis + rank : axis, tensor.toFloats()));
  }

  /** Rows that are looked up have a scale each, which is looked up too, or one together. */
  private static Optional<Along> lookedUp(Node gather) {
    int axis = (int) gather.intAttribute("axis", 0);
    if (axis != 0) {
      return Optional.empty();
    }
    return factor(gather.output(), 0)
        .or(
            () ->
                gather.output().uses().stream()
                    .filter(use -> use.index() == 0 && isDequantization(use.node()))
                    .flatMap(use -> dequantized(use.node(), 0).stream())
                    .map(Along::mean)
                    .findFirst());
  }

  static boolean isDequantization(Node node) {
    return Op.DEQUANTIZE_LINEAR.is(node) || Op.CONTRIB_DEQUANTIZE_LINEAR.is(node);
  }

  /** The constant that sums of integers are multiplied by, as floats. */
  private static Optional<Along> factor(Value sums, int axis) {
    return sums.uses().stream()
        .map(Value.Use::node)
        .filter(Op.CAST::is)
        .flatMap(cast -> cast.output().uses().stream())
        .filter(use -> Op.MUL.is(use.node()))
        .flatMap(use -> factorOf(use.node().input(1 - use.index())).stream())
        .map(scale -> new Along(axis, scale.toFloats()))
        .findFirst();
  }

  private static Optional<Tensor> factorOf(@Nullable Value factor) {
    Optional<Tensor> constant = constant(factor, DEPTH);
    if (constant.isPresent() || factor == null || factor.producer() == null) {
      return constant;
    }
    Node producer = Objects.requireNonNull(factor.producer());
    if (Op.GATHER.is(producer)) {
      return constant(producer.input(0), DEPTH);
    }
    return Op.MUL.is(producer)
        ? constant(producer.input(0), DEPTH).or(() -> constant(producer.input(1), DEPTH))
        : Optional.empty();
  }

  /** The float constant that a value is, or is reshaped from. */
  private static Optional<Tensor> constant(@Nullable Value value, int depth) {
    if (value == null || depth == 0) {
      return Optional.empty();
    }
    Optional<Tensor> constant = value.constant();
    if (constant.isPresent()) {
      return constant.filter(
          tensor -> tensor.dataType().isFloatingPoint() && tensor.elementCount() > 0);
    }
    Node producer = value.producer();
    return producer != null && Parameters.passesOn(producer)
        ? constant(producer.input(0), depth - 1)
        : Optional.empty();
  }
}
