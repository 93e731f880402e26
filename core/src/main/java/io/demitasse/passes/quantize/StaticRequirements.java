package io.demitasse.passes.quantize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Finiteness;
import io.demitasse.ops.Op;
import java.util.Optional;

/** What integer kernels want of a node. */
final class StaticRequirements {
  private StaticRequirements() {}

  /** Why a node cannot compute in integers; empty when it can. */
  static Optional<String> unmet(Node node, Op op) {
    for (int input : StaticPlan.integerInputs(node, op)) {
      Value value = node.input(input);
      if (value != null
          && value.constant().isPresent()
          && !Finiteness.isFinite(value.constant().get())) {
        return Optional.of("its constant '" + value.name() + "' holds a NaN or an infinity");
      }
    }
    if (node.presentOutputs().size() > 1) {
      return Optional.of("it has several outputs");
    }
    if (op == Op.GEMM
        && (node.realAttribute("alpha", 1) != 1 || node.realAttribute("beta", 1) != 1)) {
      return Optional.of("its alpha and beta are not 1");
    }
    return op.biasInput().isEmpty() ? Optional.empty() : unmetByBias(node, op);
  }

  private static Optional<String> unmetByBias(Node node, Op op) {
    Value bias = node.input(op.biasInput().getAsInt());
    if (bias == null) {
      return Optional.empty();
    }
    Optional<Tensor> weight = node.constantInput(1);
    if (weight.isEmpty()) {
      return Optional.of("it has a bias but its weight is not constant");
    }
    long channels = weight.get().size(op.channelAxis(node, 1).orElseThrow());
    boolean fits =
        bias.constant()
            .filter(tensor -> tensor.dataType() == DataType.FLOAT && tensor.rank() == 1)
            .filter(tensor -> tensor.elementCount() == channels && Finiteness.isFinite(tensor))
            .isPresent();
    return fits
        ? Optional.empty()
        : Optional.of(
            "its bias '" + bias.name() + "' is not one constant number for each output channel");
  }
}
