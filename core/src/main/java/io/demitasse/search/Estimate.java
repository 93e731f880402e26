package io.demitasse.search;

import io.demitasse.recipe.Preference;

/**
 * What an option is thought to do.
 *
 * @param size bytes that are added, relative to those of its part; negative where they are saved
 * @param time the same of the time that the part takes
 * @param loss error at the outputs of the part, as energy relative to theirs; at least 0
 */
record Estimate(double size, double time, double loss) {
  static final Estimate NOTHING = new Estimate(0, 0, 0);

  Estimate plus(Estimate other) {
    return new Estimate(size + other.size, time + other.time, loss + other.loss);
  }

  /** What counts, as {@link AcceptancePolicy#cost} tells it of what was measured. */
  double cost(Preference preference) {
    return preference.cost(left(size), left(time));
  }

  /** Estimates may promise more than there is. */
  private static double left(double change) {
    return Math.max(1 + change, .01);
  }
}
