package io.demitasse.pass;

import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Bundle;
import java.util.Map;
import java.util.Set;

/** A pass that has to see all parts of a bundle at once. */
public non-sealed interface BundlePass extends Pass {

  /**
   * What has to be known of the values of parts before the pass works, as {@link
   * ModelPass#observations}.
   *
   * @param contexts as in {@link #apply}
   */
  default Set<Observation<?>> observations(Bundle bundle, Map<String, PassContext> contexts) {
    return Set.of();
  }

  /**
   * Changes the parts in place, those that have a context, and tells the contexts every change and
   * every refusal.
   *
   * @param contexts one for each part that the step selects, by name, in the order of the bundle
   */
  void apply(Bundle bundle, Map<String, PassContext> contexts);
}
