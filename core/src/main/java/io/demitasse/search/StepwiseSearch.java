package io.demitasse.search;

import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Event;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.sensitivity.LayerError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Goes through stages in order and never back: of each stage's alternatives the best that the
 * {@link AcceptancePolicy} does not object to becomes the new parent, or none does.
 *
 * <p>A lossy alternative that is objected to for accuracy alone is relaxed: the layers that do most
 * harm by themselves are left as they are, twice as many each time, until it fits or too little is
 * left. A group that fails as a whole, and not for noise, is tried step by step, also where a
 * smaller group is kept in its place.
 */
public final class StepwiseSearch implements AutoCloseable {
  private static final String TOO_LARGE =
      "which layers do most harm is not measured, since each takes a load of a model that fits the"
          + " memory but once";

  private static final String NO_TIME = "not tried to its end: the time is up";

  private final Pipeline pipeline;
  private final Sensitivities sensitivities;
  private final AcceptancePolicy policy;
  private final Settings settings;
  private final Consumer<Event> events;
  private final Map<String, String> source;
  private final CandidateFiles work;
  private final List<Candidate> candidates = new ArrayList<>();
  private final List<IdleStep> idle = new ArrayList<>();
  private final List<String> untried = new ArrayList<>();
  private final Map<String, List<LayerError>> layerErrors = new LinkedHashMap<>();
  private SearchNode best;

  /**
   * The bundle to begin with.
   *
   * @param files it came from
   * @param sha256 of each part's file
   */
  public record Original(Bundle bundle, BundleFiles files, Map<String, String> sha256) {}

  public StepwiseSearch(
      Ports ports, Pipeline pipeline, Evaluator evaluator, Original original, Settings settings) {
    this.pipeline = pipeline;
    this.sensitivities = new Sensitivities(ports.runtime(), pipeline, settings.recordedInputs());
    this.settings = settings;
    this.events = settings.events();
    this.source = Map.copyOf(original.sha256());
    this.work = new CandidateFiles(ports.format(), original.files(), settings.threads());
    this.best =
        new SearchNode(
            0, Key.of(source, List.of()), original.bundle(), original.files(), List.of(), Map.of());
    this.policy =
        new AcceptancePolicy(
            new Measurements(
                evaluator, settings.journal(), best, settings.workloads(), settings.compared()),
            settings);
  }

  /** Everything that was tried, in order. */
  public List<Candidate> candidates() {
    return List.copyOf(candidates);
  }

  /** What was tried and changed nothing. */
  public List<IdleStep> idle() {
    return List.copyOf(idle);
  }

  /** What was not tried, or not to its end, for lack of time. */
  public List<String> untried() {
    return List.copyOf(untried);
  }

  /** The errors of a part's single layers, largest first, where they had to be measured. */
  public List<LayerError> layerErrors(String part) {
    return layerErrors.getOrDefault(part, List.of());
  }

  /** What lossy steps have changed in the best bundle so far, by part. */
  public Map<String, LossyChanges> lossyChanges() {
    return best.lossy();
  }

  /** The best bundle so far. */
  public Bundle bundle() {
    return best.bundle();
  }

  /** Files of the best bundle so far, valid until this is closed. */
  public BundleFiles files() {
    return best.files();
  }

  /** The resolved steps that make the best bundle of the original. */
  public List<Step> steps() {
    return best.steps();
  }

  /** Takes or leaves a step of a recipe in each part; idle is what changes nothing in any. */
  public void decide(Step step) {
    int before = idle.size();
    List<Stage> stages = DefaultPlan.stages(step, best.bundle().parts().keySet());
    stages.forEach(this::decide);
    List<IdleStep> added = idle.subList(before, idle.size());
    if (added.size() < stages.size()) {
      added.clear();
    }
  }

  /** Makes one choice. */
  public void decide(Stage stage) {
    List<Attempt> attempts = new ArrayList<>(tried(stage, stage.alternatives()));
    if (cheapest(attempts).isEmpty()) {
      attempts.addAll(tried(stage, stage.fallbacks()));
    }
    Optional<Attempt> winner = cheapest(attempts);
    settle(stage.parts(), attempts, winner);
    if (attempts.stream().noneMatch(attempt -> attempt.rejectedFor(Rejection.Kind.UNDECIDED))) {
      oneByOne(stage, missed(attempts, winner));
    }
  }

