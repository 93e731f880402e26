package io.demitasse.passes.tokens;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Picks the tokens that matter most, in their order, and puts them back.
 *
 * <pre>
 *   kept ─────────────────────────────────────┐
 *   others ─┬─ score ─ TopK ─ in order ─┐     │
 *           └─────────────────────── GatherND ─ Concat
 * </pre>
 */
final class TokenSelection {
  private static final long ALL = Long.MAX_VALUE;

  private final int others;
  private final int kept;
  private final int left;

  /**
   * @param tokens how many come in
   * @param kept how many of the first of them stay in any case
   * @param left how many of the others stay
   */
  TokenSelection(int tokens, int kept, int left) {
    this.others = tokens - kept;
    this.kept = kept;
    this.left = left;
  }

  /**
   * What was picked.
   *
   * @param vectors {@code [batch, kept + left, width]}
   * @param rest the vectors of all that were dropped, {@code [batch, dropped, width]}
   * @param order where those that were picked and then those that were dropped stood, {@code
   *     [batch, others]}
   */
  record Selected(Value vectors, Value rest, Value order) {}

  /**
   * @param vectors {@code [batch, tokens, width]}
   * @param shares what each token finds of each, {@code [batch, heads, tokens, tokens]}; null where
   *     the score does not ask for it
   */
  Selected select(TokenNodes nodes, Value vectors, TokenScore score, @Nullable Value shares) {
    Value candidates = nodes.slice("others", vectors, 1, kept, ALL, 1);
    Value scores =
        switch (score) {
          case NORM -> nodes.reduced(Op.REDUCE_L2, "score", candidates, 2, false);
          case ATTENTION -> attention(nodes, Objects.requireNonNull(shares));
          case DIVERSITY -> diversity(nodes, candidates);
        };
    Value ranked = nodes.ranked("ranked", scores, others, true);
    Value picked = nodes.rising("picked", nodes.slice("most", ranked, 1, 0, left, 1), left);
    Value dropped = nodes.slice("dropped", ranked, 1, left, ALL, 1);
    List<Value> stay = new ArrayList<>();
    if (kept > 0) {
      stay.add(nodes.slice("kept", vectors, 1, 0, kept, 1));
    }
    stay.add(nodes.vectors("picked.vectors", candidates, picked));
    return new Selected(
        nodes.concat("tokens", 1, stay),
        nodes.vectors("dropped.vectors", candidates, dropped),
        nodes.concat("order", 1, List.of(picked, dropped)));
  }

  private Value attention(TokenNodes nodes, Value shares) {
    Value first = nodes.slice("shares.first", shares, 2, 0, 1, 1);
    Value mean =
        nodes.reduced(
            Op.REDUCE_MEAN,
            "shares.mean",
            nodes.reduced(Op.REDUCE_MEAN, "shares.row", first, 2, false),
            1,
            false);
    return nodes.slice("score", mean, 1, kept, ALL, 1);
  }

  /** The largest cosine to a longer one, or to an earlier one of the same length, turned around. */
  private Value diversity(TokenNodes nodes, Value candidates) {
    Value length = nodes.reduced(Op.REDUCE_L2, "length", candidates, 2, true);
    Value tiny = nodes.numbers("tiny", new long[0], 1e-12f);
    Value directions =
        nodes.op(
            Op.DIV, "direction", candidates, nodes.op(Op.MAX, "length.positive", length, tiny));
    Value columns = nodes.transposed("direction.column", directions, 0, 2, 1);
    Value cosines = nodes.op(Op.MAT_MUL, "similarity", directions, columns);
    Value row = nodes.transposed("length.row", length, 0, 2, 1);
    Value longer = nodes.op(Op.GREATER, "longer", row, length);
    Value equal =
        nodes.op(Op.AND, "earlier.equal", nodes.op(Op.EQUAL, "equal", row, length), earlier(nodes));
    Value counts = nodes.op(Op.OR, "counts", longer, equal);
    Value none = nodes.numbers("none", new long[0], -2);
    Value nearest =
        nodes.reduced(
            Op.REDUCE_MAX,
            "nearest",
            nodes.op(Op.WHERE, "counted", counts, cosines, none),
            2,
            false);
    return nodes.op(Op.NEG, "score", nearest);
  }

  /** Which columns stand before which row. */
  private Value earlier(TokenNodes nodes) {
    Value columns = nodes.integers("columns", new long[] {1, 1, others}, TokenNodes.places(others));
    Value rows = nodes.integers("rows", new long[] {1, others, 1}, TokenNodes.places(others));
    return nodes.op(Op.LESS, "earlier", columns, rows);
  }

  /**
   * Puts what became of the picked tokens back between the dropped ones, which are as they were.
   *
   * @param vectors what became of them, {@code [batch, kept + left, width]}
   */
  Value restored(TokenNodes nodes, Value vectors, Selected selected) {
    Value picked = nodes.slice("picked", vectors, 1, kept, ALL, 1);
    Value all = nodes.concat("all", 1, List.of(picked, selected.rest()));
    Value places = nodes.ranked("place", selected.order(), others, false);
    Value inOrder = nodes.vectors("vectors", all, places);
    return kept == 0
        ? inOrder
        : nodes.concat("tokens", 1, List.of(nodes.slice("kept", vectors, 1, 0, kept, 1), inOrder));
  }
}
