package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Drift;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Holds a candidate to the promises: not slower than its parent, inside the budget against the
 * original, right where it says it is exact, and good for something where it is not.
 *
 * <p>A budget that limits time says how slow a result may be, so within it a candidate may be
 * slower than its parent where it saves more bytes than it costs time.
 */
record AcceptancePolicy(Measurements measurements, Settings settings, ArchiveSizes archives) {
  /** What was measured, and what speaks against the candidate. */
  record Assessment(Candidate.Measured measured, Optional<Rejection> rejection) {}

  /**
   * Measures no further than to the first rejection.
   *
   * @param added the steps that make the candidate of its parent
   */
  Assessment assess(
      SearchNode parent,
      SearchNode candidate,
      Choice choice,
      List<Step> added,
      Evaluator.Progress progress) {
    List<TimingComparison> timings =
        Attempt.runsTheSame(added) ? List.of() : timings(parent, candidate, choice);
    return takesTooLong(parent, candidate, choice, timings)
        .or(() -> leavesLimits(candidate, choice))
        .map(rejection -> assessment(candidate, timings, List.of(), Optional.of(rejection)))
        .orElseGet(() -> assessTimed(parent, candidate, choice, added, timings, progress));
  }

  /**
   * The same of a candidate whose time is known and speaks not against it.
   *
   * @param timings against the parent
   */
  Assessment assessTimed(
      SearchNode parent,
      SearchNode candidate,
      Choice choice,
      List<Step> added,
      List<TimingComparison> timings,
      Evaluator.Progress progress) {
    boolean exact = Attempt.exact(added);
    Accuracy accuracy = accuracy(parent, candidate, choice, exact, progress);
    Optional<Rejection> rejection = accuracy.rejection();
    if (rejection.isEmpty() && isSlow(timings)) {
      rejection = notWorthTheTime(parent, candidate, choice, timings);
    } else if (rejection.isEmpty() && (!exact || choice.isOfSeveral())) {
      rejection = pointless(parent, candidate, added, timings);
      if (rejection.isPresent() && Attempt.learned(added)) {
        rejection = nothingLearned(parent, added, accuracy.scores());
      }
    }
    return assessment(candidate, timings, accuracy.scores(), rejection);
  }

  private static Assessment assessment(
      SearchNode candidate,
      List<TimingComparison> timings,
      List<ScoreComparison> scores,
      Optional<Rejection> rejection) {
    return new Assessment(
        new Candidate.Measured(candidate.files().bytes(), timings, scores), rejection);
  }

  private Optional<Rejection> leavesLimits(SearchNode candidate, Choice choice) {
    return choice.limited()
        ? limits().rejection(candidate, choice.parts().getFirst())
        : Optional.empty();
  }

  /** What was scored, and what it says against a candidate. */
  private record Accuracy(List<ScoreComparison> scores, Optional<Rejection> rejection) {}

  /**
   * What is exact is held to its parent, and scored where outputs have moved by more than the
   * runtime's own optimizer moves them; there few samples are enough where they tell that the
   * budget is kept.
   */
  private Accuracy accuracy(
      SearchNode parent,
      SearchNode candidate,
      Choice choice,
      boolean exact,
      Evaluator.Progress progress) {
    if (exact) {
      Drift drift = drift(parent, candidate, choice);
      if (drift.wrong().isPresent() || !drift.isFelt()) {
        return new Accuracy(List.of(), drift.wrong().map(AcceptancePolicy::wrong));
      }
    }
    List<ScoreComparison> few = measurements.subsetScores(candidate);
    Optional<Rejection> surely = surelyLeavesBudget(few);
    boolean enough = exact && !few.isEmpty() && leavesBudget(few).isEmpty();
    if (surely.isPresent() || enough) {
      return new Accuracy(few, surely);
    }
    List<ScoreComparison> all = measurements.scores(candidate, progress);
    return new Accuracy(all, leavesBudget(all));
  }

  /** What the budget limits beside accuracy. */
  Limits limits() {
    return new Limits(settings.goal().budget(), measurements);
  }

  private Optional<Rejection> takesTooLong(
      SearchNode parent, SearchNode candidate, Choice choice, List<TimingComparison> timings) {
    return TimeLimit.of(
            settings.goal().budget(), choice.parts(), candidate.files().files().size() == 1)
        .rejection(
            timings,
            () ->
                parent.key().equals(measurements.original().key())
                    ? timings
                    : timings(measurements.original(), candidate, choice));
  }

  private static boolean isSlow(List<TimingComparison> timings) {
    return timings.stream().anyMatch(TimeLimit::isSlow);
  }

  /** Where several parts are timed, the name of each workload tells which part it is of. */
  private List<TimingComparison> timings(SearchNode before, SearchNode after, Choice choice) {
    List<TimingComparison> timings = new ArrayList<>();
    for (String part : choice.parts()) {
      measurements
          .timings(part, before, after)
          .forEach(
              timing ->
                  timings.add(
                      choice.isOfSeveral()
                          ? timing.named(part + " " + timing.workload())
                          : timing));
    }
    return timings;
  }

