package io.demitasse.report;

import io.demitasse.evaluate.Latency;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Limit;
import io.demitasse.report.Report.Held;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Holds a result against a budget, once for everyone who tells of it.
 *
 * @param bytesBefore of all files of the original
 * @param bytesAfter of all files of the result
 * @param timed what a limit of latency is held against: the whole of a bundle, end to end, or every
 *     workload of a single model
 * @param parts the workloads of each part, for limits of single ones
 * @param scores on the samples that judge
 * @param chosenBy the same metrics on the samples that the result was chosen by; empty where these
 *     are the same, or explain nothing
 * @param crossValidated the same metrics of models that were calibrated without what judges them;
 *     empty where none was
 * @param memory of original and result
 */
public record BudgetCheck(
    Budget budget,
    long bytesBefore,
    long bytesAfter,
    List<TimingComparison> timed,
    Map<String, List<TimingComparison>> parts,
    List<ScoreComparison> scores,
    List<ScoreComparison> chosenBy,
    List<ScoreComparison> crossValidated,
    Report.Memory memory) {

  /** The verdict on every limit and on all together. */
  public Report.Outcome outcome() {
    List<Held> held = new ArrayList<>();
    budget.size().ifPresent(limit -> held.add(size(limit)));
    budget.latency().ifPresent(limit -> held.add(latency("", limit, timed)));
    budget
        .latencies()
        .forEach(
            (part, limit) -> held.add(latency(part, limit, parts.getOrDefault(part, List.of()))));
    budget.memory().ifPresent(limit -> held.add(memory(limit)));
    scores.stream()
        .filter(score -> budget.limit(score).isPresent())
        .forEach(score -> held.add(drop(score)));
    budget.drops().keySet().stream()
        .filter(metric -> scores.stream().noneMatch(score -> score.metric().equals(metric)))
        .forEach(metric -> held.add(unmeasured("drop", metric, "loss of " + metric)));
    return new Report.Outcome(
        budget.text(),
        held.stream().allMatch(Held::met),
        held.stream().filter(each -> !each.met()).map(Held::told).toList(),
        held);
  }

  private Held size(Limit limit) {
    boolean met = bytesAfter <= limit.allowed((double) bytesBefore);
    String has =
        limit.isShare()
            ? percent((double) bytesAfter / bytesBefore) + " of the original"
            : amount((double) bytesAfter, limit);
    return held("size", limit, (double) bytesBefore, met, "size is " + has);
  }

  private Held memory(Limit limit) {
    if (!memory.missing().isEmpty()) {
      return unmeasured("memory", "", "memory, since " + memory.missing());
    }
    boolean met = memory.bytesAfter() <= limit.allowed((double) memory.bytesBefore());
    String has =
        limit.isShare()
            ? percent((double) memory.bytesAfter() / memory.bytesBefore()) + " of the original's"
            : amount((double) memory.bytesAfter(), limit);
    return held("memory", limit, (double) memory.bytesBefore(), met, "peak memory is " + has);
  }

  /** The workload that comes nearest to the limit, or is furthest over it, speaks for all. */
  private static Held latency(String part, Limit limit, List<TimingComparison> timed) {
    ToDoubleFunction<TimingComparison> most = timing -> timing.time(limit.isShare()).high();
    Optional<TimingComparison> slowest = timed.stream().max(Comparator.comparingDouble(most));
    if (slowest.isEmpty()) {
      return unmeasured("latency", part, part.isEmpty() ? "time" : "time of part '" + part + "'");
    }
    TimingComparison timing = slowest.get();
    double value = most.applyAsDouble(timing);
    Latency before = timing.baseline();
    return held(
        "latency",
        part,
        limit,
        before.time().value(),
        value <= limit.value(),
        (part.isEmpty() ? "" : part + ": ")
            + timing.workload()
            + " may take up to "
            + (limit.isShare()
                ? percent(value) + " of the original's time"
                : amount(value, limit)));
  }

  /** A limit is kept where the result keeps it, and models do that have not seen what judges. */
  private Held drop(ScoreComparison score) {
    double allowed = budget.limit(score).orElseThrow();
    String exceeded =
        budget.exceededBy(score)
            ? budget.exceeded(List.of(score)).getFirst() + afterAll(score)
            : exceededByFolds(score);
    return new Held(
        "drop",
        score.metric(),
        Limit.ofShare(allowed).text(),
        allowed,
        exceeded.isEmpty(),
        exceeded);
  }

  /** What speaks against a metric that the result itself keeps; empty where nothing does. */
  private String exceededByFolds(ScoreComparison judged) {
    return crossValidated.stream()
        .filter(score -> score.metric().equals(judged.metric()) && budget.exceededBy(score))
        .map(
            score ->
                budget.exceeded(List.of(score)).getFirst()
                    + String.format(
                        Locale.ROOT,
                        " (cross-validated; on samples that it was calibrated on, the loss is %.4f,"
                            + " up to %.4f with 95 %% confidence; more samples, or folders that say"
                            + " what samples are for, help)",
                        judged.degradation().value(),
                        judged.degradation().high()))
        .findFirst()
        .orElse("");
  }

  /** Why what was kept in the search is not kept here. */
  private String afterAll(ScoreComparison judged) {
    return chosenBy.stream()
        .filter(score -> score.metric().equals(judged.metric()) && !budget.exceededBy(score))
        .map(
            score ->
                String.format(
                    Locale.ROOT,
                    " (it was chosen by other samples, where the loss is %.4f, up to %.4f with 95"
                        + " %% confidence; more samples, or a lower limit to search with, help)",
                    score.degradation().value(),
                    score.degradation().high()))
        .findFirst()
        .orElse("");
  }

  private static Held held(String kind, Limit limit, double before, boolean met, String has) {
    return held(kind, "", limit, before, met, has);
  }

  private static Held held(
      String kind, String of, Limit limit, double before, boolean met, String has) {
    double share = limit.isShare() ? limit.value() : limit.value() / before;
    String allowed = limit.isShare() ? percent(limit.value()) : limit.text();
    return new Held(kind, of, limit.text(), share, met, has + ", the budget allows " + allowed);
  }

  /** What could not be measured is not met. */
  private static Held unmeasured(String kind, String metric, String what) {
    return new Held(kind, metric, "", 0, false, "the budget limits " + what + ": not measured");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  /** In the unit of a limit. */
  private static String amount(double value, Limit limit) {
    double one = new Limit(1, limit.unit()).value();
    return String.format(Locale.ROOT, "%.4g", value / one) + limit.unit().symbol();
  }
}
