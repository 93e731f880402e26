package io.demitasse.passes.clean;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import io.demitasse.pass.PassContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How much may be computed from constants: a few nodes can ask for more memory than there is, by
 * doubling one another's results.
 */
final class FoldingLimit {
  /** What all results together may take beyond a few times the constants there are. */
  private static final long SPARE_BYTES = 64L << 20;

  private static final int TIMES = 4;

  /** Operators whose results can be larger than what they take, told by numbers they are given. */
  private static final Set<Op> GROWING =
      Set.of(
          Op.CENTER_CROP_PAD,
          Op.CONCAT,
          Op.CONSTANT_OF_SHAPE,
          Op.EXPAND,
          Op.ONE_HOT,
          Op.PAD,
          Op.RANGE,
          Op.RESIZE,
          Op.TILE,
          Op.UPSAMPLE);

  private final InferredShapes shapes;
  private long left;

  /**
   * @param shapes what is known of the model's values
   */
  FoldingLimit(Model model, InferredShapes shapes) {
    this.shapes = shapes;
    long[] constants = {0};
    model.forEachGraph(graph -> constants[0] += constantBytes(graph));
    this.left = SPARE_BYTES + TIMES * constants[0];
  }

  private static long constantBytes(Graph graph) {
    return graph.values().stream()
        .mapToLong(value -> value.constant().map(content -> content.byteSize()).orElse(0L))
        .sum();
  }

  /** Those of the nodes, in order, whose results are within the limit, and all they need. */
  List<Node> within(List<Node> nodes, PassContext context) {
    List<Node> kept = new ArrayList<>();
    Set<Value> missing = new HashSet<>();
    for (Node node : nodes) {
      long bytes = bytes(node);
      boolean computable = node.inputs().stream().noneMatch(missing::contains);
      if (computable && bytes >= 0 && bytes <= left) {
        left -= bytes;
        kept.add(node);
      } else {
        missing.addAll(node.presentOutputs());
        context.skipped(
            node,
            !computable
                ? "it depends on one that is not computed"
                : bytes < 0
                    ? "how large its result would be is not known"
                    : "its result would take " + bytes + " bytes");
      }
    }
    return kept;
  }

  /** Bytes of the results as far as they are known; -1 when they may be of any size. */
  private long bytes(Node node) {
    long sum = 0;
    for (Value output : node.presentOutputs()) {
      long bytes = shapes.of(output).map(TensorFacts::bytes).orElse(TensorFacts.OPEN);
      if (bytes == TensorFacts.OPEN && Op.of(node).filter(GROWING::contains).isPresent()) {
        return -1;
      }
      sum += Math.max(0, bytes);
    }
    return sum;
  }
}
