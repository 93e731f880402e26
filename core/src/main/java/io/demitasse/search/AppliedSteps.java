package io.demitasse.search;

import io.demitasse.ir.Bundle;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import io.demitasse.train.Curve;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The steps of one option as they are applied one upon the other. */
final class AppliedSteps {
  private final Pipeline pipeline;
  private final FoundTensors found;
  private final SearchNode parent;
  private final List<Step> steps = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();
  private Bundle bundle;
  private Map<String, LossyChanges> lossy;

  AppliedSteps(Pipeline pipeline, FoundTensors found, SearchNode parent) {
    this.pipeline = pipeline;
    this.found = found;
    this.parent = parent;
    this.bundle = parent.bundle();
    this.lossy = parent.lossy();
  }

  void apply(Step step) {
    StepResult result = pipeline.with(found.after(parent.followedBy(steps))).apply(bundle, step);
    lossy = LossyChanges.followedBy(lossy, pipeline, bundle, result);
    bundle = result.bundle();
    steps.addAll(result.steps());
    changes.addAll(result.changes());
    curves.addAll(result.curves());
    refusals.addAll(result.refusals());
  }

  Bundle bundle() {
    return bundle;
  }

  /** As they were resolved; none where nothing was changed. */
  List<Step> steps() {
    return Collections.unmodifiableList(steps);
  }

  List<Change> changes() {
    return Collections.unmodifiableList(changes);
  }

  /** How parts learned. */
  List<Curve> curves() {
    return Collections.unmodifiableList(curves);
  }

  List<String> refusals() {
    return Collections.unmodifiableList(refusals);
  }

  /** Why nothing was changed: what was refused, else what was said of a model as a whole. */
  List<String> reasons() {
    return refusals.isEmpty()
        ? changes.stream()
            .filter(change -> !change.applied() && change.node().isEmpty())
            .map(Change::text)
            .distinct()
            .toList()
        : refusals();
  }

  /** What lossy steps have changed from the original on, by part. */
  Map<String, LossyChanges> lossy() {
    return lossy;
  }

  Set<String> changedParts() {
    return changes.stream().filter(Change::applied).map(Change::part).collect(Collectors.toSet());
  }
}
