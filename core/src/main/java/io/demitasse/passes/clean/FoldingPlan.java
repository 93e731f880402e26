package io.demitasse.passes.clean;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses which constant nodes are worth replacing by their results.
 *
 * <p>Nodes that read one another, or the same large constant, are weighed together: what their
 * results take against the large constants that only they read. While a group grows the model by
 * more than the limit, the node with its largest result is taken out, and so what that node reads
 * becomes a result.
 *
 * <pre>
 *   w ─┬─ Slice ─┬─ Concat ── LSTM        grows by nothing, for w goes
 *      └─ Slice ─┘
 *   1 ── Expand ── Neg ── Add             Neg goes out, then Expand
 * </pre>
 */
final class FoldingPlan {
  private final Map<Value, Tensor> results;
  private final long maximumGrowth;
  private final Set<Node> accepted;
  private final Map<Node, Long> refused = new LinkedHashMap<>();

  /**
   * @param candidates nodes in order, all of whose outputs have a result
   */
  FoldingPlan(List<Node> candidates, Map<Value, Tensor> results, long maximumGrowth) {
    this.results = results;
    this.maximumGrowth = maximumGrowth;
    this.accepted = new LinkedHashSet<>(candidates);
    while (refuseLargest()) {
      // each turn takes one node out of every group that is too large
    }
  }

  /** The nodes to replace, in order. */
  Set<Node> accepted() {
    return accepted;
  }

  /** The nodes to leave, with the bytes of their results. */
  Map<Node, Long> refused() {
    return refused;
  }

  /**
   * Whether a value must be there after folding: a node that stays reads it, or its graph returns
   * it.
   */
  boolean isResult(Value value) {
    return value.isOutput() || !value.uses().stream().allMatch(u -> accepted.contains(u.node()));
  }

  private boolean refuseLargest() {
    boolean any = false;
    for (List<Node> group : groups()) {
      if (growth(group) > maximumGrowth) {
        Node largest =
            group.stream().max(Comparator.comparingLong(this::resultBytes)).orElseThrow();
        refused.put(largest, resultBytes(largest));
        accepted.remove(largest);
        any = true;
      }
    }
    return any;
  }

  private long growth(List<Node> group) {
    Set<Value> freed = new LinkedHashSet<>();
    group.forEach(node -> freed.addAll(largeConstants(node)));
    freed.removeIf(this::isResult);
    long taken = group.stream().mapToLong(this::resultBytes).sum();
    return taken - freed.stream().mapToLong(value -> bytes(value.constant())).sum();
  }

  private long resultBytes(Node node) {
    return node.presentOutputs().stream()
        .filter(this::isResult)
        .mapToLong(output -> bytes(Optional.ofNullable(results.get(output))))
        .sum();
  }

  private static long bytes(Optional<Tensor> tensor) {
    return tensor.map(Tensor::byteSize).orElse(0L);
  }

  private List<Value> largeConstants(Node node) {
    List<Value> large = new ArrayList<>();
    for (Value input : node.inputs()) {
      if (input != null && bytes(input.constant()) > maximumGrowth) {
        large.add(input);
      }
    }
    return large;
  }

  private Collection<List<Node>> groups() {
    Map<Object, Object> parents = new HashMap<>();
    for (Node node : accepted) {
      for (Value input : node.inputs()) {
        Node producer = input == null ? null : input.producer();
        if (producer != null && accepted.contains(producer)) {
          parents.put(root(producer, parents), root(node, parents));
        }
      }
      for (Value constant : largeConstants(node)) {
        parents.put(root(constant, parents), root(node, parents));
      }
    }
    Map<Object, List<Node>> groups = new LinkedHashMap<>();
    for (Node node : accepted) {
      groups.computeIfAbsent(root(node, parents), _ -> new ArrayList<>()).add(node);
    }
    return groups.values();
  }

  /**
   * Who stands for the group of a node or constant: follows the parents to the one that is its own.
   */
  private static Object root(Object member, Map<Object, Object> parents) {
    Object root = member;
    while (parents.getOrDefault(root, root) != root) {
      root = parents.getOrDefault(root, root);
    }
    // The next question goes straight to the answer, so that long chains do not add up.
    if (root != member) {
      parents.put(member, root);
    }
    return root;
  }
}
