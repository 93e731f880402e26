package io.demitasse.data;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the tables that an input of indices looks up. */
final class EmbeddingRows {
  private EmbeddingRows() {}

  /**
   * The rows of the smallest table that a value indexes, directly or after being cast and moved;
   * empty when it indexes none.
   */
  static OptionalLong of(Value indices) {
    Deque<Value> open = new ArrayDeque<>();
    Set<Value> seen = new HashSet<>();
    open.add(indices);
    OptionalLong least = OptionalLong.empty();
    while (!open.isEmpty()) {
      Value value = open.remove();
      if (!seen.add(value)) {
        continue;
      }
      for (Value.Use use : value.uses()) {
        OptionalLong rows = rows(use.node(), use.index());
        if (rows.isPresent()) {
          least = OptionalLong.of(Math.min(rows.getAsLong(), least.orElse(Long.MAX_VALUE)));
        } else if (passesOn(use.node())) {
          open.addAll(use.node().presentOutputs());
        }
      }
    }
    return least;
  }

  private static boolean passesOn(Node node) {
    return Op.CAST.is(node) || Op.of(node).filter(Op::movesElements).isPresent();
  }

  private static OptionalLong rows(Node node, int index) {
    if (Op.GATHER.is(node) || Op.CONTRIB_GATHER_BLOCK_QUANTIZED.is(node)) {
      String key = Op.GATHER.is(node) ? "axis" : "gather_axis";
      return index == 1 && node.intAttribute(key, 0) == 0
          ? rows(node.input(0))
          : OptionalLong.empty();
    }
    if (Op.CONTRIB_EMBED_LAYER_NORMALIZATION.is(node) && index < 2) {
      return rows(node.input(index == 0 ? 2 : 4));
    }
    return OptionalLong.empty();
  }

  private static OptionalLong rows(@Nullable Value table) {
    if (table == null) {
      return OptionalLong.empty();
    }
    Node producer = table.producer();
    Optional<Tensor> content =
        producer != null && isDequantization(producer)
            ? producer.constantInput(0)
            : table.constant();
    return content.filter(tensor -> tensor.rank() > 0).stream()
        .mapToLong(tensor -> tensor.size(0))
        .findFirst();
  }

  private static boolean isDequantization(Node node) {
    return Op.DEQUANTIZE_LINEAR.is(node) || Op.CONTRIB_DEQUANTIZE_LINEAR.is(node);
  }
}