  /** Steps of the largest group that failed as a whole, without those that are kept. */
  private static List<Step> missed(List<Attempt> attempts, Optional<Attempt> winner) {
    List<Step> kept = winner.map(Attempt::requested).orElse(List.of());
    return attempts.stream()
        .filter(attempt -> !attempt.acceptable())
        .map(Attempt::requested)
        .max(Comparator.comparingInt(List::size))
        .filter(steps -> steps.size() > 1 && steps.containsAll(kept))
        .map(steps -> steps.stream().filter(step -> !kept.contains(step)).toList())
        .orElse(List.of());
  }

  /** All alternatives, and what becomes of those that only accuracy speaks against. */
  private List<Attempt> tried(Stage stage, List<Stage.Alternative> alternatives) {
    List<Attempt> attempts = new ArrayList<>();
    for (Stage.Alternative alternative : alternatives) {
      attempt(stage, alternative).ifPresent(attempts::add);
    }
    for (Attempt attempt : List.copyOf(attempts)) {
      boolean promising =
          cheapest(attempts).map(better -> attempt.cost() < better.cost()).orElse(true);
      if (attempt.rejectedFor(Rejection.Kind.INACCURATE) && promising) {
        relax(stage, attempt).ifPresent(attempts::add);
      }
    }
    return attempts;
  }

  private static Optional<Attempt> cheapest(List<Attempt> attempts) {
    return attempts.stream()
        .filter(Attempt::acceptable)
        .min(Comparator.comparingDouble(Attempt::cost));
  }

  private void oneByOne(Stage stage, List<Step> steps) {
    steps.forEach(step -> decide(Stage.of(stage.parts(), step)));
  }

  private Optional<Attempt> attempt(Stage stage, Stage.Alternative alternative) {
    String title = stage.title(alternative);
    Cancellation.check();
    events.accept(new Event.Started(title));
    AppliedSteps applied = new AppliedSteps(pipeline, best);
    Optional<Optional<Attempt>> done =
        settings.schedule().spend(stage.parts(), () -> attempt(stage, alternative, title, applied));
    return done.orElseGet(
        () -> {
          untried.add(title);
          unmeasured(title, applied, NO_TIME);
          events.accept(new Event.Decided(title, false, NO_TIME));
          return Optional.empty();
        });
  }

  private Optional<Attempt> attempt(
      Stage stage, Stage.Alternative alternative, String title, AppliedSteps applied) {
    List<Step> steps = alternative.steps();
    try {
      steps.forEach(applied::apply);
      if (applied.steps().isEmpty()) {
        changedNothing(title, applied);
        return Optional.empty();
      }
      applied.refusals().forEach(refusal -> events.accept(new Event.Noted(refusal)));
      return Optional.of(judged(stage, alternative, applied));
    } catch (DemitasseException e) {
      Cancellation.check();
      Candidate candidate = unmeasured(title, applied, e.getMessage());
      Rejection rejection = new Rejection(Rejection.Kind.FAILED, e.getMessage());
      return Optional.of(
          new Attempt(candidate, steps, best, Optional.of(rejection), Double.POSITIVE_INFINITY));
    }
  }

  private Attempt judged(Stage stage, Stage.Alternative alternative, AppliedSteps applied) {
    String title = stage.title(alternative);
    int id = candidates.size() + 1;
    List<Step> steps = best.followedBy(applied.steps());
    SearchNode node =
        new SearchNode(
            id,
            Key.of(source, steps),
            applied.bundle(),
            work.store(best, applied.bundle(), id, applied.changedParts()),
            steps,
            applied.lossy());
    AcceptancePolicy.Assessment assessment =
        policy.assess(
            best,
            node,
            stage,
            Attempt.exact(applied.steps()),
            (done, total) -> events.accept(new Event.Advanced(title, done, total)));
    Optional<Rejection> rejection = assessment.rejection();
    String why = rejection.map(Rejection::text).orElse("another alternative is better");
    Candidate candidate =
        new Candidate(
            id,
            best.id(),
            title,
            applied.steps(),
            applied.changes(),
            assessment.measured(),
            new Candidate.Decision(false, why));
    candidates.add(candidate);
    double cost = policy.cost(best, node, stage, assessment.measured().timings());
    return new Attempt(candidate, alternative.steps(), node, rejection, cost);
  }

