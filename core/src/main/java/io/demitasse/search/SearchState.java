package io.demitasse.search;

import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Step;
import io.demitasse.sensitivity.LayerError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All that was tried so far, and the best of it. */
final class SearchState {
  private final List<Candidate> candidates = new ArrayList<>();
  private final List<IdleStep> idle = new ArrayList<>();
  private final List<String> untried = new ArrayList<>();
  private final Map<String, List<LayerError>> layerErrors = new LinkedHashMap<>();
  private final Map<Question<List<LayerError>>, List<LayerError>> measuredErrors = new HashMap<>();
  private final SearchNode original;
  private SearchNode best;

  SearchState(SearchNode original) {
    this.original = original;
    this.best = original;
  }

  SearchNode original() {
    return original;
  }

  SearchNode best() {
    return best;
  }

  void best(SearchNode better) {
    best = better;
  }

  List<Candidate> candidates() {
    return List.copyOf(candidates);
  }

  /** What the next candidate is called. */
  int nextId() {
    return candidates.size() + 1;
  }

  void add(Candidate candidate) {
    candidates.add(candidate);
  }

  /** A candidate that never got as far as to be measured. */
  Candidate addUnmeasured(String title, AppliedSteps applied, Candidate.Decision decision) {
    Candidate candidate =
        new Candidate(
            nextId(),
            best.id(),
            title,
            applied.steps(),
            applied.changes(),
            applied.curves(),
            Candidate.Measured.NOTHING,
            decision);
    add(candidate);
    return candidate;
  }

  void decide(Candidate candidate, Candidate.Decision decision) {
    candidates.replaceAll(each -> each.id() == candidate.id() ? candidate.with(decision) : each);
  }

  List<IdleStep> idle() {
    return List.copyOf(idle);
  }

  void addIdle(String title, List<String> refusals) {
    idle.add(new IdleStep(title, refusals));
  }

  void addIdle(Step step) {
    addIdle(PassOptions.name(step.pass().getClass()), List.of());
  }

  /** Forgets what was idle from some point on. */
  void forgetIdleFrom(int size) {
    idle.subList(size, idle.size()).clear();
  }

  List<String> untried() {
    return List.copyOf(untried);
  }

  void addUntried(String title) {
    untried.add(title);
  }

  /** What was measured before of the same layers, which takes a load of the part for each. */
  List<LayerError> layerErrors(
      Question<List<LayerError>> question, Supplier<List<LayerError>> measurement) {
    List<LayerError> errors = measuredErrors.computeIfAbsent(question, _ -> measurement.get());
    layerErrors.put(question.part(), errors);
    return errors;
  }

  List<LayerError> layerErrors(String part) {
    return layerErrors.getOrDefault(part, List.of());
  }

  Map<String, List<LayerError>> layerErrors() {
    return Map.copyOf(layerErrors);
  }
}
