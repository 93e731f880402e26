package io.demitasse.torch.graph;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.torch.kernel.Kernel;
import io.demitasse.torch.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pairs of nodes that are computed in one pass over memory, where nobody else reads what is between
 * them:
 *
 * <pre>
 *   x ─ MatMul ─ Add b                     a product with its bias
 *   x ─ Mul a ─ Add b                      a number times one, plus another
 *   x ─┬─ HardSigmoid ─┐
 *      └───────────── Mul                  a hard swish
 *   x ─ Quantize ─┬─ Dequantize            rounded to integers and back, on one grid
 *                 └─ Dequantize
 * </pre>
 */
final class Pairs {
  private Pairs() {}

  /**
   * Two nodes, or a node with several of the same behind it, as one step.
   *
   * @param others those behind the first
   */
  record Pair(Plan.Step step, List<Node> others) {}

  /** The pair that begins with a node; empty where there is none. */
  static Optional<Pair> from(Node first) {
    Optional<Op> op = Op.of(first);
    if (op.isEmpty() || first.presentOutputs().size() != 1) {
      return Optional.empty();
    }
    if (op.get() == Op.QUANTIZE_LINEAR) {
      return roundedAndBack(first);
    }
    if (!first.output().isUsedOnce()) {
      return Optional.empty();
    }
    Value.Use use = first.output().uses().getFirst();
    if (use.node().graph() != first.graph() || use.node().inputs().size() != 2) {
      return Optional.empty();
    }
    Value other = use.node().requiredInput(1 - use.index());
    return switch (op.get()) {
      case MAT_MUL -> withShift(first, 0, use.node(), other, Kernels.PRODUCT_WITH_BIAS);
      case MUL ->
          isConstant(first.requiredInput(0))
              ? withShift(first, 1, use.node(), other, Kernels.SCALED_AND_SHIFTED)
              : withShift(first, 0, use.node(), other, Kernels.SCALED_AND_SHIFTED);
      case HARD_SIGMOID -> gated(first, use.node(), other);
      default -> Optional.empty();
    };
  }

  private static boolean isConstant(Value value) {
    return value.constant().isPresent();
  }

  /**
   * A product and the addition of a constant to it.
   *
   * @param varying the input of the product that comes first
   */
  private static Optional<Pair> withShift(
      Node product, int varying, Node addition, Value shift, Kernel kernel) {
    Value factor = product.requiredInput(1 - varying);
    boolean fits =
        Op.ADD.is(addition) && isConstant(shift) && (Op.MAT_MUL.is(product) || isConstant(factor));
    return fits
        ? Optional.of(
            pair(product, List.of(product.requiredInput(varying), factor, shift), addition, kernel))
        : Optional.empty();
  }

  private static Optional<Pair> gated(Node sigmoid, Node product, Value other) {
    return Op.MUL.is(product) && other.equals(sigmoid.requiredInput(0))
        ? Optional.of(pair(sigmoid, List.of(other), product, Kernels.HARD_GATED))
        : Optional.empty();
  }

  private static Optional<Pair> roundedAndBack(Node quantize) {
    List<Node> readers = quantize.output().uses().stream().map(Value.Use::node).toList();
    boolean fits =
        !readers.isEmpty()
            && !quantize.output().isOutput()
            && readers.stream().allMatch(reader -> isBack(quantize, reader));
    if (!fits) {
      return Optional.empty();
    }
    List<@Nullable Value> outputs = new ArrayList<>();
    readers.forEach(reader -> outputs.add(reader.output()));
    return Optional.of(
        new Pair(
            new Plan.Step(
                quantize,
                quantize.inputs(),
                outputs,
                Kernels.roundedAndBack(outputs.size()),
                List.of()),
            readers));
  }

  /** Whether a node goes back from the grid that another goes to. */
  private static boolean isBack(Node quantize, Node reader) {
    int inputs = quantize.inputs().size();
    boolean same =
        Op.DEQUANTIZE_LINEAR.is(reader)
            && reader.graph() == quantize.graph()
            && reader.inputs().size() == inputs
            && reader.intAttribute("axis", 1) == quantize.intAttribute("axis", 1);
    for (int input = 1; same && input < inputs; input++) {
      Value grid = quantize.input(input);
      same = grid != null && grid.equals(reader.input(input));
    }
    return same && quantize.intAttribute("block_size", 0) == 0;
  }

  private static Pair pair(Node first, List<@Nullable Value> inputs, Node last, Kernel kernel) {
    return new Pair(
        new Plan.Step(first, inputs, List.of(last.output()), kernel, List.of()), List.of(last));
  }
}
