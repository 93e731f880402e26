package io.demitasse.search;

import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Limit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The limits of size and time that a budget has, and how far a bundle is from them: by the upper
 * ends of what was measured against the original.
 */
record Limits(Budget budget, Measurements measurements) {

  /** How many times as much as is allowed something takes, and what that is. */
  private record Excess(double factor, String text) {}

  /**
   * How many times as much as the limits allow a part takes, of what it takes most in excess: 1 or
   * less where they are kept.
   */
  double excess(SearchNode node, String part) {
    return most(node, part).map(Excess::factor).orElse(1.);
  }

  /** What speaks against a candidate that has to keep all limits. */
  Optional<Rejection> rejection(SearchNode candidate, String part) {
    return most(candidate, part)
        .filter(excess -> excess.factor() > 1)
        .map(
            excess ->
                new Rejection(Rejection.Kind.OVER_LIMIT, "over " + excess.text(), excess.factor()));
  }

  private Optional<Excess> most(SearchNode node, String part) {
    Optional<Limit> ofTime =
        TimeLimit.of(budget, List.of(part), node.files().files().size() == 1).held();
    return Stream.concat(
            budget.size().stream().map(limit -> ofSize(limit, node, part)),
            ofTime.stream()
                .flatMap(
                    limit -> timings(node, part).stream().map(timing -> ofTime(limit, timing))))
        .max(Comparator.comparingDouble(Excess::factor));
  }

  private List<TimingComparison> timings(SearchNode node, String part) {
    return measurements.timings(part, measurements.original(), node);
  }

  /** What the other parts take is not this part's to save. */
  private Excess ofSize(Limit limit, SearchNode node, String part) {
    double original = (double) measurements.original().files().bytes();
    double own = (double) node.files().bytes(part);
    double left = limit.allowed(original) - (node.files().bytes() - own);
    String text =
        String.format(
            Locale.ROOT,
            "size<=%s, with %.1f %% of the original's",
            limit.text(),
            100 * node.files().bytes() / original);
    return new Excess(left > 0 ? own / left : Double.POSITIVE_INFINITY, text);
  }

  private static Excess ofTime(Limit limit, TimingComparison timing) {
    Interval time = timing.time(limit.isShare());
    return new Excess(time.high() / limit.value(), TimeLimit.told(limit, timing));
  }
}
