package io.demitasse.torch.graph;

import static java.util.Map.entry;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.torch.kernel.Kernels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The values of a graph that follow from constants and from the sizes of its inputs alone, so that
 * they are the same whenever the sizes are.
 */
final class FixedValues {
  /** Inputs whose elements say what sizes a result has; of all others it is their sizes. */
  private static final Map<Op, List<Integer>> SIZING =
      Map.ofEntries(
          entry(Op.AFFINE_GRID, List.of(1)),
          entry(Op.CONSTANT_OF_SHAPE, List.of(0)),
          entry(Op.EXPAND, List.of(1)),
          entry(Op.ONE_HOT, List.of(1)),
          entry(Op.PAD, List.of(1, 3)),
          entry(Op.RANGE, List.of(0, 1, 2)),
          entry(Op.RESHAPE, List.of(1)),
          entry(Op.RESIZE, List.of(1, 2, 3)),
          entry(Op.SLICE, List.of(1, 2, 3, 4)),
          entry(Op.SPLIT, List.of(1)),
          entry(Op.SQUEEZE, List.of(1)),
          entry(Op.TILE, List.of(1)),
          entry(Op.TOP_K, List.of(1)),
          entry(Op.UNSQUEEZE, List.of(1)),
          entry(Op.UPSAMPLE, List.of(1)));

  /** Operators whose results have as many elements as their inputs' elements happen to ask for. */
  private static final Set<Op> OPEN =
      Set.of(Op.COMPRESS, Op.NON_MAX_SUPPRESSION, Op.NON_ZERO, Op.UNIQUE);

  /** What is as large as a weight is not kept a second time. */
  private static final Set<Op> GROWING =
      Set.of(Op.DEQUANTIZE_LINEAR, Op.CONTRIB_DEQUANTIZE_LINEAR, Op.QUANTIZE_LINEAR);

  private final Predicate<Value> learns;
  private final Set<Value> fixed = new HashSet<>();
  private final Set<Value> formed = new HashSet<>();

  private FixedValues(Predicate<Value> learns) {
    this.learns = learns;
  }

  /**
   * The values that are made by nodes of a graph and do not vary.
   *
   * @param learns which constants vary all the same
   */
  static Set<Value> of(Graph graph, Predicate<Value> learns) {
    FixedValues values = new FixedValues(learns);
    values.formed.addAll(graph.inputs());
    for (Node node : graph.nodes()) {
      values.follow(node);
    }
    return values.fixed;
  }

  private void follow(Node node) {
    Optional<Op> known = Op.of(node).filter(Kernels::has);
    if (known.isEmpty() || !node.subgraphs().isEmpty() || OPEN.contains(known.get())) {
      return;
    }
    Op op = known.get();
    List<Value> inputs = present(node);
    if (!inputs.stream().allMatch(this::isFormed) || !isSized(node, op)) {
      return;
    }
    formed.addAll(node.presentOutputs());
    boolean ofSizes = op == Op.SHAPE || op == Op.SIZE;
    if (ofSizes
        || (op.isPure() && !GROWING.contains(op) && inputs.stream().allMatch(this::isFixed))) {
      fixed.addAll(node.presentOutputs());
    }
  }

  private boolean isSized(Node node, Op op) {
    List<Integer> sizing =
        op.type().startsWith("Reduce") ? List.of(1) : SIZING.getOrDefault(op, List.of());
    for (int input : sizing) {
      Value value = input < node.inputs().size() ? node.input(input) : null;
      if (value != null && !isFixed(value)) {
        return false;
      }
    }
    return true;
  }

  private static List<Value> present(Node node) {
    List<Value> present = new ArrayList<>();
    for (Value input : node.inputs()) {
      if (input != null) {
        present.add(input);
      }
    }
    return present;
  }

  private boolean isFormed(Value value) {
    return formed.contains(value) || value.constant().isPresent();
  }

  private boolean isFixed(Value value) {
    return fixed.contains(value) || (value.constant().isPresent() && !learns.test(value));
  }
}
