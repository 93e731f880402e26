package io.demitasse.ir;

import java.util.List;

/**
 * What a step took out of a part, between the part as it was and as it became: with it the units
 * can be brought back, also once what is left has learned.
 *
 * @param before the part that had the units; not to be changed
 * @param after the part as the step left it; not to be changed
 * @param units those that went, group by group
 */
public record Removal(Model before, Model after, List<RemovedUnits> units) {
  public Removal {
    units = List.copyOf(units);
  }
}
