package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Drift;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Holds a candidate to the promises: not slower than its parent, inside the budget against the
 * original, right where it says it is exact, and good for something where it is not.
 *
 * <p>A budget that limits time says how slow a result may be, so within it a candidate may be
 * slower than its parent where it saves more bytes than it costs time.
 */
record Judge(Evaluator evaluator, Settings settings) {
  /** Enough to choose between candidates of about the same size. */
  static final double TIME_WHERE_SIZE_IS_FIRST = .1;

  /** What was measured, and what speaks against the candidate. */
  record Judgement(Candidate.Measured measured, Optional<Objection> objection) {}

  /** Measures no further than to the first objection. */
  Judgement judge(
      Tip parent, Tip candidate, Stage stage, boolean exact, Evaluator.Progress progress) {
    List<TimingComparison> timings = timings(parent.files(), candidate.files(), stage);
    Optional<Objection> objection =
        new TimeLimit(settings.budget())
            .objection(
                timings,
                candidate.files().files().size() == 1,
                () ->
                    parent.files().equals(evaluator.original())
                        ? timings
                        : timings(evaluator.original(), candidate.files(), stage));
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
    if (objection.isEmpty() && timings.stream().anyMatch(TimeLimit::isSlow)) {
      objection = notWorthTheTime(parent, candidate, stage, timings);
    } else if (objection.isEmpty() && (!exact || stage.isOfSeveral())) {
      objection = pointless(parent, candidate, timings);
    }
    return new Judgement(
        new Candidate.Measured(candidate.files().bytes(), timings, scores), objection);
  }

  /** Where several parts are timed, the name of each workload tells which part it is of. */
  private List<TimingComparison> timings(BundleFiles before, BundleFiles after, Stage stage) {
    List<TimingComparison> timings = new ArrayList<>();
    for (String part : stage.parts()) {
      List<TimingComparison> own =
          evaluator.timings(
              part, before, after, settings.workloads().getOrDefault(part, List.of()));
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
              settings.compared().getOrDefault(part, List.of()));
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

  /** Few samples are enough where even the better end of their interval is too bad. */
  private Optional<Objection> surelyLeavesBudget(List<ScoreComparison> sketched) {
    List<String> exceeded = settings.budget().surelyExceeded(sketched);
    return exceeded.isEmpty()
        ? Optional.empty()
        : Optional.of(new Objection(Objection.Kind.INACCURATE, String.join("; ", exceeded)));
  }

  private Optional<Objection> leavesBudget(List<ScoreComparison> scores) {
    List<String> exceeded = settings.budget().exceeded(scores);
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

  /** Time that is given away has to buy bytes. */
  private Optional<Objection> notWorthTheTime(
      Tip parent, Tip candidate, Stage stage, List<TimingComparison> timings) {
    return cost(parent, candidate, stage, timings) < 0
        ? Optional.empty()
        : Optional.of(
            new Objection(
                Objection.Kind.POINTLESS,
                String.format(
                    Locale.ROOT,
                    "slower, and no smaller for it: size x %.2f",
                    size(parent.files(), candidate.files(), stage.parts()))));
  }

  /** What a candidate costs for what its preset counts most. */
  double cost(Tip parent, Tip candidate, Stage stage, List<TimingComparison> timings) {
    return cost(
        parent.files(),
        candidate.files(),
        stage.parts(),
        timings,
        settings.preset().sizeFirst() ? TIME_WHERE_SIZE_IS_FIRST : 1);
  }

  /**
   * Size and time of some parts relative to the parent as one number, lower is better.
   *
   * @param weight of time, where that of size is 1
   */
  static double cost(
      BundleFiles parent,
      BundleFiles tried,
      List<String> parts,
      List<TimingComparison> timings,
      double weight) {
    double time =
        timings.stream()
            .mapToDouble(timing -> Math.log(timing.ratio().value()))
            .average()
            .orElse(0);
    return Math.log(size(parent, tried, parts)) + weight * time;
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
