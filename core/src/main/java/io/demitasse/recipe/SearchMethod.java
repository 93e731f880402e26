package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import java.util.List;

/** How a search decides what to try. */
public enum SearchMethod {
  /** Each layer is given the form that serves the whole best; without a solver as GREEDY does. */
  ALLOCATE,
  /** The layers that do most harm are left as they are, twice as many each time. */
  GREEDY,
  /** As ALLOCATE does, with every form in all the settings that are worth trying. */
  GRID;

  /**
   * The one of a name.
   *
   * @throws DemitasseException (bad request) naming the nearest, or all
   */
  public static SearchMethod of(String name) {
    return Spelling.find(values(), name, "There is no way to search by the name");
  }

  /** The names of all. */
  public static List<String> names() {
    return Spelling.all(values());
  }
}