  /**
   * Leaves out the layers that do most harm, twice as many each time, until the rest is accurate
   * enough. The step is taken as it was resolved, so that nothing is calibrated again.
   */
  private Optional<Attempt> relax(Stage stage, Attempt attempt) {
    List<String> nodes = attempt.changedNodes();
    if (attempt.requested().size() != 1 || nodes.size() < 2 || stage.isOfSeveral()) {
      return Optional.empty();
    }
    if (!policy.measurements().evaluator().holdsTwo(best.files().bytes(stage.parts().getFirst()))) {
      events.accept(new Event.Noted(attempt.candidate().title() + ": " + TOO_LARGE));
      return Optional.empty();
    }
    Step step = attempt.candidate().added().getLast();
    List<String> harmful =
        settings
            .schedule()
            .spend(stage.parts(), () -> mostHarmfulFirst(stage, step, nodes))
            .orElse(List.of());
    for (int count = 1; count < harmful.size(); count *= 2) {
      Where narrower = step.where().except(harmful.subList(0, count));
      String title =
          String.format(
              Locale.ROOT,
              "%s but for %d of %d layers",
              PassOptions.name(step.pass().getClass()),
              count,
              harmful.size());
      Step rest = new Step(step.pass(), narrower, step.calibration());
      Optional<Attempt> relaxed = attempt(stage, new Stage.Alternative(title, List.of(rest)));
      if (relaxed.isEmpty() || !relaxed.get().rejectedFor(Rejection.Kind.INACCURATE)) {
        return relaxed;
      }
    }
    return Optional.empty();
  }

  private List<String> mostHarmfulFirst(Stage stage, Step step, List<String> nodes) {
    String title = stage.title(Stage.Alternative.of(step));
    events.accept(new Event.Started(title + ": measuring layer sensitivity"));
    String part = stage.parts().getFirst();
    Key all = Key.of(source, best.followedBy(List.of(step)));
    List<LayerError> errors =
        settings
            .journal()
            .answer(
                Question.layerErrors(part, best.key(), all),
                () -> sensitivities.of(best.bundle(), part, step, nodes));
    layerErrors.put(part, errors);
    return errors.stream().map(LayerError::node).toList();
  }

  private void settle(List<String> parts, List<Attempt> attempts, Optional<Attempt> winner) {
    BundleFiles parent = best.files();
    for (Attempt attempt : attempts) {
      Candidate candidate = attempt.candidate();
      boolean kept = winner.filter(attempt::equals).isPresent();
      Candidate.Decision decision =
          kept
              ? new Candidate.Decision(
                  true,
                  AcceptancePolicy.gain(
                      parent, attempt.node().files(), parts, candidate.measured().timings()))
              : candidate.decision();
      candidates.replaceAll(each -> each.id() == candidate.id() ? candidate.with(decision) : each);
      settings.journal().decided(attempt.node().key(), candidate.with(decision));
      events.accept(new Event.Decided(candidate.title(), kept, decision.why()));
    }
    winner.ifPresent(attempt -> best = attempt.node());
    policy.measurements().evaluator().forgetAllBut(best.files());
  }

  private void changedNothing(String title, AppliedSteps applied) {
    String why =
        applied.refusals().isEmpty() ? "changed nothing" : String.join("; ", applied.refusals());
    idle.add(new IdleStep(title, applied.refusals()));
    unmeasured(title, applied, why);
    events.accept(new Event.Decided(title, false, why));
  }

  private Candidate unmeasured(String title, AppliedSteps applied, String why) {
    Candidate candidate =
        new Candidate(
            candidates.size() + 1,
            best.id(),
            title,
            applied.steps(),
            applied.changes(),
            Candidate.Measured.NOTHING,
            new Candidate.Decision(false, why));
    candidates.add(candidate);
    return candidate;
  }

  /**
   * Takes over a step without judging it.
   *
   * @param why it is taken
   */
  public void take(Step step, String why) {
    StepResult result = pipeline.apply(best.bundle(), step);
    String title = PassOptions.name(step.pass().getClass());
    if (!result.changedAnything()) {
      idle.add(new IdleStep(title, List.of()));
      return;
    }
    int id = candidates.size() + 1;
    Candidate.Decision decision = new Candidate.Decision(true, why);
    candidates.add(
        new Candidate(
            id,
            best.id(),
            title,
            result.steps(),
            result.changes(),
            Candidate.Measured.NOTHING,
            decision));
    List<Step> steps = best.followedBy(result.steps());
    best =
        new SearchNode(
            id,
            Key.of(source, steps),
            result.bundle(),
            best.files(),
            steps,
            LossyChanges.followedBy(best.lossy(), pipeline, best.bundle(), result));
    events.accept(new Event.Decided(title, true, why));
  }

  /** Writes the replayed bundle so that it can be measured. */
  public void store() {
    best =
        new SearchNode(
            best.id(),
            best.key(),
            best.bundle(),
            work.store(best, best.bundle(), best.id(), best.bundle().parts().keySet()),
            best.steps(),
            best.lossy());
  }

  @Override
  public void close() {
    work.close();
  }
}
