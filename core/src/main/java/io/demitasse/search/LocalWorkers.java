package io.demitasse.search;

import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.kernels.LayerTime;
import io.demitasse.ops.ModelSummary;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.recipe.Step;
import io.demitasse.sensitivity.LayerError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tries and measures in this process, within the time that there is. */
record LocalWorkers(
    SearchState state,
    Pipeline pipeline,
    FoundTensors found,
    Sensitivities sensitivities,
    AcceptancePolicy policy,
    CandidateFiles work,
    Map<String, String> source,
    Settings settings,
    CandidateEvents events)
    implements Workers {
  private static final String TOO_LARGE =
      "which layers do most harm is not measured, since each takes a load of a model that fits the"
          + " memory but once";

  @Override
  public SearchNode original() {
    return state.original();
  }

  @Override
  public SearchNode parent() {
    return state.best();
  }

  /**
   * What the best would be had some of what led to it not been kept. It is written, and it is no
   * candidate.
   *
   * @param undone candidates that led to it
   */
  SearchNode without(List<Candidate> undone) {
    List<Candidate> left =
        state.candidates().stream()
            .filter(candidate -> candidate.decision().kept() && !undone.contains(candidate))
            .toList();
    SearchNode original = state.original();
    AppliedSteps applied = new AppliedSteps(pipeline, found, original);
    left.forEach(candidate -> candidate.added().forEach(applied::apply));
    int id = left.isEmpty() ? original.id() : left.getLast().id();
    return new SearchNode(
        id,
        Key.of(source, applied.steps()),
        applied.bundle(),
        work.store(original, applied.bundle(), "before-" + state.nextId(), applied.changedParts()),
        applied.steps(),
        applied.lossy());
  }

  @Override
  public Optional<Attempt> measure(Choice choice, Option option) {
    return measure(choice, option, Optional.empty());
  }

  @Override
  public Optional<Attempt> measureTrained(Choice choice, Option option, Attempt timed) {
    return measure(choice, option, Optional.of(timed));
  }

  private Optional<Attempt> measure(Choice choice, Option option, Optional<Attempt> timed) {
    String title = choice.title(option);
    Cancellation.check();
    int id = state.nextId();
    events.started(title, id);
    AppliedSteps applied =
        new AppliedSteps(pipeline.telling(events.watching(title, id)), found, state.best());
    Optional<Optional<Attempt>> done =
        settings.schedule().spend(choice.parts(), () -> measure(choice, option, timed, applied));
    return done.orElseGet(
        () -> {
          state.addUntried(title);
          events.decided(
              state.addUnmeasured(
                  title,
                  applied,
                  new Candidate.Decision(
                      false, "not tried to its end: " + settings.schedule().reason())));
          return Optional.empty();
        });
  }

  private Optional<Attempt> measure(
      Choice choice, Option option, Optional<Attempt> timed, AppliedSteps applied) {
    String title = choice.title(option);
    try {
      option.steps().forEach(applied::apply);
      if (applied.steps().isEmpty()) {
        changedNothing(title, applied);
        return Optional.empty();
      }
      int id = state.nextId();
      applied.refusals().forEach(refusal -> events.noted(refusal, id));
      return Optional.of(judged(choice, option, timed, applied));
    } catch (DemitasseException e) {
      Cancellation.check();
      Candidate candidate =
          state.addUnmeasured(title, applied, new Candidate.Decision(false, e.getMessage()));
      Rejection rejection = new Rejection(Rejection.Kind.FAILED, e.getMessage());
      return Optional.of(
          new Attempt(
              candidate,
              option.steps(),
              state.best(),
              Optional.of(rejection),
              Double.POSITIVE_INFINITY));
    }
  }

  private void changedNothing(String title, AppliedSteps applied) {
    String why =
        applied.reasons().isEmpty() ? "changed nothing" : String.join("; ", applied.reasons());
    state.addIdle(title, applied.reasons());
    events.decided(state.addUnmeasured(title, applied, new Candidate.Decision(false, why)));
  }

  private Attempt judged(
      Choice choice, Option option, Optional<Attempt> timed, AppliedSteps applied) {
    String title = choice.title(option);
    SearchNode best = state.best();
    int id = state.nextId();
    List<Step> steps = best.followedBy(applied.steps());
    SearchNode node =
        new SearchNode(
            id,
            Key.of(source, steps),
            applied.bundle(),
            work.store(best, applied.bundle(), String.valueOf(id), applied.changedParts()),
            steps,
            applied.lossy());
    AcceptancePolicy.Assessment assessment =
        assessment(choice, timed, node, applied.steps(), events.advancing(title, id));
    Optional<Rejection> rejection = assessment.rejection();
    String why = rejection.map(Rejection::text).orElse("another option is better");
    Candidate candidate =
        new Candidate(
            id,
            best.id(),
            title,
            applied.steps(),
            applied.changes(),
            applied.curves(),
            assessment.measured(),
            new Candidate.Decision(false, why));
    state.add(candidate);
    double cost = policy.cost(best, node, choice, assessment.measured().timings());
    return new Attempt(candidate, option.steps(), node, rejection, cost);
  }

  /** What is known to take as long as another attempt is not timed. */
  private AcceptancePolicy.Assessment assessment(
      Choice choice,
      Optional<Attempt> timed,
      SearchNode node,
      List<Step> added,
      Evaluator.Progress progress) {
    SearchNode best = state.best();
    return timed
        .map(attempt -> attempt.candidate().measured().timings())
        .map(timings -> policy.assessTimed(best, node, choice, added, timings, progress))
        .orElseGet(() -> policy.assess(best, node, choice, added, progress));
  }

  @Override
  public List<Layer> layers(Choice choice, Attempt attempt) {
    String part = choice.parts().getFirst();
    if (!policy.measurements().holdsTwo(state.best(), part)) {
      events.noted(attempt.candidate().title() + ": " + TOO_LARGE, attempt.candidate().id());
      return List.of();
    }
    List<LayerError> errors =
        settings
            .schedule()
            .spend(choice.parts(), () -> layerErrors(part, attempt))
            .orElse(List.of());
    Map<String, ModelSummary.Layer> summaries = summaries(part);
    List<Layer> layers = new ArrayList<>();
    for (LayerError error : errors) {
      ModelSummary.Layer summary = summaries.get(error.node());
      layers.add(
          new Layer(
              error.node(),
              error.error(),
              summary == null ? 0 : summary.weights(),
              summary == null ? 0 : summary.multiplyAccumulates()));
    }
    return layers;
  }

  @Override
  public List<LayerTime> times(Choice choice, Attempt attempt) {
    String part = choice.parts().getFirst();
    SearchNode best = state.best();
    Step step = attempt.candidate().added().getLast();
    return settings
        .layerTimes()
        .filter(_ -> settings.workloads().containsKey(part))
        .flatMap(
            layers ->
                settings
                    .schedule()
                    .spend(
                        choice.parts(),
                        () ->
                            settings
                                .journal()
                                .answer(
                                    Question.layerTimes(
                                        part,
                                        best.key(),
                                        Key.of(source, best.followedBy(List.of(step)))),
                                    () ->
                                        layers.of(
                                            best.bundle().part(part),
                                            settings.sizes(part),
                                            step.pass(),
                                            Set.copyOf(attempt.changedNodes())))))
        .orElse(List.of());
  }

  /** Lets go of outputs that were kept of what did not become the best. */
  void forgetRejected() {
    policy.measurements().forgetAllBut(state.best().files());
  }

  private List<LayerError> layerErrors(String part, Attempt attempt) {
    Candidate candidate = attempt.candidate();
    SearchNode best = state.best();
    Step step = candidate.added().getLast();
    Question<List<LayerError>> question =
        Question.layerErrors(part, best.key(), Key.of(source, best.followedBy(List.of(step))));
    return state.layerErrors(
        question,
        () -> {
          events.started(candidate.title() + ": measuring layer sensitivity", candidate.id());
          return settings
              .journal()
              .answer(question, () -> sensitivities.of(best, part, step, attempt.changedNodes()));
        });
  }

  /** At the sizes that were recorded. */
  private Map<String, ModelSummary.Layer> summaries(String part) {
    return ModelSummary.of(state.best().bundle().part(part), settings.sizes(part)).layers().stream()
        .collect(Collectors.toMap(ModelSummary.Layer::node, Function.identity(), (a, _) -> a));
  }
}
