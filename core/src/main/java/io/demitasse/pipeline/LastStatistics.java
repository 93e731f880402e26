package io.demitasse.pipeline;

import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Bundle;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was observed last. A search tries a step in several settings on one bundle, and what it
 * observes there is the same each time. Kept as long as there is memory for it.
 */
final class LastStatistics {
  private record Seen(
      WeakReference<Bundle> bundle,
      Set<Observation<?>> observations,
      SoftReference<Statistics> statistics) {}

  private @Nullable Seen last;

  /**
   * What was observed of a bundle.
   *
   * @param collected runs over the samples
   */
  synchronized Statistics of(
      Bundle bundle, Set<Observation<?>> observations, Supplier<Statistics> collected) {
    Statistics known =
        last != null && last.bundle().refersTo(bundle) && last.observations().equals(observations)
            ? last.statistics().get()
            : null;
    if (known != null) {
      return known;
    }
    last = null; // Its memory is needed for the next.
    Statistics seen = collected.get();
    last =
        new Seen(new WeakReference<>(bundle), Set.copyOf(observations), new SoftReference<>(seen));
    return seen;
  }
}
