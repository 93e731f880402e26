package io.demitasse.prune;

import io.demitasse.ir.Value;

/**
 * One axis of one value.
 *
 * @param axis counted from the first
 */
public record Dimension(Value value, int axis) {
  @Override
  public String toString() {
    return "axis " + axis + " of '" + value.name() + "'";
  }
}
