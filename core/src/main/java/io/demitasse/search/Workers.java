package io.demitasse.search;

import io.demitasse.kernels.LayerTime;
import java.util.List;
import java.util.Optional;

/**
 * Tries what a {@link Searcher} proposes, and measures it. All answers are about the best bundle so
 * far, which does not change while one choice is made.
 */
interface Workers {

  /** The bundle as it was before anything was tried. */
  SearchNode original();

  /** The best bundle so far. */
  SearchNode parent();

  /**
   * Applies an option to the best bundle so far and holds it to the {@link AcceptancePolicy}.
   *
   * @return empty where it changed nothing, or there was no time
   */
  Optional<Attempt> measure(Choice choice, Option option);

  /**
   * The same of an option that computes what an attempt does, with other weights: it takes as long,
   * and is not timed again.
   *
   * @param timed which kept all limits
   */
  Optional<Attempt> measureTrained(Choice choice, Option option, Attempt timed);

  /**
   * What is known of each layer that an attempt of a single step has changed.
   *
   * @return the most harmful first; empty where nobody can tell, or there was no time
   */
  List<Layer> layers(Choice choice, Attempt attempt);

  /**
   * What the layers that an attempt of a single step has changed take by themselves.
   *
   * @return of those layers of which it is known; empty where nobody can tell, or there was no time
   */
  List<LayerTime> times(Choice choice, Attempt attempt);
}
