package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Drift;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.evaluate.Workload;
import io.demitasse.recipe.Budget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Holds a candidate to the promises: not slower than its parent, inside the budget against the
 * original, right where it says it is exact, and good for something where it is not.
 *
 * @param workloads what to time, by part; a part without any is not timed
 * @param compared what exact steps have to give the same outputs on, by part
 */
record Judge(
    Evaluator evaluator,
    Map<String, List<Workload>> workloads,
    Map<String, List<Workload>> compared,
    Budget budget) {
  /** What was measured, and what speaks against the candidate. */
  record Judgement(Candidate.Measured measured, Optional<Objection> objection) {}

  /** Measures no further than to the first objection. */
  Judgement judge(
      Tip parent, Tip candidate, Stage stage, boolean exact, Evaluator.Progress progress) {
    List<TimingComparison> timings = timings(parent, candidate, stage);
    Optional<Objection> objection = slower(timings);
    List<ScoreComparison> scores = List.of();
    boolean scored = !exact;
    if (objection.isEmpty() && exact) {
      Drift drift = drift(parent, candidate, stage);
      objection = drift.wrong().map(Judge::wrong);
      scored = drift.isFelt();
    }
    if (objection.isEmpty() && scored) {
      scores = evaluator.sketchedScores(candidate.files());
      objection = surelyLeavesBudget(scores);
      if (objection.isEmpty()) {
        scores = evaluator.scores(candidate.files(), progress);
        objection = leavesBudget(scores);
      }
    }
    if (objection.isEmpty() && (!exact || stage.isOfSeveral())) {
      objection = pointless(parent, candidate, timings);
    }
    return new Judgement(
        new Candidate.Measured(candidate.files().bytes(), timings, scores), objection);
  }

  /** Where several parts are timed, the name of each workload tells which part it is of. */
  private List<TimingComparison> timings(Tip parent, Tip candidate, Stage stage) {
    List<TimingComparison> timings = new ArrayList<>();
    for (String part : stage.parts()) {
      List<TimingComparison> own =
          evaluator.timings(
              parent.files().file(part), candidate.files().file(part), workloads(part));
      own.forEach(
          timing ->
              timings.add(
                  stage.isOfSeveral() ? timing.named(part + " " + timing.workload()) : timing));
    }
    return timings;
  }

  /** The largest of any part; no further than to the first that is wrong. */
  private Drift drift(Tip parent, Tip candidate, Stage stage) {
    Drift largest = new Drift(0, Optional.empty());
    for (String part : stage.parts()) {
      Drift drift =
          evaluator.drift(
              part,
              parent.files().file(part),
              candidate.files().file(part),
              compared.getOrDefault(part, List.of()));
      largest = largest.and(drift);
      if (drift.wrong().isPresent()) {
        break;
      }
    }
    return largest;
  }

  private static Objection wrong(String text) {
    return new Objection(Objection.Kind.WRONG, "is said to be exact, but " + text);
  }

  private List<Workload> workloads(String part) {
    return workloads.getOrDefault(part, List.of());
  }

  private static Optional<Objection> slower(List<TimingComparison> timings) {
    return timings.stream()
        .filter(timing -> !timing.verdict().acceptable())
        .findFirst()
        .map(
            timing ->
                timing.verdict() == Verdict.SLOWER
                    ? new Objection(Objection.Kind.SLOWER, "slower" + times(timing))
                    : new Objection(
                        Objection.Kind.UNDECIDED, "undecided whether slower" + times(timing)));
  }

  private static String times(TimingComparison timing) {
    return String.format(
        Locale.ROOT,
        " at %s: takes %.2f times as long (%.2f to %.2f)",
        timing.workload(),
        timing.ratio().value(),
        timing.ratio().low(),
        timing.ratio().high());
  }

  /** Few samples are enough where even the better end of their interval is too bad. */
  private Optional<Objection> surelyLeavesBudget(List<ScoreComparison> sketched) {
    List<String> exceeded = budget.surelyExceeded(sketched);
    return exceeded.isEmpty()
        ? Optional.empty()
        : Optional.of(new Objection(Objection.Kind.INACCURATE, String.join("; ", exceeded)));
  }

  private Optional<Objection> leavesBudget(List<ScoreComparison> scores) {
    List<String> exceeded = budget.exceeded(scores);
    return exceeded.isEmpty()
        ? Optional.empty()
        : Optional.of(new Objection(Objection.Kind.INACCURATE, String.join("; ", exceeded)));
  }

  /** What is lossy, or spreads over several parts, has to give something for what it takes. */
  private static Optional<Objection> pointless(
      Tip parent, Tip candidate, List<TimingComparison> timings) {
    boolean smaller = candidate.files().bytes() < parent.files().bytes();
    boolean faster = timings.stream().anyMatch(timing -> timing.verdict() == Verdict.FASTER);
    return smaller || faster
        ? Optional.empty()
        : Optional.of(new Objection(Objection.Kind.POINTLESS, "neither smaller nor faster"));
  }

  /** Size and time of some parts relative to the parent as one number, lower is better. */
  static double cost(
      BundleFiles parent, BundleFiles tried, List<String> parts, List<TimingComparison> timings) {
    double time =
        timings.stream()
            .mapToDouble(timing -> Math.log(timing.ratio().value()))
            .average()
            .orElse(0);
    return Math.log(size(parent, tried, parts)) + time;
  }

  /** Bytes of some parts relative to the parent. */
  private static double size(BundleFiles parent, BundleFiles tried, List<String> parts) {
    return (double) parts.stream().mapToLong(tried::bytes).sum()
        / parts.stream().mapToLong(parent::bytes).sum();
  }

  /** What a kept candidate gives, in words; where there are more parts, the whole as well. */
  static String gain(
      BundleFiles parent, BundleFiles kept, List<String> parts, List<TimingComparison> timings) {
    double whole = (double) kept.bytes() / parent.bytes();
    double size = size(parent, kept, parts);
    boolean all = parent.files().size() == parts.size();
    String those = parts.size() == 1 ? "the part" : "these parts";
    String sizes =
        all
            ? String.format(Locale.ROOT, "size x %.2f", size)
            : String.format(
                Locale.ROOT, "size of %s x %.2f, of the whole x %.2f", those, size, whole);
    String times =
        timings.stream()
            .map(
                timing ->
                    String.format(
                        Locale.ROOT, "%.2f at %s", timing.ratio().value(), timing.workload()))
            .collect(Collectors.joining(", "));
    return timings.isEmpty()
        ? sizes
        : sizes + (all ? ", time x " : ", time of " + those + " x ") + times;
  }
}
