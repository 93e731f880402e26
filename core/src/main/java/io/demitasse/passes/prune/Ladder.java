package io.demitasse.passes.prune;

/**
 * In which order the units of a group go.
 *
 * @param order the unit that matters least first; units that are never to go are missing
 * @param harms what has been lost once each of them is gone, rising, relative to what the group
 *     does as a whole; as it is where {@link Importance#isComparable}
 * @param importance what is lost where one unit goes alone, for all units of the group, relative to
 *     the same
 */
record Ladder(int[] order, double[] harms, double[] importance) {

  /** What it costs to let some more go once so many are gone. */
  double harm(int gone, int more) {
    return harms[gone + more - 1] - (gone == 0 ? 0 : harms[gone - 1]);
  }
}
