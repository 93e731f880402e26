package io.demitasse.evaluate;

import io.demitasse.data.Modalities;
import io.demitasse.data.Samples;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures candidates against the original: what a task says of them, and what they take. */
public final class Evaluator {

  /** Told how much of all is done, such as how many samples. */
  public interface Progress {
    void at(long done, long total);
  }

  private final Runtime runtime;
  private final Runtime timed;
  private final BundleFiles original;
  private final BundleFiles reference;
  private final Task task;
  private final Task judged;
  private final int threads;
  private final PairedTiming timing;
  private final PairedTiming confirming;
  private final OtherLoad load = new OtherLoad();
  private final Supplier<Memory> memory;
  private boolean inTurns;
  private boolean everInTurns;
  private final DriftMeter drift;
  private final OutputCache cache = new OutputCache();
  private final Scoring scoring;
  private final Scoring judging;
  private final Optional<Scoring> subset;

  /** Of a task by all of its samples: where nothing is chosen. */
  public Evaluator(
      Ports ports, BundleFiles original, Task task, int threads, PairedTiming.Effort effort) {
    this(ports, original, TaskSplits.undivided(task), threads, effort);
  }

  /** Of a task whose result is judged by other samples than it is chosen by. */
  public Evaluator(
      Ports ports,
      BundleFiles original,
      TaskSplits splits,
      int threads,
      PairedTiming.Effort effort) {
    this(ports, original, original, splits, threads, effort, Memory::atHand);
  }

  /**
   * The same where scores are compared with those of another model.
   *
   * @param reference of the same parts, which take the same inputs
   */
  public Evaluator(
      Ports ports,
      BundleFiles original,
      BundleFiles reference,
      TaskSplits splits,
      int threads,
      PairedTiming.Effort effort) {
    this(ports, original, reference, splits, threads, effort, Memory::atHand);
  }

  /**
   * @param memory what is at hand whenever something is timed
   */
  Evaluator(
      Ports ports,
      BundleFiles original,
      BundleFiles reference,
      TaskSplits splits,
      int threads,
      PairedTiming.Effort effort,
      Supplier<Memory> memory) {
    this.runtime = ports.runtime();
    this.memory = memory;
    this.timed = PinnedRuntime.unpinned(runtime);
    this.original = original;
    this.reference = reference;
    this.task = splits.choose();
    this.judged = splits.judge();
    this.threads = threads;
    this.timing = new PairedTiming(effort);
    this.confirming = new PairedTiming(effort.confirming());
    this.drift = new DriftMeter(ports, options());
    this.scoring = new Scoring(runtime, task, reference, cache, threads);
    this.judging =
        splits.isDivided()
            ? new Scoring(runtime, splits.judge(), reference, cache, threads)
            : scoring;
    this.subset = task.subset().map(few -> new Scoring(runtime, few, reference, cache, threads));
  }

  /** The task on the samples that candidates are chosen by. */
  public Task task() {
    return task;
  }

  /** The files that candidates are measured against. */
  public BundleFiles original() {
    return original;
  }

  /** The metrics that the task yields for the original, which it runs for that. */
  public List<String> metrics(Progress progress) {
    return scoring.metrics(progress);
  }

  /** Compares a candidate with the original by every metric, on what candidates are chosen by. */
  public List<ScoreComparison> scores(BundleFiles candidate, Progress progress) {
    return scoring.scores(candidate, progress);
  }

  /**
   * The same on a fold of it, with the original's scores beside those of the model that was
   * calibrated for it.
   */
  public PairedScores foldScores(Task fold, BundleFiles candidate, Progress progress) {
    return new Scoring(runtime, fold, reference, cache, threads).paired(candidate, progress);
  }

  /** Whether a result is judged by other samples than it was chosen by. */
  public boolean isDivided() {
    return judging != scoring;
  }

  /**
   * Compares each step to a result with the one before it, the first with the original, on what no
   * choice has seen: the losses add up to that of the last.
   */
  public List<List<ScoreComparison>> judgedScores(List<BundleFiles> chain, Progress progress) {
    return judging.scores(chain, progress);
  }

  /**
   * Compares a candidate with the original on a small share of the samples, where the task has a
   * {@link Task#subset}; else empty.
   */
  public List<ScoreComparison> subsetScores(BundleFiles candidate) {
    return subset.map(few -> few.scores(candidate, (done, total) -> {})).orElse(List.of());
  }

  /**
   * What of a candidate is worth looking at, worst first.
   *
   * @param examples pictures with what was read in them
   * @param differences samples without labels on which it differs
   * @param confusion what samples of each class are taken for
   */
  public record Showing(List<Example> examples, List<Difference> differences, Confusion confusion) {
    public static final Showing NONE = new Showing(List.of(), List.of(), Confusion.NONE);
  }

  /** A result against the original, and what of it is worth looking at. */
  public record Judged(List<ScoreComparison> scores, Showing showing) {}

