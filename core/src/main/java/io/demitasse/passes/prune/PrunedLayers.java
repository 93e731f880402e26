package io.demitasse.passes.prune;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Finiteness;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The layers of a model whose single weights a step may set to zero. */
final class PrunedLayers {
  private static final Set<Op> PRODUCTS = Set.of(Op.MAT_MUL, Op.GEMM, Op.CONV);

  private final PruneWeights pass;
  private final List<PrunedLayer> all = new ArrayList<>();
  private final Map<Node, String> refused = new LinkedHashMap<>();

  private PrunedLayers(PruneWeights pass) {
    this.pass = pass;
  }

  static PrunedLayers of(PruneWeights pass, PassContext context) {
    PrunedLayers layers = new PrunedLayers(pass);
    for (Node node : context.nodes()) {
      Op.of(node).ifPresent(op -> layers.add(node, op));
    }
    return layers;
  }

  /** Those that can have zeros, whether they have them or not. */
  List<PrunedLayer> all() {
    return all;
  }

  /** Why others stay as they are. */
  Map<Node, String> refused() {
    return refused;
  }

  private void add(Node node, Op op) {
    for (int input : op.weightInputs()) {
      Value value = node.input(input);
      if (value != null && (op != Op.GATHER || pass.tables())) {
        quantized(value).ifPresent(why -> refused.put(node, why));
        boolean known = PRODUCTS.contains(op) || op == Op.GATHER;
        if (known && value.constant().isPresent() && !refused.containsKey(node)) {
          add(new PrunedLayer(node, input));
        }
      }
    }
  }

  private void add(PrunedLayer layer) {
    unfit(layer).ifPresentOrElse(why -> refused.put(layer.node(), why), () -> all.add(layer));
  }

  private static Optional<String> quantized(Value value) {
    Node producer = value.producer();
    boolean dequantized = producer != null && Op.DEQUANTIZE_LINEAR.is(producer);
    boolean integers =
        value
            .constant()
            .filter(content -> content.rank() > 1 && !content.dataType().isFloatingPoint())
            .filter(content -> content.dataType() != DataType.STRING)
            .filter(content -> content.dataType().bits() <= Byte.SIZE)
            .isPresent();
    return dequantized || integers
        ? Optional.of("its weight '" + value.name() + "' is quantized: prune before that")
        : Optional.empty();
  }

  private Optional<String> unfit(PrunedLayer layer) {
    Tensor tensor = layer.tensor();
    String weight = "its weight '" + layer.weight().name() + "' ";
    boolean convolution = Op.CONV.is(layer.node());
    if (tensor.dataType() != DataType.FLOAT) {
      return Optional.of(weight + "is " + tensor + ", expected float");
    }
    if (convolution ? tensor.rank() < 3 : tensor.rank() != 2) {
      return Optional.of(
          weight + "is " + tensor + ", expected " + (convolution ? "a window" : "a matrix"));
    }
    if (layer.isTable() && layer.node().intAttribute("axis", 0) != 0) {
      return Optional.of("it takes columns, expected rows of a table");
    }
    if (tensor.elementCount() < Math.max(1, pass.minimumElements())) {
      return Optional.of(
          weight
              + "has "
              + tensor.elementCount()
              + " elements, fewer than "
              + pass.minimumElements());
    }
    return shared(layer)
        .or(() -> pass.zeros().unfit(layer))
        .or(
            () ->
                Finiteness.isFinite(tensor)
                    ? Optional.empty()
                    : Optional.of(weight + "holds a NaN or an infinity"));
  }

  private static Optional<String> shared(PrunedLayer layer) {
    Value value = layer.weight();
    if (value.isOutput()) {
      return Optional.of("its weight '" + value.name() + "' is a graph output");
    }
    return value.uses().stream()
        .filter(use -> !use.equals(new Value.Use(layer.node(), layer.input())))
        .findFirst()
        .map(use -> "its weight '" + value.name() + "' is also read by " + use.node());
  }
}
