package io.demitasse.search;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What lossy steps have changed in a part.
 *
 * @param before the part in front of the first of them: exact steps may have rescaled or removed
 *     values of the original, so that its layers are no measure for those of the result
 * @param nodes labels of the nodes that they changed
 */
public record LossyChanges(Model before, Set<String> nodes) {
  public LossyChanges {
    nodes = Set.copyOf(nodes);
  }

  /**
   * What lossy steps have changed by part after one more step.
   *
   * @param parent what the step was applied to
   */
  static Map<String, LossyChanges> followedBy(
      Map<String, LossyChanges> changes, Pipeline pipeline, Bundle parent, StepResult result) {
    if (Attempt.exact(result.steps())) {
      return changes;
    }
    // Raising the operator set is a step of its own where the recipe is replayed, and so it is
    // here.
    Bundle before = parent;
    for (Step upgrade : result.steps().subList(0, result.steps().size() - 1)) {
      before = pipeline.apply(before, upgrade).bundle();
    }
    Map<String, LossyChanges> more = new LinkedHashMap<>(changes);
    for (Change change : result.changes()) {
      if (change.applied()) {
        LossyChanges first = new LossyChanges(before.part(change.part()), Set.of());
        more.merge(change.part(), first.with(change.node()), (old, _) -> old.with(change.node()));
      }
    }
    return more;
  }

  private LossyChanges with(String node) {
    Set<String> more = new TreeSet<>(nodes);
    more.add(node);
    return new LossyChanges(before, more);
  }
}