  /** The largest of any part; no further than to the first that is wrong. */
  private Drift drift(SearchNode parent, SearchNode candidate, Choice choice) {
    Drift largest = Drift.NONE;
    for (String part : choice.parts()) {
      Drift drift = measurements.drift(part, parent, candidate);
      largest = largest.and(drift);
      if (drift.wrong().isPresent()) {
        break;
      }
    }
    return largest;
  }

  private static Rejection wrong(String text) {
    return new Rejection(Rejection.Kind.WRONG, "declared exact, but " + text);
  }

  /** Few samples are enough where even the better end of their interval is too bad. */
  private Optional<Rejection> surelyLeavesBudget(List<ScoreComparison> ofSubset) {
    List<String> exceeded = settings.goal().budget().surelyExceeded(ofSubset);
    return exceeded.isEmpty()
        ? Optional.empty()
        : Optional.of(new Rejection(Rejection.Kind.INACCURATE, String.join("; ", exceeded)));
  }

  private Optional<Rejection> leavesBudget(List<ScoreComparison> scores) {
    List<String> exceeded = settings.goal().budget().exceeded(scores);
    return exceeded.isEmpty()
        ? Optional.empty()
        : Optional.of(new Rejection(Rejection.Kind.INACCURATE, String.join("; ", exceeded)));
  }

  /** What is lossy, or spreads over several parts, has to give something for what it takes. */
  private Optional<Rejection> pointless(
      SearchNode parent, SearchNode candidate, List<Step> added, List<TimingComparison> timings) {
    return ArchiveSizes.gains(parent.files(), candidate.files(), timings)
            || (Attempt.losesNumbers(added)
                && archives.share(parent.files(), candidate.files()).isPresent())
        ? Optional.empty()
        : Optional.of(
            new Rejection(
                Rejection.Kind.POINTLESS, "no size or speed gain to justify the accuracy loss"));
  }

  /** What was trained may be as large and as slow as before, where it is better. */
  private Optional<Rejection> nothingLearned(
      SearchNode parent, List<Step> added, List<ScoreComparison> scores) {
    return Attempt.judgedItself(added)
            || lost(scores) < lost(measurements.scores(parent, (_, _) -> {}))
        ? Optional.empty()
        : Optional.of(
            new Rejection(
                Rejection.Kind.POINTLESS,
                "training made it neither better nor smaller nor faster"));
  }

  /** Points that are lost over all metrics that budgets are about. */
  private double lost(List<ScoreComparison> scores) {
    return scores.stream()
        .filter(ScoreComparison::limited)
        .mapToDouble(score -> score.degradation().value())
        .sum();
  }

  /** Time that is given away has to buy bytes. */
  private Optional<Rejection> notWorthTheTime(
      SearchNode parent, SearchNode candidate, Choice choice, List<TimingComparison> timings) {
    return cost(parent, candidate, choice, timings) < 0
        ? Optional.empty()
        : Optional.of(
            new Rejection(
                Rejection.Kind.POINTLESS,
                String.format(
                    Locale.ROOT,
                    "slower, and the size does not make up for it: %s of what it was",
                    percent(size(parent.files(), candidate.files(), choice.parts())))));
  }

  /** What a candidate costs for what is preferred. */
  double cost(
      SearchNode parent, SearchNode candidate, Choice choice, List<TimingComparison> timings) {
    return cost(
        parent.files(), candidate.files(), choice.parts(), timings, settings.goal().preference());
  }

  /** Size and time of some parts relative to the parent as one number, lower is better. */
  static double cost(
      BundleFiles parent,
      BundleFiles tried,
      List<String> parts,
      List<TimingComparison> timings,
      Preference preference) {
    return preference.cost(size(parent, tried, parts), TimingComparison.meanRatio(timings));
  }

  /** Bytes of some parts relative to the parent. */
  private static double size(BundleFiles parent, BundleFiles tried, List<String> parts) {
    return (double) parts.stream().mapToLong(tried::bytes).sum()
        / parts.stream().mapToLong(parent::bytes).sum();
  }

  /** What a kept candidate gives, in words; where there are more parts, of the bundle as well. */
  static String gain(
      BundleFiles parent, BundleFiles kept, List<String> parts, List<TimingComparison> timings) {
    boolean all = parent.files().size() == parts.size();
    String whose = all ? "the" : parts.size() == 1 ? "its" : "their";
    String size = percent(size(parent, kept, parts)) + " of " + whose + " size";
    List<String> gains = new ArrayList<>();
    gains.add(all || parts.size() == 1 ? size : String.join(", ", parts) + ": " + size);
    if (!all) {
      gains.add("bundle " + percent((double) kept.bytes() / parent.bytes()));
    }
    for (int i = 0; i < timings.size(); i++) {
      TimingComparison timing = timings.get(i);
      gains.add(
          percent(timing.ratio().value())
              + (i == 0 ? " of " + whose + " time" : "")
              + " at "
              + timing.workload());
    }
    return String.join(", ", gains);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
