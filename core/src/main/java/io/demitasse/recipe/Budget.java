package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.evaluate.ScoreComparison;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * Limits that a result has to keep.
 *
 * @param size of all files together
 * @param latency of the slowest workload of a single model; of the whole program, end to end, of a
 *     bundle; held against the upper end of the interval
 * @param latencies the same of single parts of a bundle, by name
 * @param memory that a fresh process has at its peak when it loads the result and runs it
 * @param drop points of each limited metric of the task that may be lost, such as 0.01; held
 *     against the upper end of the interval; infinite where any may be
 * @param drops the same for single metrics, by name, instead of {@code drop}
 */
public record Budget(
    Optional<Limit> size,
    Optional<Limit> latency,
    Map<String, Limit> latencies,
    Optional<Limit> memory,
    double drop,
    Map<String, Double> drops) {
  public Budget {
    latencies = Collections.unmodifiableMap(new TreeMap<>(latencies));
    drops = Collections.unmodifiableMap(new TreeMap<>(drops));
  }

  /**
   * What holds when nobody says otherwise: as small and fast as possible within one point of
   * accuracy.
   */
  public static final Budget DEFAULT =
      new Budget(Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), .01, Map.of());

  /**
   * Reads limits such as {@code size<=30%, latency<=20ms, memory<=1GB, drop<=1%}; what is not said
   * has its default.
   *
   * @throws DemitasseException (bad request) naming every limit that is not understood, and what is
   *     wrong with it
   */
  public static Budget parse(String text) {
    return new BudgetReader().read(text);
  }

  /**
   * Makes sure that everything in this budget can be measured.
   *
   * @param metrics what a task yields
   * @param task what it is called
   * @throws DemitasseException (bad request) naming every metric that there is not, and the nearest
   *     that there is
   */
  public void requireMeasurable(Collection<String> metrics, String task) {
    List<String> problems =
        drops.keySet().stream()
            .filter(metric -> !metrics.contains(metric))
            .map(
                metric ->
                    "'"
                        + metric
                        + "' is not a metric of the task "
                        + task
                        + Nearest.to(metric, metrics)
                            .map(near -> ": did you mean '" + near + "'?")
                            .orElse("."))
            .toList();
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          "The budget limits what is not measured: "
              + String.join(" ", problems)
              + " Metrics here are: "
              + String.join(", ", metrics)
              + ".");
    }
  }

  /**
   * Makes sure that the parts whose time is limited exist.
   *
   * @throws DemitasseException (bad request) naming those that do not, and those that do
   */
  public void requireParts(Collection<String> parts) {
    List<String> unknown =
        latencies.keySet().stream().filter(part -> !parts.contains(part)).toList();
    if (!unknown.isEmpty()) {
      throw DemitasseException.badRequest(
          "The budget limits the time of parts that there are not: "
              + String.join(", ", unknown)
              + ". Parts here are: "
              + String.join(", ", parts)
              + ".");
    }
  }

  /** A sentence for each metric that may have lost more than its limit. */
  public List<String> exceeded(List<ScoreComparison> scores) {
    return scores.stream()
        .filter(this::exceededBy)
        .map(score -> loss(score) + allows(limit(score).orElseThrow()))
        .toList();
  }

  /** What is known of a loss, in words: a metric that was seen to rise does not "drop". */
  private static String loss(ScoreComparison score) {
    double value = score.degradation().value();
    double high = score.degradation().high();
    if (points(value).equals("0.0000")) {
      return String.format(
          Locale.ROOT,
          "%s is the same on average, but may drop by up to %s with 95 %% confidence",
          score.metric(),
          points(high));
    }
    return value < 0
        ? String.format(
            Locale.ROOT,
            "%s rises by %s on average, but may drop by up to %s with 95 %% confidence",
            score.metric(),
            points(-value),
            points(high))
        : String.format(
            Locale.ROOT,
            "%s drops by %s, up to %s with 95 %% confidence",
            score.metric(),
            points(value),
            points(high));
  }

  private static String points(double loss) {
    String text = String.format(Locale.ROOT, "%.4f", loss);
    return text.equals("-0.0000") ? "0.0000" : text;
  }

  private static String allows(double limit) {
    return "; the budget allows " + points(limit);
  }

  /** A sentence for each metric that has lost more than its limit with all confidence. */
  public List<String> surelyExceeded(List<ScoreComparison> scores) {
    return scores.stream()
        .filter(score -> score.degradation().low() > limit(score).orElse(Double.POSITIVE_INFINITY))
        .map(
            score ->
                String.format(
                    Locale.ROOT,
                    "%s of %d samples drops by %s, at least %s with 95 %% confidence%s",
                    score.metric(),
                    score.samples(),
                    points(score.degradation().value()),
                    points(score.degradation().low()),
                    allows(limit(score).orElseThrow())))
        .toList();
  }

  /** Whether a metric may have lost more than its limit. */
  public boolean exceededBy(ScoreComparison score) {
    OptionalDouble limit = limit(score);
    return limit.isPresent() && !(score.degradation().high() <= limit.getAsDouble());
  }

  /** How many points a metric may lose; empty where nothing limits it. */
  public OptionalDouble limit(ScoreComparison score) {
    return limit(score.metric(), score.limited());
  }

  /**
   * How many points a metric may lose; empty where nothing limits it.
   *
   * @param limited whether {@link #drop} is about it
   */
  public OptionalDouble limit(String metric, boolean limited) {
    Double own = drops.get(metric);
    if (own != null) {
      return OptionalDouble.of(own);
    }
    return limited && Double.isFinite(drop) ? OptionalDouble.of(drop) : OptionalDouble.empty();
  }

  /** Whether size or time is limited. */
  public boolean limitsWork() {
    return size.isPresent() || latency.isPresent() || !latencies.isEmpty();
  }

  /** The text that {@link #parse} reads. */
  public String text() {
    List<String> limits = new ArrayList<>();
    size.ifPresent(limit -> limits.add("size<=" + limit.text()));
    latency.ifPresent(limit -> limits.add("latency<=" + limit.text()));
    latencies.forEach((part, limit) -> limits.add("latency(" + part + ")<=" + limit.text()));
    memory.ifPresent(limit -> limits.add("memory<=" + limit.text()));
    limits.add("drop<=" + (Double.isFinite(drop) ? Limit.ofShare(drop).text() : "any"));
    drops.forEach(
        (metric, share) -> limits.add("drop(" + metric + ")<=" + Limit.ofShare(share).text()));
    return String.join(", ", limits);
  }
}
