package io.demitasse.techniques;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.Where;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Reduction;
import io.demitasse.search.Technique;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Removes channels, neurons and heads, trains what is left to give what the original gives, and
 * writes it in fewer bits as it would have been. Without samples and time to train nothing is
 * removed: few models stay right.
 *
 * @param precision how a part is written in fewer bits
 */
record Structure(Precision precision) implements Technique {
  private static final String PRUNED = "prune-channels";
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
    return List.of(
        new Reduction(
            part,
            IntStream.rangeClosed(1, MOST).mapToObj(tenths -> cut(part, tenths)).toList(),
            List.of(Passes.step(TAUGHT, TEACHING, Where.ofPart(part))),
            precision.unmeasured(part, bundle, known)));
  }

  private static Reduction.Cut cut(String part, int tenths) {
    Map<String, String> options = Map.of("ratio", "0." + tenths);
    return new Reduction.Cut((10 - tenths) / 10., Passes.step(PRUNED, options, Where.ofPart(part)));
  }
}
