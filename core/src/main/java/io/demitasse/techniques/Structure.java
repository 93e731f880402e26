package io.demitasse.techniques;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.Where;
import io.demitasse.recipe.Step;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Reduction;
import io.demitasse.search.Technique;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Removes channels, neurons and heads, or where that does not do, stores weights as products of
 * thin ones; trains what is left to give what the original gives, and writes it in fewer bits as it
 * would have been. Without samples and time to train nothing is removed: few models stay right.
 *
 * <p>Thin factors save bytes where they are few, and time only where they are much fewer: a search
 * measures both, so that those are kept that pay.
 *
 * @param precision how a part is written in fewer bits
 */
record Structure(Precision precision) implements Technique {
  private static final String PRUNED = "prune-channels";
  private static final String FACTORIZED = "factorize";
  private static final String TAUGHT = "distill";

  /**
   * Weights that lost their neighbors have a longer way to go than those that were rounded, and the
   * time of the run alone ends it.
   */
  private static final Map<String, String> TEACHING =
      Map.of(
          "rate", "0.0005",
          "epochs", "50",
          "steps", "1000000",
          "minutes", "1440",
          "average", "exponential");

  /** Tenths of the work that go at most: beyond that a model of its own is the better answer. */
  private static final int MOST = 8;

  @Override
  public List<Reduction> reductions(String part, Bundle bundle, Knowledge known) {
    if (!known.trains()) {
      return List.of();
    }
    List<Step> recovery = List.of(Passes.step(TAUGHT, TEACHING, Where.ofPart(part)));
    List<Step> form = precision.unmeasured(part, bundle, known);
    return List.of(
        new Reduction(part, cuts(part, PRUNED, tenths -> tenths), recovery, form),
        new Reduction(part, cuts(part, FACTORIZED, tenths -> 10 - tenths), recovery, form));
  }

  /**
   * From the lightest to the deepest.
   *
   * @param ratio of the pass, in tenths, where some tenths of the work go
   */
  private static List<Reduction.Cut> cuts(String part, String pass, IntUnaryOperator ratio) {
    return IntStream.rangeClosed(1, MOST)
        .mapToObj(
            tenths ->
                new Reduction.Cut(
                    (10 - tenths) / 10.,
                    Passes.step(
                        pass,
                        Map.of("ratio", "0." + ratio.applyAsInt(tenths)),
                        Where.ofPart(part))))
        .toList();
  }
}
