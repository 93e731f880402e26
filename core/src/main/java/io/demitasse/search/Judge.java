package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.evaluate.Workload;
import io.demitasse.recipe.Budget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Holds a candidate to the promises: not slower than its parent, inside the budget against the
 * original, right where it says it is exact, and good for something where it is not.
 *
 * @param workloads what to time, by part; a part without any is not timed
 */
record Judge(Evaluator evaluator, Map<String, List<Workload>> workloads, Budget budget) {
  /**
   * How far exact steps may move an output, relative to its largest magnitude, before they are
   * called wrong.
   */
  private static final double EXACT_TOLERANCE = 1e-3;

  /** What was measured, and what speaks against the candidate. */
  record Judgement(Candidate.Measured measured, Optional<Objection> objection) {}

  /** Measures no further than to the first objection. */
  Judgement judge(
      Tip parent, Tip candidate, String part, boolean exact, Evaluator.Progress progress) {
    List<Workload> timed = workloads.getOrDefault(part, List.of());
    Path before = parent.files().file(part);
    Path after = candidate.files().file(part);
    List<TimingComparison> timings = evaluator.timings(before, after, timed);
    Optional<Objection> objection = slower(timings);
    List<ScoreComparison> scores = List.of();
    if (objection.isEmpty() && exact) {
      objection =
          evaluator
              .difference(before, after, timed, EXACT_TOLERANCE)
              .map(text -> new Objection(Objection.Kind.WRONG, "is said to be exact, but " + text));
    } else if (objection.isEmpty()) {
      scores = evaluator.sketchedScores(candidate.files());
      objection = surelyLeavesBudget(scores);
      if (objection.isEmpty()) {
        scores = evaluator.scores(candidate.files(), progress);
        objection = leavesBudget(scores).or(() -> pointless(parent, candidate, timings));
      }
    }
    return new Judgement(
        new Candidate.Measured(candidate.files().bytes(), timings, scores), objection);
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
    return " at %s: takes %.2f times as long (%.2f to %.2f)"
        .formatted(
            timing.workload(), timing.ratio().value(), timing.ratio().low(), timing.ratio().high());
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

  /** A lossy change has to give something for what it takes. */
  private static Optional<Objection> pointless(
      Tip parent, Tip candidate, List<TimingComparison> timings) {
    boolean smaller = candidate.files().bytes() < parent.files().bytes();
    boolean faster = timings.stream().anyMatch(timing -> timing.verdict() == Verdict.FASTER);
    return smaller || faster
        ? Optional.empty()
        : Optional.of(new Objection(Objection.Kind.POINTLESS, "neither smaller nor faster"));
  }

  /** Size and time relative to the parent as one number, lower is better. */
  static double cost(Tip parent, Candidate.Measured measured) {
    double time =
        measured.timings().stream()
            .mapToDouble(timing -> Math.log(timing.ratio().value()))
            .average()
            .orElse(0);
    return Math.log((double) measured.bytes() / parent.files().bytes()) + time;
  }

  /** What a kept candidate gives, in words; of several parts, what it gives the whole as well. */
  static String gain(
      BundleFiles parent, BundleFiles kept, String part, List<TimingComparison> timings) {
    double whole = (double) kept.bytes() / parent.bytes();
    double size = (double) kept.bytes(part) / parent.bytes(part);
    boolean alone = parent.files().size() == 1;
    String sizes =
        alone
            ? "size x %.2f".formatted(size)
            : "size of the part x %.2f, of the whole x %.2f".formatted(size, whole);
    String times =
        timings.stream()
            .map(timing -> "%.2f at %s".formatted(timing.ratio().value(), timing.workload()))
            .collect(Collectors.joining(", "));
    return timings.isEmpty()
        ? sizes
        : sizes + (alone ? ", time x " : ", time of the part x ") + times;
  }
}
