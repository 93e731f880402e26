package io.demitasse.passes.factorize;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.passes.factorize.Projection.None;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.DependencyGraph;
import io.demitasse.prune.Dimension;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where queries meet keys, and what makes them.
 *
 * @param scores the product of all queries and all keys
 * @param places the group whose units are the places of heads, of which all heads lose the same
 */
record HeadSite(Node scores, Projection query, Projection key, ChannelGroup places) {
  /** What may stand between scores and what shares are made of them. */
  private static final Set<Op> MASKING =
      Set.of(Op.ADD, Op.DIV, Op.MUL, Op.WHERE, Op.RESHAPE, Op.IDENTITY);

  /**
   * The site that a product is; null where it is none.
   *
   * @param refused is told why, where scores are made and heads have to stay as they are
   */
  static @Nullable HeadSite of(
      Node node, DependencyGraph graph, InferredShapes shapes, Consumer<String> refused) {
    if (!areScores(node)) {
      return null;
    }
    try {
      Projection query = Projection.behind(node.requiredInput(0));
      Projection key = Projection.behind(node.requiredInput(1));
      int rank = shapes.rank(node.requiredInput(0)).orElse(0);
      ChannelGroup places =
          rank == 0
              ? null
              : graph.around(new Dimension(node.requiredInput(0), rank - 1), refused).orElse(null);
      HeadSite site = places == null ? null : new HeadSite(node, query, key, places);
      if (site != null && !site.isRegular()) {
        refused.accept("queries and keys have not the same heads");
        return null;
      }
      return site;
    } catch (None e) {
      refused.accept(e.reason());
      return null;
    }
  }

  private static boolean areScores(Node node) {
    return Op.MAT_MUL.is(node)
        && node.constantInput(0).isEmpty()
        && node.constantInput(1).isEmpty()
        && becomeShares(node.output());
  }

  private static boolean becomeShares(Value value) {
    if (!value.isUsedOnce()) {
      return false;
    }
    Node reader = value.uses().getFirst().node();
    return Op.SOFTMAX.is(reader)
        || (Op.of(reader).filter(MASKING::contains).isPresent() && becomeShares(reader.output()));
  }

  /** Whether each place is one of each head, of as many queries as keys. */
  private boolean isRegular() {
    return places.slice(new Dimension(query.weight(), 1)).isPresent()
        && places.slice(new Dimension(key.weight(), 1)).isPresent()
        && heads() * size() == query.width()
        && heads() * size() == key.width()
        && columns(key, 0).length == heads()
        && places.constants().stream()
            .map(slice -> slice.dimension().value())
            .allMatch(
                value ->
                    value == query.weight()
                        || value == key.weight()
                        || value == query.bias()
                        || value == key.bias());
  }

  int heads() {
    return columns(query, 0).length;
  }

  /** How many places a head has. */
  int size() {
    return places.units();
  }

  /** The columns of a weight that are some places of all heads, in order: head by head. */
  int[] columns(Projection projection, int... ofHeads) {
    int[] columns =
        places
            .slice(new Dimension(projection.weight(), 1))
            .orElseThrow()
            .map()
            .gather(ofHeads)
            .clone();
    Arrays.sort(columns);
    return columns;
  }
}
