package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.ScoreComparison;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Limits that a result has to keep.
 *
 * @param size share of the original's bytes, such as 0.3
 * @param latency share of the original's time
 * @param drop points of each limited metric of the task that may be lost, such as 0.01; held
 *     against the upper end of the interval
 * @param drops the same for single metrics, by name, instead of {@code drop}
 */
public record Budget(
    OptionalDouble size, OptionalDouble latency, double drop, Map<String, Double> drops) {
  public Budget {
    drops = Collections.unmodifiableMap(new TreeMap<>(drops));
  }

  /**
   * What holds when nobody says otherwise: as small and fast as possible within one point of
   * accuracy.
   */
  public static final Budget DEFAULT =
      new Budget(OptionalDouble.empty(), OptionalDouble.empty(), .01, Map.of());

  private static final Pattern LIMIT =
      Pattern.compile("(\\w+)(?:\\(([^()]+)\\))?\\s*<=\\s*([0-9.]+)\\s*%");

  /**
   * Reads limits such as {@code size<=30%, latency<=60%, drop<=1%}; what is not said has its
   * default.
   *
   * @throws DemitasseException (bad request) naming every limit that is not understood
   */
  public static Budget parse(String text) {
    OptionalDouble size = DEFAULT.size;
    OptionalDouble latency = DEFAULT.latency;
    double drop = DEFAULT.drop;
    Map<String, Double> drops = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    for (String limit : text.strip().split("\\s*,\\s*", -1)) {
      Matcher matcher = LIMIT.matcher(limit);
      double share = matcher.matches() ? share(matcher.group(3)) : Double.NaN;
      String metric = matcher.matches() ? matcher.group(2) : null;
      String kind = Double.isNaN(share) ? "" : matcher.group(1);
      if (kind.equals("drop") && metric != null) {
        drops.put(metric.strip(), share);
      } else if (kind.equals("drop")) {
        drop = share;
      } else if (kind.equals("size") && metric == null) {
        size = OptionalDouble.of(share);
      } else if (kind.equals("latency") && metric == null) {
        latency = OptionalDouble.of(share);
      } else {
        problems.add("'" + limit + "'");
      }
    }
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          "The budget has limits that are not understood: "
              + String.join(", ", problems)
              + ". Write them like \"size<=30%, latency<=60%, drop<=1%, drop(recall@10)<=2%\".");
    }
    return new Budget(size, latency, drop, drops);
  }

  /** A sentence for each metric that may have lost more than its limit. */
  public List<String> exceeded(List<ScoreComparison> scores) {
    return scores.stream()
        .filter(this::exceededBy)
        .map(
            score ->
                "%s drops by %.4f, up to %.4f with 95 %% confidence; the budget allows %.4f"
                    .formatted(
                        score.metric(),
                        score.degradation().value(),
                        score.degradation().high(),
                        limit(score).orElseThrow()))
        .toList();
  }

  /** A sentence for each metric that has lost more than its limit with all confidence. */
  public List<String> surelyExceeded(List<ScoreComparison> scores) {
    return scores.stream()
        .filter(score -> score.degradation().low() > limit(score).orElse(Double.POSITIVE_INFINITY))
        .map(
            score ->
                "%s of %d samples drops by %.4f, at least %.4f with 95 %% confidence; the budget allows %.4f"
                    .formatted(
                        score.metric(),
                        score.samples(),
                        score.degradation().value(),
                        score.degradation().low(),
                        limit(score).orElseThrow()))
        .toList();
  }

  /** Whether a metric may have lost more than its limit. */
  public boolean exceededBy(ScoreComparison score) {
    OptionalDouble limit = limit(score);
    return limit.isPresent() && score.degradation().high() > limit.getAsDouble();
  }

  /** How many points a metric may lose; empty where nothing limits it. */
  public OptionalDouble limit(ScoreComparison score) {
    Double own = drops.get(score.metric());
    if (own != null) {
      return OptionalDouble.of(own);
    }
    return score.limited() ? OptionalDouble.of(drop) : OptionalDouble.empty();
  }

  private static double share(String percent) {
    try {
      return Double.parseDouble(percent) / 100;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** The text that {@link #parse} reads. */
  public String text() {
    List<String> limits = new ArrayList<>();
    size.ifPresent(share -> limits.add("size<=" + percent(share)));
    latency.ifPresent(share -> limits.add("latency<=" + percent(share)));
    limits.add("drop<=" + percent(drop));
    drops.forEach((metric, share) -> limits.add("drop(" + metric + ")<=" + percent(share)));
    return String.join(", ", limits);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.4f", share * 100).replaceAll("\\.?0+$", "") + "%";
  }
}
