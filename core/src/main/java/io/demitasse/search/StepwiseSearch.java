package io.demitasse.search;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Event;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Goes through stages in order and never back: of each stage's alternatives the best that keeps the
 * promises becomes the new parent, or none does.
 *
 * <p>This is where "never slower" is kept: an alternative that paired timing calls slower than its
 * parent, or cannot decide on, is dropped; so is a lossy one whose upper bound of degradation
 * leaves the budget. A group of exact steps that fails as a whole is tried step by step.
 */
public final class StepwiseSearch implements AutoCloseable {
  /**
   * How far exact steps may move an output, relative to its largest magnitude, before they are
   * called wrong.
   */
  private static final double EXACT_TOLERANCE = 1e-3;

  private final Ports ports;
  private final Pipeline pipeline;
  private final Evaluator evaluator;
  private final Map<String, List<Workload>> workloads;
  private final Budget budget;
  private final int threads;
  private final Consumer<Event> events;
  private final WorkFolder work = new WorkFolder();
  private final List<Candidate> candidates = new ArrayList<>();
  private final List<String> idle = new ArrayList<>();
  private Node best;

  /** A kept candidate with its model and files: the tip of the search. */
  private record Node(int id, Bundle bundle, BundleFiles files, List<Step> steps) {}

  /**
   * @param workloads what to time, by part; a part without any is not timed
   */
  public StepwiseSearch(
      Ports ports,
      Pipeline pipeline,
      Evaluator evaluator,
      Original original,
      Map<String, List<Workload>> workloads,
      Settings settings) {
    this.ports = ports;
    this.pipeline = pipeline;
    this.evaluator = evaluator;
    this.workloads = workloads;
    this.budget = settings.budget();
    this.threads = settings.threads();
    this.events = settings.events();
    this.best = new Node(0, original.bundle(), original.files(), List.of());
  }

  /** The bundle to begin with and the files it came from. */
  public record Original(Bundle bundle, BundleFiles files) {}

  /** What holds for the whole search. */
  public record Settings(Budget budget, int threads, Consumer<Event> events) {}

  /** Everything that was tried, in order. */
  public List<Candidate> candidates() {
    return List.copyOf(candidates);
  }

