package io.demitasse.search;

import java.util.List;

/**
 * A step that changed nothing.
 *
 * @param title the step, with its part where there are several
 * @param refusals why it was refused, each a sentence that names the step; empty when there was
 *     nothing for it to do
 */
public record IdleStep(String title, List<String> refusals) {
  public IdleStep {
    refusals = List.copyOf(refusals);
  }

  @Override
  public String toString() {
    return refusals.isEmpty() ? title + " changed nothing" : String.join("; ", refusals);
  }
}
