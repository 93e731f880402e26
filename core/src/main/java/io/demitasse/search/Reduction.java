package io.demitasse.search;

import io.demitasse.recipe.Step;
import java.util.List;

/**
 * Makes a part compute less, as far as limits of size and time ask for and no further.
 *
 * @param cuts from the lightest to the deepest
 * @param recovery steps that win accuracy back after a cut; none where nothing can be trained
 * @param form steps that write what is left in fewer bits; may be none
 */
public record Reduction(String part, List<Cut> cuts, List<Step> recovery, List<Step> form) {
  public Reduction {
    cuts = List.copyOf(cuts);
    recovery = List.copyOf(recovery);
    form = List.copyOf(form);
  }

  /**
   * A step that removes some of the work.
   *
   * @param left the share of the work that is left at least, from 0 to 1
   */
  public record Cut(double left, Step step) {}
}