  /** What was tried and changed nothing, with the reason where there is one. */
  public List<String> idle() {
    return List.copyOf(idle);
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

  /** Makes one choice. */
  public void decide(Stage stage) {
    List<Trial> trials = new ArrayList<>();
    List<List<Step>> groups = new ArrayList<>();
    for (List<Step> steps : stage.alternatives()) {
      Optional<Trial> trial = attempt(stage, steps);
      trial.ifPresent(trials::add);
      if (trial.isPresent() && steps.size() > 1) {
        groups.add(steps);
      }
    }
    Optional<Trial> winner =
        trials.stream().filter(Trial::acceptable).min(Comparator.comparingDouble(Trial::cost));
    trials.forEach(trial -> settle(trial, winner.filter(trial::equals).isPresent()));
    winner.ifPresent(trial -> best = trial.node());
    if (winner.isEmpty() && trials.stream().noneMatch(Trial::undecided)) {
      groups.stream()
          .max(Comparator.comparingInt(List::size))
          .ifPresent(steps -> oneByOne(stage, steps));
    }
  }

  /** Takes over steps without judging them: the replay of a recipe whose choices are made. */
  public void replay(Step step) {
    StepResult result = pipeline.apply(best.bundle(), step);
    if (result.changedAnything()) {
      int id = candidates.size() + 1;
      best = new Node(id, result.bundle(), best.files(), joined(best.steps(), result.steps()));
      String title = PassOptions.name(step.pass().getClass());
      Candidate.Decision decision = new Candidate.Decision(true, "replayed");
      candidates.add(
          new Candidate(
              id,
              id - 1,
              title,
              result.steps(),
              result.changes(),
              Candidate.Measured.NOTHING,
              decision));
      events.accept(new Event.Decided(title, true, "replayed"));
    } else {
      idle.add(PassOptions.name(step.pass().getClass()) + " changed nothing");
    }
  }

  /** Writes the replayed bundle so that it can be measured. */
  public void store() {
    best = new Node(best.id(), best.bundle(), stored(best.bundle(), best.id()), best.steps());
  }

  private void oneByOne(Stage stage, List<Step> steps) {
    for (Step step : steps) {
      String title = PassOptions.name(step.pass().getClass());
      decide(new Stage(title, stage.part(), List.of(List.of(step))));
    }
  }

  /** One alternative, applied and measured. */
  private record Trial(Candidate candidate, Node node, boolean acceptable, double cost) {

    /** Whether noise alone stood in the way: the single steps would fare no better. */
    boolean undecided() {
      return candidate.measured().timings().stream()
          .anyMatch(timing -> timing.verdict() == Verdict.UNDECIDED);
    }
  }

  private Optional<Trial> attempt(Stage stage, List<Step> steps) {
    String title = stage.title(steps);
    events.accept(new Event.Started(title));
    Applied applied = new Applied(best.bundle());
    try {
      steps.forEach(applied::apply);
      if (applied.steps.isEmpty()) {
        changedNothing(title, applied);
        return Optional.empty();
      }
      applied.refusals.forEach(refusal -> events.accept(new Event.Noted(refusal)));
      int id = candidates.size() + 1;
      Node node =
          new Node(
              id, applied.bundle, stored(applied.bundle, id), joined(best.steps(), applied.steps));
      Trial trial = measured(stage, title, node, applied);
      candidates.add(trial.candidate());
      return Optional.of(trial);
    } catch (DemitasseException e) {
      return Optional.of(failed(title, applied, e));
    }
  }

  /** The steps of one alternative as they are applied one upon the other. */
  private final class Applied {
    private Bundle bundle;
    private final List<Step> steps = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    Applied(Bundle bundle) {
      this.bundle = bundle;
    }

    void apply(Step step) {
      StepResult result = pipeline.apply(bundle, step);
      bundle = result.bundle();
      steps.addAll(result.steps());
      changes.addAll(result.changes());
      refusals.addAll(result.refusals());
    }

    boolean exact() {
      return steps.stream()
          .allMatch(
              step -> PassOptions.info(step.pass().getClass()).effect() == PassInfo.Effect.EXACT);
    }
  }

  private void changedNothing(String title, Applied applied) {
    String why =
        applied.refusals.isEmpty() ? "changed nothing" : String.join("; ", applied.refusals);
    idle.add(applied.refusals.isEmpty() ? title + " changed nothing" : why);
    candidates.add(unmeasured(title, applied, why));
    events.accept(new Event.Decided(title, false, why));
  }

  private Trial failed(String title, Applied applied, DemitasseException cause) {
    Candidate candidate = unmeasured(title, applied, cause.getMessage());
    candidates.add(candidate);
    return new Trial(candidate, best, false, Double.POSITIVE_INFINITY);
  }

  private Candidate unmeasured(String title, Applied applied, String why) {
    return new Candidate(
        candidates.size() + 1,
        best.id(),
        title,
        applied.steps,
        applied.changes,
        Candidate.Measured.NOTHING,
        new Candidate.Decision(false, why));
  }

  private Trial measured(Stage stage, String title, Node node, Applied applied) {
    List<Workload> timed = workloads.getOrDefault(stage.part(), List.of());
    List<TimingComparison> timings =
        evaluator.timings(best.files().file(stage.part()), node.files().file(stage.part()), timed);
    Optional<String> objection = slower(timings);
    List<ScoreComparison> scores = List.of();
    if (objection.isEmpty() && applied.exact()) {
      objection =
          evaluator
              .difference(
                  best.files().file(stage.part()),
                  node.files().file(stage.part()),
                  timed,
                  EXACT_TOLERANCE)
              .map(difference -> "is said to be exact, but " + difference);
    } else if (objection.isEmpty()) {
      scores =
          evaluator.scores(
              node.files(), (done, total) -> events.accept(new Event.Advanced(title, done, total)));
      objection = leavesBudget(scores).or(() -> pointless(node, timings));
    }
    Candidate.Measured measured = new Candidate.Measured(node.files().bytes(), timings, scores);
    Candidate.Decision decision =
        new Candidate.Decision(false, objection.orElse("another alternative is better"));
    Candidate candidate =
        new Candidate(
            node.id(), best.id(), title, applied.steps, applied.changes, measured, decision);
    return new Trial(candidate, node, objection.isEmpty(), cost(node, timings));
  }

  private void settle(Trial trial, boolean kept) {
    Candidate candidate = trial.candidate();
    Candidate.Decision decision =
        kept ? new Candidate.Decision(true, gain(candidate)) : candidate.decision();
    candidates.replaceAll(each -> each.id() == candidate.id() ? candidate.with(decision) : each);
    events.accept(new Event.Decided(candidate.title(), kept, decision.why()));
  }

  private static Optional<String> slower(List<TimingComparison> timings) {
    return timings.stream()
        .filter(timing -> !timing.verdict().acceptable())
        .findFirst()
        .map(
            timing ->
                "%s at %s: takes %.2f times as long (%.2f to %.2f)"
                    .formatted(
                        timing.verdict() == Verdict.SLOWER ? "slower" : "undecided whether slower",
                        timing.workload(),
                        timing.ratio().value(),
                        timing.ratio().low(),
                        timing.ratio().high()));
  }

  private Optional<String> leavesBudget(List<ScoreComparison> scores) {
    ScoreComparison primary = scores.getFirst();
    return primary.degradation().high() <= budget.drop()
        ? Optional.empty()
        : Optional.of(
            "%s drops by %.4f, up to %.4f with 95 %% confidence; the budget allows %.4f"
                .formatted(
                    primary.metric(),
                    primary.degradation().value(),
                    primary.degradation().high(),
                    budget.drop()));
  }

  /** A lossy change has to give something for what it takes. */
  private Optional<String> pointless(Node node, List<TimingComparison> timings) {
    boolean smaller = node.files().bytes() < best.files().bytes();
    boolean faster = timings.stream().anyMatch(timing -> timing.verdict() == Verdict.FASTER);
    return smaller || faster ? Optional.empty() : Optional.of("neither smaller nor faster");
  }

  /** The product of what it is in size and time, relative to the parent: lower is better. */
  private double cost(Node node, List<TimingComparison> timings) {
    double time =
        timings.stream()
            .mapToDouble(timing -> Math.log(timing.ratio().value()))
            .average()
            .orElse(0);
    return Math.log((double) node.files().bytes() / best.files().bytes()) + time;
  }

  private String gain(Candidate candidate) {
    double size = (double) candidate.measured().bytes() / best.files().bytes();
    String time =
        candidate.measured().timings().stream()
            .map(timing -> "%.2f at %s".formatted(timing.ratio().value(), timing.workload()))
            .reduce((a, b) -> a + ", " + b)
            .map(text -> ", time x " + text)
            .orElse("");
    return "size x %.2f%s".formatted(size, time);
  }

  private BundleFiles stored(Bundle bundle, int id) {
    Map<String, Path> files = new LinkedHashMap<>();
    bundle
        .parts()
        .forEach(
            (part, model) -> {
              Path file = work.file(id + "-" + files.size() + ".onnx");
              ports
                  .format()
                  .write(
                      model,
                      file,
                      new ModelFormat.WriteOptions(
                          ModelFormat.WriteOptions.ExternalData.WHEN_NEEDED, threads));
              files.put(part, file);
            });
    return new BundleFiles(files);
  }

  private static List<Step> joined(List<Step> first, List<Step> second) {
    List<Step> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @Override
  public void close() {
    work.close();
  }
}
