package io.demitasse.ops;

import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tables of constants of which numbers select rows, such as embeddings of tokens. */
public final class LookupTables {
  private static final Set<Op> KEEPS_NUMBERS =
      Set.of(Op.CAST, Op.IDENTITY, Op.RESHAPE, Op.SQUEEZE, Op.UNSQUEEZE, Op.EXPAND, Op.FLATTEN);

  private LookupTables() {}

  /** Tables whose rows are selected by numbers, directly or behind operators that keep them. */
  public static List<Value> readBy(Value numbers) {
    List<Value> tables = new ArrayList<>();
    Set<Value> seen = new HashSet<>(Set.of(numbers));
    Deque<Value> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (Value.Use use : open.remove().uses()) {
        Value table = table(use);
        if (table != null && isTable(table)) {
          tables.add(table);
        } else if (use.index() == 0 && KEEPS_NUMBERS.stream().anyMatch(op -> op.is(use.node()))) {
          use.node().presentOutputs().stream().filter(seen::add).forEach(open::add);
        }
      }
    }
    return tables;
  }

  /** What a use selects from. */
  private static @Nullable Value table(Value.Use use) {
    Node node = use.node();
    if (use.index() == 1 && (Op.GATHER.is(node) || Op.CONTRIB_GATHER_BLOCK_QUANTIZED.is(node))) {
      return node.input(0);
    }
    // Words and segments, each beside the numbers that select them.
    return use.index() < 2 && Op.CONTRIB_EMBED_LAYER_NORMALIZATION.is(node)
        ? node.input(use.index() + 2)
        : null;
  }

  /** Whether a value is a constant with rows, also behind dequantization. */
  public static boolean isTable(Value value) {
    return shape(value).rank() >= 2;
  }

  /** How many rows a table has. */
  public static long rows(Value table) {
    return size(table, -2);
  }

  /** How many numbers a row has. */
  public static long width(Value table) {
    return size(table, -1);
  }

  private static long size(Value table, int axis) {
    return shape(table).sizes()[shape(table).rank() + axis];
  }

  /** The fixed shape of a constant, seen through dequantization; no dimensions for other values. */
  private static Shape shape(Value value) {
    Node producer = value.producer();
    Value stored =
        producer != null && (Op.DEQUANTIZE_LINEAR.is(producer) || Op.CAST.is(producer))
            ? producer.input(0)
            : value;
    return stored == null ? Shape.of() : stored.constant().map(Tensor::shape).orElse(Shape.of());
  }
}
