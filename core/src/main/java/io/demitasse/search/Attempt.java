package io.demitasse.search;

import io.demitasse.evaluate.TimingComparison;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pipeline.Change;
import io.demitasse.recipe.Step;
import java.util.List;
import java.util.Optional;

/**
 * One option, applied and measured.
 *
 * @param requested the steps as the choice names them, before they were resolved
 * @param node what came of it
 * @param cost product of size and time relative to the parent, as a logarithm: lower is better
 */
record Attempt(
    Candidate candidate,
    List<Step> requested,
    SearchNode node,
    Optional<Rejection> rejection,
    double cost) {

  boolean acceptable() {
    return rejection.isEmpty();
  }

  boolean rejectedFor(Rejection.Kind kind) {
    return rejection.filter(given -> given.kind() == kind).isPresent();
  }

  /** The labels of the nodes that the steps changed. */
  List<String> changedNodes() {
    return candidate.changes().stream()
        .filter(Change::applied)
        .map(Change::node)
        .filter(node -> !node.isEmpty())
        .distinct()
        .toList();
  }

  /** The parts that the steps changed. */
  List<String> changedParts() {
    return candidate.changes().stream()
        .filter(Change::applied)
        .map(Change::part)
        .distinct()
        .toList();
  }

  /** Whether this is one step on several layers of one part, which could be told apart. */
  boolean hasLayers(Choice choice) {
    return requested.size() == 1 && !choice.isOfSeveral() && changedNodes().size() > 1;
  }

  /** Whether its accuracy was measured, on few samples or on all. */
  boolean isScored() {
    return !candidate.measured().scores().isEmpty();
  }

  /**
   * The time that it takes relative to its parent, over all that was timed; 1 where nothing was.
   */
  double timeRatio() {
    return TimingComparison.meanRatio(candidate.measured().timings());
  }

  /** Whether some step changes weights by training. */
  static boolean learned(List<Step> steps) {
    return steps.stream().anyMatch(step -> step.effect() == PassInfo.Effect.LEARNED);
  }

  /** Whether some step judged what it learned by itself, for no score of a task is about it. */
  static boolean judgedItself(List<Step> steps) {
    return steps.stream().anyMatch(step -> PassOptions.info(step.pass().getClass()).judgesItself());
  }

  /** Whether some step loses by changing nothing but numbers of weights. */
  static boolean losesNumbers(List<Step> steps) {
    return steps.stream()
        .anyMatch(
            step -> step.pass().changesOnlyWeights() && step.effect() == PassInfo.Effect.LOSSY);
  }

  /**
   * Whether no step changes an operator, as none does that trains: there is no time to be measured.
   */
  static boolean runsTheSame(List<Step> steps) {
    return steps.stream()
        .allMatch(
            step -> step.effect() == PassInfo.Effect.LEARNED || step.pass().changesOnlyWeights());
  }

  /** Whether all steps promise to preserve the function. */
  static boolean exact(List<Step> steps) {
    return steps.stream().allMatch(step -> step.effect() == PassInfo.Effect.EXACT);
  }
}
