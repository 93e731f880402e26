package io.demitasse.media.text;

import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ops.LookupTables;
import java.util.ArrayList;
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

  static EmbeddingTables of(Model model, Value inputIds) {
    List<Value> words = LookupTables.readBy(inputIds);
    Set<Value> others = new HashSet<>(words);
    model.graph().inputs().stream()
        .filter(input -> input.name().equals("token_type_ids"))
        .forEach(types -> others.addAll(LookupTables.readBy(types)));
    OptionalLong vocabulary = words.stream().mapToLong(LookupTables::rows).min();
    return new EmbeddingTables(vocabulary, positions(model, words, others));
  }

  /**
   * The shortest table beside those of words and types that has their width: looked up by positions
   * or cut to the length of the text.
   */
  private static OptionalLong positions(Model model, List<Value> words, Set<Value> others) {
    if (words.isEmpty()) {
      return OptionalLong.empty();
    }
    long width = LookupTables.width(words.getFirst());
    List<Value> tables = new ArrayList<>();
    model.forEachNode(
        node -> {
          boolean selects = node.is("Gather") || node.is("Slice");
          Value table = selects ? node.input(0) : null;
          if (table != null
              && LookupTables.isTable(table)
              && !others.contains(table)
              && LookupTables.width(table) == width) {
            tables.add(table);
          }
        });
    return tables.stream()
        .mapToLong(LookupTables::rows)
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
}
