package io.demitasse.pass;

import io.demitasse.calibrate.Observation;
import io.demitasse.ir.Model;
import java.util.Set;

/** A pass that transforms each part of a bundle by itself. */
public non-sealed interface ModelPass extends Pass {

  /** What the pass needs to have seen of the model it will be applied to. */
  default Set<Observation<?>> observations(Model model, PassContext context) {
    return Set.of();
  }

  /**
   * Changes the model in place, touching no node that {@link PassContext#nodes} does not give, and
   * tells the context every change and every refusal.
   */
  void apply(Model model, PassContext context);
}
