package io.demitasse.search;

import io.demitasse.ir.Bundle;
import io.demitasse.recipe.Step;
import java.util.List;

/**
 * A way to make models smaller or faster: it looks at a bundle and at what is known, and offers
 * choices. It knows passes; what is tried and what is kept, a {@link Searcher} decides.
 */
public interface Technique {

  /** What can be done to one part of a bundle, in order. */
  default List<Choice> choices(String part, Bundle bundle, Knowledge known) {
    return List.of();
  }

  /** What can be done to several parts at once, after each of them was settled. */
  default List<Choice> choicesOfSeveral(Bundle bundle, Knowledge known) {
    return List.of();
  }

  /**
   * What makes a part smaller still, at a price that is paid only where its size is not yet what
   * the budget allows.
   */
  default List<Choice> smaller(String part, Knowledge known) {
    return List.of();
  }

  /**
   * What makes a part compute less, at a price that is paid only where nothing else keeps the
   * limits of size and time.
   */
  default List<Reduction> reductions(String part, Bundle bundle, Knowledge known) {
    return List.of();
  }

  /** The steps that are most likely good for a part where nothing is measured, in order. */
  default List<Step> unmeasured(String part, Bundle bundle, Knowledge known) {
    return List.of();
  }
}
