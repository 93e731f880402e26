package io.demitasse.pipeline;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Removal;
import io.demitasse.ir.RemovedUnits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a part lacks, as one step changes it. */
public final class Removals {
  private final String part;
  private final List<Removal> earlier;
  private final List<RemovedUnits> units = new ArrayList<>();
  private @Nullable Model whole;
  private @Nullable Model restored;

  /**
   * @param earlier what earlier steps took out, one upon the other
   */
  Removals(String part, List<Removal> earlier) {
    this.part = part;
    this.earlier = List.copyOf(earlier);
  }

  List<Removal> earlier() {
    return earlier;
  }

  void add(RemovedUnits gone) {
    units.add(gone);
  }

  /** What the step took out. */
  public List<RemovedUnits> units() {
    return Collections.unmodifiableList(units);
  }

  /** Undoes the last removal, and gives the part from there on. */
  Model undone(Model complete) {
    whole = complete;
    restored = complete.copy();
    return restored;
  }

  /**
   * A bundle whose part is what the step made of it, and that knows what the part lacks now.
   *
   * @param worked has the part that the step worked on
   * @param before the part as it was
   */
  Bundle finished(Bundle worked, Model before) {
    if (whole == null && units.isEmpty()) {
      return worked;
    }
    Model after = restored == null ? worked.part(part) : restored;
    List<Removal> lacking = new ArrayList<>(earlier);
    if (whole != null) {
      lacking.removeLast();
    }
    if (!units.isEmpty()) {
      lacking.add(new Removal(whole == null ? before : whole, after, units));
    }
    return worked.with(part, after, lacking);
  }
}
