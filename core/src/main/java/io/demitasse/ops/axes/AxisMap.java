package io.demitasse.ops.axes;

/**
 * How the indices along one axis of a node belong to those along another.
 *
 * @param axis whose indices the map takes; as a rule tells it, an axis of an output, or of a weight
 *     that is contracted
 * @param source whose indices it gives
 */
public record AxisMap(Kind kind, Axis axis, Axis source, IndexMap map) {

  /** What two axes have to do with each other. */
  public enum Kind {
    /**
     * What an output has at an index depends, of this source, on the indices that belong to it and
     * on no others. An index can go when all that belongs to it goes with it.
     */
    CARRIED,
    /**
     * The same indices stand for the same thing on both sides, and others may have a say in its
     * value: a normalization or a recurrence runs along the axis. Indices can go together, and what
     * stays may change with that.
     */
    MIXED,
    /**
     * The axes are divided into the same groups. What an output has in a group depends on all of
     * the source that is in the group and on nothing else. Groups can go whole; of single indices
     * as many go from each group, where other maps let them go at all.
     */
    GROUPED,
    /**
     * Two inputs are multiplied index by index and summed up over this axis, so that no output has
     * it. Indices can go together, and where one of both is zero this changes nothing.
     */
    CONTRACTED
  }

  /** The same, seen from the source. */
  public AxisMap inverse() {
    return new AxisMap(kind, source, axis, map.inverse());
  }
}
