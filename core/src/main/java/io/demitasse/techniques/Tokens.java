package io.demitasse.techniques;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.Where;
import io.demitasse.passes.tokens.MergeTokens;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Step;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Reduction;
import io.demitasse.search.Technique;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Merges tokens of vision transformers that are alike where time is limited: no weight changes, so
 * that nothing has to be trained, and what samples and time there are to train win back what is
 * lost. Sizes stay what they are.
 *
 * @param precision how a part is written in fewer bits
 * @param isWanted whether the budget asks for less time and for nothing that this cannot save
 */
record Tokens(Precision precision, boolean isWanted, Map<String, String> teaching)
    implements Technique {
  private static final String MERGED = "merge-tokens";

  /** Twentieths of the tokens. */
  private static final int PIECES = 20;

  /** How many of them go at most. */
  private static final int MOST = 15;

  static Tokens of(Goal goal, Precision precision) {
    boolean isWanted = Structure.limitsTime(goal.budget()) && !Structure.limitsSize(goal.budget());
    return new Tokens(precision, isWanted, goal.recoveryOr(Structure.TEACHING));
  }

  @Override
  public List<Reduction> reductions(String part, Bundle bundle, Knowledge known) {
    if (!isWanted || !MergeTokens.findsTokens(bundle.part(part))) {
      return List.of();
    }
    List<Step> recovery =
        known.trains()
            ? List.of(Passes.step(Structure.TAUGHT, teaching, Where.ofPart(part)))
            : List.of();
    return List.of(
        new Reduction(part, cuts(part), recovery, precision.unmeasured(part, bundle, known)));
  }

  /** Tokens get fewer from block to block: a block has half of what goes in the end, on average. */
  private static List<Reduction.Cut> cuts(String part) {
    return IntStream.rangeClosed(1, MOST)
        .mapToObj(
            gone -> {
              double ratio = (double) (PIECES - gone) / PIECES;
              return new Reduction.Cut(
                  (1 + ratio) / 2,
                  Passes.step(MERGED, Map.of("ratio", String.valueOf(ratio)), Where.ofPart(part)));
            })
        .toList();
  }
}
