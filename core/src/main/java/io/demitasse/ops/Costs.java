package io.demitasse.ops;

import static io.demitasse.ops.TensorFacts.OPEN;
import static java.util.Map.entry;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Multiply-accumulates of nodes at known shapes; additions, comparisons and single products are not
 * counted.
 */
public final class Costs {
  @FunctionalInterface
  private interface Rule {
    Dim count(Op op, NodeFacts node);
  }

  /** The operators that multiply and accumulate. */
  private static final Map<Op, Rule> RULES =
      Map.ofEntries(
          entry(Op.CONV, convolution(1)),
          entry(Op.CONV_INTEGER, convolution(1)),
          entry(
              Op.CONV_TRANSPOSE,
              (_, x) -> Sizes.product(Sizes.product(x.sizes(0)), windowOf(x, 1))),
          entry(Op.DEFORM_CONV, convolution(1)),
          entry(Op.EINSUM, Costs::einsum),
          entry(Op.GEMM, Costs::transposable),
          entry(Op.GRU, recurrence(3)),
          entry(Op.LSTM, recurrence(4)),
          entry(Op.MAT_MUL, Costs::matrixProduct),
          entry(Op.MAT_MUL_INTEGER, Costs::matrixProduct),
          entry(Op.QLINEAR_CONV, convolution(3)),
          entry(Op.QLINEAR_MAT_MUL, Costs::matrixProduct),
          entry(Op.RNN, recurrence(1)),
          entry(Op.CONTRIB_ATTENTION, Costs::selfAttention),
          entry(Op.CONTRIB_DYNAMIC_QUANTIZE_LSTM, recurrence(4)),
          entry(Op.CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL, Costs::matrixProduct),
          entry(Op.CONTRIB_FUSED_CONV, convolution(1)),
          entry(Op.CONTRIB_FUSED_GEMM, Costs::transposable),
          entry(Op.CONTRIB_FUSED_MAT_MUL, Costs::transposable),
          entry(Op.CONTRIB_MAT_MUL_INTEGER_TO_FLOAT, Costs::matrixProduct),
          entry(Op.CONTRIB_MAT_MUL_N_BITS, Costs::matrixProduct),
          entry(Op.CONTRIB_MULTI_HEAD_ATTENTION, Costs::crossAttention),
          entry(Op.CONTRIB_QATTENTION, Costs::selfAttention),
          entry(Op.CONTRIB_QGEMM, Costs::transposable));

  private Costs() {}

  /**
   * The multiply-accumulates of one run of a node, without those of its nested graphs.
   *
   * @return 0 for operators that have none, empty when the operator or a size that matters is not
   *     known
   */
  public static OptionalLong multiplyAccumulates(Node node, InferredShapes shapes) {
    Optional<Op> op = Op.of(node);
    if (op.isEmpty()) {
      return OptionalLong.empty();
    }
    List<@Nullable TensorFacts> inputs = new ArrayList<>();
    for (Value input : node.inputs()) {
      inputs.add(input == null ? null : shapes.of(input).orElse(null));
    }
    try {
      long count = Sizes.number(count(op.get(), new NodeFacts(node, inputs, new Symbols())));
      return count == OPEN ? OptionalLong.empty() : OptionalLong.of(count);
    } catch (NotInferable | IndexOutOfBoundsException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  private static Dim count(Op op, NodeFacts node) {
    Rule rule = RULES.get(op);
    return rule == null ? Sizes.ZERO : rule.count(op, node);
  }

  /** Every output takes as many products as the left operand has columns. */
  private static Dim matrixProduct(Op op, NodeFacts node) {
    return Sizes.product(outputs(op, node), node.size(0, -1));
  }

  private static Dim transposable(Op op, NodeFacts node) {
    boolean transposed = node.attribute("transA", 0) != 0;
    return Sizes.product(outputs(op, node), node.size(0, transposed ? -2 : -1));
  }

  private static Rule convolution(int weight) {
    return (op, node) -> Sizes.product(outputs(op, node), windowOf(node, weight));
  }

  private static Rule recurrence(int gates) {
    return (op, node) -> recurrence(op, node, gates);
  }

  /** Every combination of what the letters of the equation run through. */
  private static Dim einsum(Op op, NodeFacts node) {
    return Sizes.product(GeneratorShapes.letters(node).values().toArray(Dim[]::new));
  }

  private static Dim[] output(Op op, NodeFacts node) {
    TensorFacts first = OutputShapes.outputs(op, node).getFirst();
    if (first == null) {
      throw new NotInferable("nothing is known of its first output");
    }
    return first.dims();
  }

  private static Dim outputs(Op op, NodeFacts node) {
    return Sizes.product(output(op, node));
  }

  /**
   * Elements of a weight [out, in / group, kernel...] that go into one output, or come from one
   * input.
   */
  private static Dim windowOf(NodeFacts node, int weight) {
    Dim[] sizes = node.sizes(weight);
    return Sizes.product(Sizes.range(sizes, 1, sizes.length));
  }

  /** Each state takes, for each gate, the input and the state before. */
  private static Dim recurrence(Op op, NodeFacts node, int gates) {
    Dim[] states = output(op, node);
    Dim taken = Sizes.plus(node.size(0, 2), states[states.length - 1]);
    return Sizes.product(Sizes.product(states), Sizes.times(taken, gates));
  }

  /** Each query against each key, and each weight times each value. */
  private static Dim crossAttention(Op op, NodeFacts node) {
    Dim[] output = output(op, node);
    Dim keys = node.has(1) ? node.size(1, node.rank(1) == 4 ? 2 : 1) : node.size(0, 1);
    return attention(output, keys, node.rank(0) == 3 ? node.size(0, 2) : output[2]);
  }

  private static Dim selfAttention(Op op, NodeFacts node) {
    Dim[] output = output(op, node);
    Dim projection = Sizes.product(output[0], output[1], node.size(0, 2), node.size(1, -1));
    return Sizes.plus(projection, attention(output, output[1], output[2]));
  }

  private static Dim attention(Dim[] output, Dim keys, Dim hidden) {
    return Sizes.product(output[0], output[1], keys, Sizes.plus(hidden, output[2]));
  }
}
