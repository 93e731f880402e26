package io.demitasse.search;

import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.port.Solver;
import io.demitasse.recipe.Goal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives each layer the form that serves the whole best. Every form is tried on the whole part
 * first; where one that promises more than what can be kept loses too much, the errors of single
 * layers are measured, and a knapsack is solved for the layers that may have it. What comes of that
 * is measured end to end, corrects the prediction, and is solved again, a few times.
 *
 * <p>What has no layers to choose from is left to {@link GreedySearcher}.
 */
record AllocatingSearcher(Solver solver, Goal goal) implements Searcher {
  private static final int ROUNDS = 5;

  /** A loss this far beyond what is permitted, and one that is no number, says no more. */
  private static final double GREATEST_LOSS = 1_000;

  /** A predicted gain in size or time that is not worth another measurement. */
  private static final double SMALL = .01;

  @Override
  public Round decide(Choice choice, Workers workers) {
    boolean simple = choice.options().stream().allMatch(option -> option.steps().size() == 1);
    if (choice.isOfSeveral() || !simple) {
      return new GreedySearcher().decide(choice, workers);
    }
    List<Attempt> attempts = new ArrayList<>(measured(choice, choice.options(), workers));
    if (Round.cheapest(attempts).isEmpty()) {
      attempts.addAll(measured(choice, choice.fallbacks(), workers));
    }
    attempts.addAll(allocated(choice, attempts, workers));
    return Round.ofSingleSteps(attempts);
  }

  private static List<Attempt> measured(Choice choice, List<Option> options, Workers workers) {
    return options.stream().flatMap(option -> workers.measure(choice, option).stream()).toList();
  }

  /** Whether a form is too inaccurate as a whole, and would be better than what can be kept. */
  private static boolean isWorthDividing(Choice choice, List<Attempt> attempts) {
    double best = Round.cheapest(attempts).map(Attempt::cost).orElse(Double.POSITIVE_INFINITY);
    return attempts.stream()
        .anyMatch(
            attempt ->
                attempt.rejectedFor(Rejection.Kind.INACCURATE)
                    && attempt.hasLayers(choice)
                    && attempt.cost() < best);
  }

  private List<Attempt> allocated(Choice choice, List<Attempt> whole, Workers workers) {
    if (!isWorthDividing(choice, whole)) {
      return List.of();
    }
    Map<Attempt, List<Layer>> layers = new LinkedHashMap<>();
    for (Attempt attempt : whole) {
      if (attempt.hasLayers(choice) && attempt.isScored()) {
        List<Layer> known = workers.layers(choice, attempt);
        if (!known.isEmpty()) {
          layers.put(attempt, known);
        }
      }
    }
    return layers.isEmpty() ? List.of() : allocated(choice, whole, layers, workers);
  }

  private List<Attempt> allocated(
      Choice choice, List<Attempt> whole, Map<Attempt, List<Layer>> layers, Workers workers) {
    Allocation allocation =
        new Allocation(choice.parts().getFirst(), layers, workers.parent(), goal.preference());
    ErrorAllowance allowance = new ErrorAllowance();
    layers.keySet().forEach(form -> allowance.learn(allocation.errors(form), loss(form)));
    double best = Round.cheapest(whole).map(Attempt::cost).orElse(0.);
    List<Attempt> attempts = new ArrayList<>();
    Set<Map<String, LayerForm>> seen = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      Optional<Allocation.Plan> plan = allocation.best(solver, allowance.next());
      if (plan.isEmpty()
          || plan.get().chosen().isEmpty()
          || plan.get().estimate().cost(goal.preference()) > best - SMALL
          || !seen.add(plan.get().chosen())) {
        break;
      }
      Optional<Attempt> attempt = workers.measure(choice, allocation.option(plan.get()));
      if (attempt.isEmpty()) {
        break;
      }
      attempts.add(attempt.get());
      if (!attempt.get().isScored()) {
        break;
      }
      allowance.learn(plan.get().estimate().loss(), loss(attempt.get()));
      if (attempt.get().acceptable()) {
        best = Math.min(best, attempt.get().cost());
      }
    }
    return attempts;
  }

  /**
   * How much of what the budget permits was lost, in the metric that comes nearest to its limit.
   */
  private double loss(Attempt attempt) {
    return attempt.candidate().measured().scores().stream()
        .filter(score -> goal.budget().limit(score).isPresent())
        .mapToDouble(this::loss)
        .max()
        .orElse(0);
  }

  private double loss(ScoreComparison score) {
    double lost = score.degradation().high();
    double limit = goal.budget().limit(score).orElseThrow();
    if (lost <= 0) {
      return 0;
    }
    return limit > 0 && lost / limit < GREATEST_LOSS ? lost / limit : GREATEST_LOSS;
  }
}
