package io.demitasse.media.text;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The tables that a text encoder looks its tokens and positions up in.
 *
 * @param vocabulary rows of the table that {@code input_ids} index, where there is one
 * @param positions tokens that the position table has rows for, where there is one
 */
record EmbeddingTables(OptionalLong vocabulary, OptionalLong positions) {
  /** Shorter tables tell types or languages apart, not positions. */
  private static final long FEWEST_POSITIONS = 64;

  private static final Set<String> KEEPS_VALUES =
      Set.of("Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Expand", "Flatten");

  static EmbeddingTables of(Model model, Value inputIds) {
    List<Value> words = tablesReadBy(inputIds);
    Set<Value> others = new HashSet<>(words);
    model.graph().inputs().stream()
        .filter(input -> input.name().equals("token_type_ids"))
        .forEach(types -> others.addAll(tablesReadBy(types)));
    OptionalLong vocabulary = words.stream().mapToLong(EmbeddingTables::rows).min();
    return new EmbeddingTables(vocabulary, positions(model, words, others));
  }

  /** Tables whose rows are selected by these ids, directly or after operators that keep values. */
  private static List<Value> tablesReadBy(Value ids) {
    List<Value> tables = new ArrayList<>();
    Set<Value> seen = new HashSet<>(Set.of(ids));
    Deque<Value> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (Value.Use use : open.remove().uses()) {
        Node node = use.node();
        Value table = node.is("Gather") && use.index() == 1 ? node.input(0) : null;
        if (table != null && isTable(table)) {
          tables.add(table);
        } else if (use.index() == 0 && KEEPS_VALUES.stream().anyMatch(node::is)) {
          node.presentOutputs().stream().filter(seen::add).forEach(open::add);
        }
      }
    }
    return tables;
  }

  /**
   * The shortest table beside those of words and types that has their width: looked up by positions
   * or cut to the length of the text.
   */
  private static OptionalLong positions(Model model, List<Value> words, Set<Value> others) {
    if (words.isEmpty()) {
      return OptionalLong.empty();
    }
    long width = width(words.getFirst());
    List<Value> tables = new ArrayList<>();
    model.forEachNode(
        node -> {
          boolean selects = node.is("Gather") || node.is("Slice");
          Value table = selects ? node.input(0) : null;
          if (table != null && isTable(table) && !others.contains(table) && width(table) == width) {
            tables.add(table);
          }
        });
    return tables.stream()
        .mapToLong(EmbeddingTables::rows)
        .filter(rows -> rows >= FEWEST_POSITIONS)
        .map(EmbeddingTables::withoutOffset)
        .min();
  }

  /**
   * RoBERTa and BART count positions from 2, so their tables have two rows more than tokens fit.
   */
  private static long withoutOffset(long rows) {
    return rows % 8 == 2 ? rows - 2 : rows;
  }

  private static boolean isTable(Value value) {
    return shape(value).rank() >= 2;
  }

  private static long rows(Value table) {
    return size(table, -2);
  }

  private static long width(Value table) {
    return size(table, -1);
  }

  private static long size(Value table, int axis) {
    return shape(table).sizes()[shape(table).rank() + axis];
  }

  /** The fixed shape of a constant, seen through dequantization; no dimensions for other values. */
  private static Shape shape(Value value) {
    Node producer = value.producer();
    Value stored =
        producer != null && (producer.is("DequantizeLinear") || producer.is("Cast"))
            ? producer.input(0)
            : value;
    return stored == null ? Shape.of() : stored.constant().map(Tensor::shape).orElse(Shape.of());
  }
}
