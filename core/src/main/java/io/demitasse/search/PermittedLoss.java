package io.demitasse.search;

import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.recipe.Budget;

/**
 * How much of what a budget permits was lost.
 *
 * @param budget limits the metrics that count
 */
record PermittedLoss(Budget budget) {
  /** A loss this far beyond what is permitted, and one that is no number, says no more. */
  private static final double GREATEST = 1_000;

  /** In the metric that comes nearest to its limit: up to 1 the budget is kept; at least 0. */
  double share(Attempt attempt) {
    return attempt.candidate().measured().scores().stream()
        .filter(score -> budget.limit(score).isPresent())
        .mapToDouble(this::share)
        .max()
        .orElse(0);
  }

  private double share(ScoreComparison score) {
    double lost = score.degradation().high();
    double limit = budget.limit(score).orElseThrow();
    if (lost <= 0) {
      return 0;
    }
    return limit > 0 && lost / limit < GREATEST ? lost / limit : GREATEST;
  }
}