  /**
   * Compares a result with the original on what no choice has seen: the last measurement, by which
   * nothing is chosen.
   *
   * @param examples to show at most
   * @param differences to show at most
   */
  public Judged judged(BundleFiles result, int examples, int differences, Progress progress) {
    return judging.judged(result, examples, differences, progress);
  }

  /**
   * Reviews what files give for the samples that candidates are chosen by, beside what the original
   * gives.
   */
  public <R, T> T review(Review<R, T> review, BundleFiles files, Progress progress) {
    return scoring.review(review, files, progress);
  }

  /**
   * How much of what the original and a result score hangs on each modality, on samples that no
   * choice has seen; empty where they have not several each.
   */
  public List<Dependence> dependence(BundleFiles result, Modalities modalities, Progress progress) {
    return Ablation.of(
            judged, modalities, some -> new Scoring(runtime, some, reference, cache, threads))
        .map(ablation -> ablation.measure(reference, result, progress))
        .orElse(List.of());
  }

  /** Forgets what was read of all files but the original's and these, which are still to be run. */
  public void forgetAllBut(BundleFiles kept) {
    Set<BundleFiles> left = new HashSet<>(List.of(original, reference, kept));
    cache.retain(
        left.stream().flatMap(each -> each.files().values().stream()).collect(Collectors.toSet()));
    Stream.of(scoring, judging).forEach(each -> each.retain(left));
  }

  /**
   * Times one form of a part against another on every workload; in turns where both at once may be
   * too large for the memory.
   */
  public List<TimingComparison> timings(
      String part, BundleFiles baseline, BundleFiles candidate, List<Workload> workloads) {
    inTurns = !holdsTwo(Math.max(baseline.bytes(part), candidate.bytes(part)));
    everInTurns |= inTurns;
    Runtime.SessionOptions options = inTurns ? options().asUsual() : options();
    Supplier<PairedTiming.Subject> theirs = opens(baseline.file(part), options);
    Supplier<PairedTiming.Subject> ours = opens(candidate.file(part), options);
    return load.during(
        () ->
            inTurns
                ? timing.compareWithFewLoads(theirs, ours, workloads)
                : timing.compare(theirs, ours, workloads));
  }

  /**
   * Whether two models of a size may be loaded at once.
   *
   * @param bytes of the larger one
   */
  public boolean holdsTwo(long bytes) {
    return memory.get().holdsTwo(bytes);
  }

  /** Whether the last times were taken of models as a user has them, for lack of memory. */
  public boolean timedAsUsed() {
    return inTurns;
  }

  /** A sentence where something was timed with one model loaded at a time for lack of memory. */
  public Optional<String> memoryRemark() {
    return everInTurns
        ? Optional.of(
            "two models at once may be too large for the memory at hand: times were measured with"
                + " one loaded at a time, so intervals may be wider")
        : Optional.empty();
  }

  /**
   * Confirms the times of one model against another as a user has them: sessions whose waiting
   * threads spin, one alive at a time.
   */
  public List<TimingComparison> timingsAsUsed(
      Path baseline, Path candidate, List<Workload> workloads) {
    Runtime.SessionOptions usual = options().asUsual();
    return load.during(
        () ->
            confirming.compareInTurns(opens(baseline, usual), opens(candidate, usual), workloads));
  }

  /** What was noticed of other processes whenever something was timed. */
  public OtherLoad load() {
    return load;
  }

  /**
   * Times the program as a whole, with everything it does between the parts, against the original,
   * as a user has it: see {@link #timingsAsUsed}.
   *
   * @param samples what is run in one go
   */
  public TimingComparison wholeTiming(BundleFiles candidate, Samples samples) {
    Runtime.SessionOptions usual = options().asUsual();
    return load.during(
            () ->
                confirming.compareInTurns(
                    whole(original, samples, usual),
                    whole(candidate, samples, usual),
                    List.of(endToEnd(samples))))
        .getFirst();
  }

  private static Workload endToEnd(Samples samples) {
    return new Workload(
        (samples.size() == 1 ? "1 sample" : samples.size() + " samples") + " end to end", Map.of());
  }

  private Supplier<PairedTiming.Subject> whole(
      BundleFiles files, Samples samples, Runtime.SessionOptions options) {
    return () -> {
      RunningParts parts = RunningParts.of(timed, files, options, (part, inputs) -> {});
      RunningProgram running = files.running(task.program());
      return PairedTiming.Subject.of(
          inputs -> {
            for (int i = 0; i < samples.size(); i++) {
              running.program().run(samples.get(i), parts);
            }
          },
          () -> {
            parts.close();
            running.close();
          });
    };
  }

  private Supplier<PairedTiming.Subject> opens(Path file, Runtime.SessionOptions options) {
    return () -> PairedTiming.Subject.of(timed.open(file, options));
  }

  private Runtime.SessionOptions options() {
    return Runtime.SessionOptions.of(threads);
  }

  /**
   * How far a candidate that should compute what its parent does is from it.
   *
   * @param part of which both are a form
   * @param workloads to run both on
   */
  public Drift drift(String part, Path parent, Path candidate, List<Workload> workloads) {
    return drift.measure(original.file(part), parent, candidate, workloads);
  }
}
