package io.demitasse.pass;

import io.demitasse.ir.Bundle;
import java.util.Map;

/** A pass that has to see all parts of a bundle at once. */
public non-sealed interface BundlePass extends Pass {

  /**
   * Changes the parts in place.
   *
   * @param contexts one for each part, by name
   */
  void apply(Bundle bundle, Map<String, PassContext> contexts);
}
