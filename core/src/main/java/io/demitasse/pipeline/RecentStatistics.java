package io.demitasse.pipeline;

import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Bundle;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was observed a few steps ago and before. A search tries a step in several settings on one
 * bundle, and what it observes there is the same each time, also where further steps follow it.
 * Kept as long as there is memory for it.
 */
final class RecentStatistics {
  /** A step in one setting may be followed by two that observe something else. */
  private static final int KEPT = 4;

  private record Seen(
      WeakReference<Bundle> bundle,
      Set<Observation<?>> observations,
      SoftReference<Statistics> statistics) {

    boolean isOf(Bundle other, Set<Observation<?>> others) {
      return bundle.refersTo(other) && observations.equals(others);
    }
  }

  private final Deque<Seen> recent = new ArrayDeque<>();

  /**
   * What was observed of a bundle.
   *
   * @param collected runs over the samples
   */
  synchronized Statistics of(
      Bundle bundle, Set<Observation<?>> observations, Supplier<Statistics> collected) {
    Statistics known = known(bundle, observations);
    if (known != null) {
      return known;
    }
    Statistics seen = collected.get();
    if (recent.size() == KEPT) {
      recent.removeFirst();
    }
    recent.addLast(
        new Seen(new WeakReference<>(bundle), Set.copyOf(observations), new SoftReference<>(seen)));
    return seen;
  }

  private @Nullable Statistics known(Bundle bundle, Set<Observation<?>> observations) {
    for (Seen seen : recent) {
      if (seen.isOf(bundle, observations)) {
        return seen.statistics().get();
      }
    }
    return null;
  }
}
