package io.demitasse.techniques;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ops.Op;
import io.demitasse.pass.Where;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Limit;
import io.demitasse.recipe.Step;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Reduction;
import io.demitasse.search.Technique;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Removes channels, neurons and heads, or where that does not do, stores weights as products of
 * thin ones; trains what is left to give what the original gives, and writes it in fewer bits as it
 * would have been. Without samples and time to train nothing is removed: few models stay right.
 *
 * <p>Thin factors save bytes where they are few, and time only where they are much fewer: a search
 * measures both, so that those are kept that pay.
 *
 * @param precision how a part is written in fewer bits
 * @param saving what units are to save, as the pass spells it
 * @param teaching options of the training that wins accuracy back
 */
record Structure(Precision precision, String saving, Map<String, String> teaching)
    implements Technique {
  private static final String PRUNED = "prune-channels";
  private static final String FACTORIZED = "factorize";

  /** Of vectors, each over its own numbers. */
  private static final List<Op> NORMALIZATIONS =
      List.of(
          Op.LAYER_NORMALIZATION,
          Op.RMS_NORMALIZATION,
          Op.CONTRIB_SKIP_LAYER_NORMALIZATION,
          Op.CONTRIB_SKIP_SIMPLIFIED_LAYER_NORMALIZATION);

  static final String TAUGHT = "distill";

  /**
   * Weights that lost their neighbors have a longer way to go than those that were rounded, so that
   * labels count where there are any, and the time of the run alone ends it.
   */
  static final Map<String, String> TEACHING =
      Map.of(
          "rate", "0.0005",
          "labels", "0.1",
          "epochs", "50",
          "steps", "1000000",
          "minutes", "1440",
          "average", "exponential");

  /** Fiftieths of the work: a limit that is missed by little asks for little more. */
  private static final int PIECES = 50;

  /** How many of them go at most: beyond that a model of its own is the better answer. */
  private static final int MOST = 40;

  /** Units save what the budget wants less of; operations where that is both size and time. */
  static Structure of(Goal goal, Precision precision) {
    boolean size = limitsSize(goal.budget());
    boolean time = limitsTime(goal.budget());
    return new Structure(
        precision, size == time ? "operations" : size ? "size" : "time", goal.recoveryOr(TEACHING));
  }

  static boolean limitsSize(Budget budget) {
    return budget.size().stream().anyMatch(Structure::isLess);
  }

  static boolean limitsTime(Budget budget) {
    return Stream.concat(budget.latency().stream(), budget.latencies().values().stream())
        .anyMatch(Structure::isLess);
  }

  private static boolean isLess(Limit limit) {
    return !limit.isShare() || limit.value() < 1;
  }

  @Override
  public List<Reduction> reductions(String part, Bundle bundle, Knowledge known) {
    if (!known.trains()) {
      return List.of();
    }
    List<Step> recovery = List.of(Passes.step(TAUGHT, teaching, Where.ofPart(part)));
    List<Step> form = precision.unmeasured(part, bundle, known);
    List<Reduction> reductions = new ArrayList<>();
    reductions.add(new Reduction(part, pruned(part, false), recovery, form));
    if (isNormalized(bundle.part(part))) {
      reductions.add(new Reduction(part, pruned(part, true), recovery, form));
    }
    reductions.add(new Reduction(part, factorized(part), recovery, form));
    return reductions;
  }

  /**
   * Where channels run through a whole model and are normalized over each other, as in a
   * transformer, all its matrices are as wide as they are many.
   *
   * @param stream whether those may go too
   */
  private List<Reduction.Cut> pruned(String part, boolean stream) {
    return cuts(
        part,
        PRUNED,
        gone -> {
          Map<String, String> options = new LinkedHashMap<>();
          options.put("ratio", share(gone));
          options.put("saving", saving);
          if (stream) {
            options.put("normalized", "true");
          }
          return options;
        });
  }

  private static boolean isNormalized(Model model) {
    boolean[] normalized = {false};
    model.forEachNode(
        node -> normalized[0] |= NORMALIZATIONS.stream().anyMatch(each -> each.is(node)));
    return normalized[0];
  }

  private static List<Reduction.Cut> factorized(String part) {
    return cuts(part, FACTORIZED, gone -> Map.of("ratio", share(PIECES - gone)));
  }

  private static String share(int pieces) {
    return String.valueOf((double) pieces / PIECES);
  }

  /**
   * From the lightest to the deepest.
   *
   * @param options of the pass where some pieces of the work go
   */
  private static List<Reduction.Cut> cuts(
      String part, String pass, IntFunction<Map<String, String>> options) {
    return IntStream.rangeClosed(1, MOST)
        .mapToObj(
            gone ->
                new Reduction.Cut(
                    (double) (PIECES - gone) / PIECES,
                    Passes.step(pass, options.apply(gone), Where.ofPart(part))))
        .toList();
  }
}
