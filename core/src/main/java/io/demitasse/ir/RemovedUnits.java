package io.demitasse.ir;

import java.util.List;

/**
 * What a step took out of one group of units that go by themselves: of a layer's channels, neurons
 * or heads, or of a model's blocks.
 *
 * @param part that they were in
 * @param group as changes name it: the first layer that has weights for the units
 * @param kind what each unit is
 * @param size how many channels of that layer make one unit, at least 1
 * @param units how many there were before the step
 * @param removed those that went, counted from 0, in rising order
 * @param importance what is lost where one unit goes alone, relative to what all do together, unit
 *     by unit; empty where nobody knows
 */
public record RemovedUnits(
    String part,
    String group,
    Kind kind,
    int size,
    int units,
    List<Integer> removed,
    List<Double> importance) {

  /** What a unit is. */
  public enum Kind {
    /** A channel of convolutions, or of the stream that runs through a transformer. */
    CHANNEL,
    /** One number between two layers. */
    NEURON,
    /** A head of an attention. */
    HEAD,
    /** A whole block of layers. */
    BLOCK
  }

  public RemovedUnits {
    removed = List.copyOf(removed);
    importance = List.copyOf(importance);
    if (!importance.isEmpty() && importance.size() != units) {
      throw new IllegalArgumentException(
          "the importance of " + units + " units was expected, got " + importance.size());
    }
  }

  /** Those that went. */
  public int[] indices() {
    return removed.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The same group, of which others go. */
  public RemovedUnits removing(List<Integer> others) {
    return new RemovedUnits(part, group, kind, size, units, others, importance);
  }
}
