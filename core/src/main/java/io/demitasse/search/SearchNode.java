package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A bundle on the way, in memory and on disk.
 *
 * @param id of the candidate it belongs to; 0 is the original
 * @param key of its source and steps
 * @param steps all resolved steps that make it of the original
 * @param lossy what lossy ones among them have changed, by part
 */
record SearchNode(
    int id,
    Key key,
    Bundle bundle,
    BundleFiles files,
    List<Step> steps,
    Map<String, LossyChanges> lossy) {
  SearchNode {
    steps = List.copyOf(steps);
    lossy = Map.copyOf(lossy);
  }

  /** The steps of this followed by further ones. */
  List<Step> followedBy(List<Step> further) {
    List<Step> all = new ArrayList<>(steps);
    all.addAll(further);
    return all;
  }
}
