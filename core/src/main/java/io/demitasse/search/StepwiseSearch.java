package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.port.ParetoSolver;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.stored.TensorFolder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Goes through choices in order and never back: what the {@link Searcher} chooses of each becomes
 * the new parent. A group that fails as a whole, and not for noise, is tried step by step, also
 * where a smaller group is kept in its place.
 */
public final class StepwiseSearch implements AutoCloseable {
  private final Pipeline pipeline;
  private final Settings settings;
  private final CandidateEvents events;
  private final Map<String, String> source;
  private final CandidateFiles work;
  private final FoundTensors found;
  private final SearchState state;
  private final Searcher searcher;
  private final LocalWorkers workers;
  private final ArchiveSizes archives = new ArchiveSizes();
  private final List<String> failures = new ArrayList<>();

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
    this.settings = settings;
    this.events = new CandidateEvents(settings.events());
    this.source = Map.copyOf(original.sha256());
    this.work = new CandidateFiles(ports.format(), original.files(), settings.threads());
    Journal journal = settings.journal();
    this.found =
        new FoundTensors(
            new TensorFolder(journal.folder().orElseGet(() -> work.folder("found"))),
            journal,
            source,
            settings.schedule());
    SearchNode first =
        new SearchNode(
            0, Key.of(source, List.of()), original.bundle(), original.files(), List.of(), Map.of());
    this.state = new SearchState(first);
    this.searcher = settings.searcher();
    this.workers =
        new LocalWorkers(
            state,
            pipeline,
            found,
            new Sensitivities(ports.runtime(), pipeline, found, settings.recordedInputs()),
            new AcceptancePolicy(Measurements.of(evaluator, first, settings), settings, archives),
            work,
            source,
            settings,
            events);
  }

  /** Everything that was tried, in order. */
  public List<Candidate> candidates() {
    return state.candidates();
  }

  /** What was tried and changed nothing. */
  public List<IdleStep> idle() {
    return state.idle();
  }

  /** What could not be made or measured, and why. */
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /** What was not tried, or not to its end, for lack of time. */
  public List<String> untried() {
    return state.untried();
  }

  /** The best bundle so far. */
  public Bundle bundle() {
    return state.best().bundle();
  }

  /** Files of the best bundle so far, valid until this is closed. */
  public BundleFiles files() {
    return state.best().files();
  }

  /** The resolved steps that make the best bundle of the original. */
  public List<Step> steps() {
    return state.best().steps();
  }

  /** Takes or leaves a step of a recipe in each part; idle is what changes nothing in any. */
  public void decide(Step step) {
    int before = state.idle().size();
    List<Choice> choices = Choice.of(step, bundle().parts().keySet());
    choices.forEach(this::decide);
    if (state.idle().size() - before < choices.size()) {
      state.forgetIdleFrom(before);
    }
  }

  /**
   * Takes or leaves steps of a recipe that belong together, in each part that all of them select;
   * one after the other where they cannot be kept together.
   *
   * @param group one of {@link StepGroups}
   */
  public void decide(List<Step> group) {
    if (group.size() == 1) {
      decide(group.getFirst());
      return;
    }
    for (String part : bundle().parts().keySet()) {
      List<Step> ours =
          group.stream()
              .filter(step -> step.where().selectsPart(part))
              .map(step -> step.in(part))
              .toList();
      if (ours.size() < group.size() || !isKept(ours, part)) {
        decideInTurn(ours, part);
      }
    }
  }

  private boolean isKept(List<Step> together, String part) {
    Key before = state.best().key();
    Option option = new Option(Option.title(together), together);
    Choice choice = new Choice(List.of(part), List.of(option), List.of());
    settle(choice.parts(), new GreedySearcher().decide(choice, workers));
    return !state.best().key().equals(before);
  }

  /** Nothing is trained for the sake of steps of which none was kept. */
  private void decideInTurn(List<Step> steps, String part) {
    Key before = state.best().key();
    boolean lost = false;
    for (Step step : steps) {
      boolean learned = step.effect() == PassInfo.Effect.LEARNED;
      if (!(learned && lost && state.best().key().equals(before))) {
        decide(Choice.of(List.of(part), step));
      }
      lost |= !learned;
    }
  }

  /** Makes one choice; what prepares it goes where nothing of it is kept. */
  public void decide(Choice choice) {
    SearchNode before = state.best();
    Optional<Attempt> prepared = choice.preparation().flatMap(option -> prepare(choice, option));
    Round round = searcher.decide(choice, workers);
    settle(choice.parts(), round);
    if (round.winner().isEmpty()) {
      prepared.ifPresent(attempt -> withdraw(attempt, before));
    }
    round.missed().forEach(step -> decide(Choice.of(choice.parts(), step)));
  }

  /**
   * Makes a part compute less where what was found does not keep the limits of size and time: what
   * wrote the part in fewer bits is undone, and comes again after the cut.
   */
  public void reduce(Reduction reduction) {
    SearchNode before = state.best();
    double excess = workers.policy().limits().excess(before, reduction.part());
    if (excess <= 1) {
      return;
    }
    List<Candidate> undone = lossy(reduction.part());
    state.best(workers.without(undone));
    Round round = new ReductionSearch(reduction, workers).round(excess);
    settle(List.of(reduction.part()), round);
    round
        .winner()
        .ifPresentOrElse(
            winner -> undone.forEach(each -> replaced(each, winner)), () -> state.best(before));
  }

  /** What was kept and changed a part not exactly. */
  private List<Candidate> lossy(String part) {
    return candidates().stream()
        .filter(candidate -> candidate.decision().kept() && !Attempt.exact(candidate.added()))
        .filter(
            candidate ->
                candidate.changes().stream()
                    .anyMatch(change -> change.applied() && change.part().equals(part)))
        .toList();
  }

  private void replaced(Candidate undone, Attempt winner) {
    Candidate.Decision decision =
        new Candidate.Decision(false, "gave way to " + winner.candidate().title());
    state.decide(undone, decision);
    events.decided(undone.with(decision));
  }

  private Optional<Attempt> prepare(Choice choice, Option option) {
    Round round = searcher.decide(new Choice(choice.parts(), List.of(option), List.of()), workers);
    settle(choice.parts(), round);
    return round.winner();
  }

  private void withdraw(Attempt attempt, SearchNode before) {
    Candidate withdrawn =
        attempt
            .candidate()
            .with(new Candidate.Decision(false, "serves nothing that could be kept"));
    state.decide(withdrawn, withdrawn.decision());
    state.best(before);
    settings.journal().decided(attempt.node().key(), withdrawn);
    events.decided(withdrawn);
    workers.forgetRejected();
  }

  private void settle(List<String> parts, Round round) {
    for (Attempt attempt : round.attempts()) {
      boolean kept = round.winner().filter(attempt::equals).isPresent();
      state.decide(attempt.candidate(), tell(attempt, parts, kept));
      attempt
          .rejection()
          .filter(rejection -> rejection.kind() == Rejection.Kind.FAILED)
          .ifPresent(
              rejection -> failures.add(attempt.candidate().title() + ": " + rejection.text()));
    }
    round.winner().ifPresent(attempt -> state.best(attempt.node()));
    workers.forgetRejected();
  }

  /** Tells what became of an attempt. */
  private Candidate.Decision tell(Attempt attempt, List<String> parts, boolean kept) {
    Candidate candidate = attempt.candidate();
    Candidate.Decision decision =
        kept ? new Candidate.Decision(true, gain(attempt, parts)) : candidate.decision();
    Candidate decided = candidate.with(decision);
    settings.journal().decided(attempt.node().key(), decided);
    events.decided(decided);
    return decision;
  }

  private String gain(Attempt attempt, List<String> parts) {
    BundleFiles kept = attempt.node().files();
    List<TimingComparison> timings = attempt.candidate().measured().timings();
    String archived =
        Attempt.losesNumbers(attempt.candidate().added())
            ? archives.gain(files(), kept, timings)
            : "";
    return archived.isEmpty() ? AcceptancePolicy.gain(files(), kept, parts, timings) : archived;
  }

  /** The best bundle so far, with all that led to it. */
  public SearchResult result() {
    return SearchResult.of(state, state.best());
  }

  /**
   * Goes on from the best bundle so far to several of which none beats another.
   *
   * @param choices what can be done to each part
   * @param count how many results are wanted, at least 2
   * @param seed of the solver
   * @return at most as many, the largest first, which is the best bundle so far
   */
  public List<SearchResult> front(List<Choice> choices, int count, ParetoSolver solver, long seed) {
    FrontSearcher.Found found =
        new FrontSearcher(solver, settings.goal(), workers, seed).front(choices, count - 1);
    List<SearchResult> results = new ArrayList<>(List.of(result()));
    for (Attempt attempt : found.attempts()) {
      boolean kept = found.kept().contains(attempt);
      Candidate.Decision decision = tell(attempt, attempt.changedParts(), kept);
      if (kept) {
        results.add(
            SearchResult.of(state, attempt.node()).keeping(attempt.candidate().with(decision)));
      }
    }
    results.sort(
        Comparator.comparingLong((SearchResult result) -> result.files().bytes()).reversed());
    return results;
  }

  /**
   * Takes over a step without judging it.
   *
   * @param why it is taken
   */
  public void take(Step step, String why) {
    SearchNode parent = state.best();
    String title = PassOptions.name(step.pass().getClass());
    Pipeline told = pipeline.telling(events.watching(title, state.nextId()));
    AppliedSteps applied = new AppliedSteps(told, found, parent);
    applied.apply(step);
    if (applied.steps().isEmpty()) {
      state.addIdle(step);
      return;
    }
    Candidate candidate = state.addUnmeasured(title, applied, new Candidate.Decision(true, why));
    List<Step> steps = parent.followedBy(applied.steps());
    state.best(
        new SearchNode(
            candidate.id(),
            Key.of(source, steps),
            applied.bundle(),
            parent.files(),
            steps,
            applied.lossy()));
    events.decided(candidate);
  }

  /** Writes the replayed bundle so that it can be measured. */
  public void store() {
    SearchNode best = state.best();
    state.best(
        new SearchNode(
            best.id(),
            best.key(),
            best.bundle(),
            work.store(
                best, best.bundle(), String.valueOf(best.id()), best.bundle().parts().keySet()),
            best.steps(),
            best.lossy()));
  }

  @Override
  public void close() {
    work.close();
  }
}
