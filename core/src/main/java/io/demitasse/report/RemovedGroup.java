package io.demitasse.report;

import io.demitasse.ir.RemovedUnits;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What a result has less of than the original: units of one group, by all steps together.
 *
 * @param group the first layer that has weights for the units
 * @param kind what each unit is
 * @param size how many channels of that layer make one unit
 * @param units how many there are in the original
 * @param kept how many there are in the result
 * @param removed those that went, counted from 0 as in the original, in rising order
 * @param importance of each unit in the original's order: what is lost where it goes alone,
 *     relative to what all do together, as seen by the last step that found it there; in three
 *     digits; empty where nobody knows
 */
public record RemovedGroup(
    String part,
    String group,
    RemovedUnits.Kind kind,
    int size,
    int units,
    int kept,
    List<Integer> removed,
    List<Double> importance) {
  private static final MathContext DIGITS = new MathContext(3);

  public RemovedGroup {
    removed = List.copyOf(removed);
    importance = List.copyOf(importance);
  }

  private static RemovedGroup of(RemovedUnits step) {
    return new RemovedGroup(
        step.part(),
        step.group(),
        step.kind(),
        step.size(),
        step.units(),
        step.units() - step.removed().size(),
        step.removed(),
        step.importance().stream().map(RemovedGroup::rounded).toList());
  }

  /**
   * What steps have removed one upon the other.
   *
   * @param steps in order; where a group has as many units before a step as earlier ones left, the
   *     step goes on from there
   */
  public static List<RemovedGroup> of(List<RemovedUnits> steps) {
    List<RemovedGroup> groups = new ArrayList<>();
    for (RemovedUnits step : steps) {
      int before = groups.size() - 1;
      while (before >= 0 && !groups.get(before).isOf(step)) {
        before--;
      }
      if (before < 0) {
        groups.add(of(step));
      } else {
        groups.set(before, groups.get(before).followedBy(step));
      }
    }
    return Collections.unmodifiableList(groups);
  }

  private boolean isOf(RemovedUnits step) {
    return part.equals(step.part())
        && group.equals(step.group())
        && kind == step.kind()
        && kept == step.units();
  }

  private RemovedGroup followedBy(RemovedUnits step) {
    TreeSet<Integer> gone = new TreeSet<>(removed);
    int[] left = IntStream.range(0, units).filter(unit -> !gone.contains(unit)).toArray();
    step.removed().forEach(unit -> gone.add(left[unit]));
    List<Double> weighed = new ArrayList<>(importance);
    if (step.importance().isEmpty()) {
      weighed.clear();
    }
    for (int i = 0; i < left.length && !weighed.isEmpty(); i++) {
      weighed.set(left[i], rounded(step.importance().get(i)));
    }
    return new RemovedGroup(
        part, group, kind, size, units, units - gone.size(), List.copyOf(gone), weighed);
  }

  private static double rounded(double number) {
    return Double.isFinite(number) ? new BigDecimal(number).round(DIGITS).doubleValue() : number;
  }
}
