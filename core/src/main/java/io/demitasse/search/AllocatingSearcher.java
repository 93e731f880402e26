package io.demitasse.search;

import io.demitasse.port.Solver;
import io.demitasse.recipe.Goal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives each layer the form that serves the whole best. Every form is tried on the whole part
 * first. Where one that promises more than what can be kept loses too much, or nothing can be kept
 * and some layers of a form that is too slow are faster by themselves, errors and times of single
 * layers are measured, and a knapsack is solved for the layers that may have it. What comes of that
 * is measured end to end, corrects the prediction, and is solved again, a few times.
 *
 * <p>What has no layers to choose from is left to {@link GreedySearcher}.
 */
record AllocatingSearcher(Solver solver, Goal goal) implements Searcher {
  private static final int ROUNDS = 5;

  /** A difference in size or time that is not worth another measurement, relative to the part. */
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
    List<MeasuredForm> forms = forms(choice, attempts, workers);
    if (!forms.isEmpty()) {
      attempts.addAll(allocated(choice, attempts, forms, workers));
    }
    return Round.ofSingleSteps(attempts);
  }

  private static List<Attempt> measured(Choice choice, List<Option> options, Workers workers) {
    return options.stream().flatMap(option -> workers.measure(choice, option).stream()).toList();
  }

  /** What layers can be given; nothing where the whole is as good as its layers promise. */
  private static List<MeasuredForm> forms(Choice choice, List<Attempt> attempts, Workers workers) {
    Optional<Attempt> best = Round.cheapest(attempts);
    boolean inaccurate =
        attempts.stream()
            .anyMatch(
                attempt ->
                    attempt.rejectedFor(Rejection.Kind.INACCURATE)
                        && attempt.hasLayers(choice)
                        && best.map(kept -> attempt.cost() < kept.cost()).orElse(true));
    if (!inaccurate && best.isPresent()) {
      return List.of();
    }
    List<MeasuredForm> forms = new ArrayList<>();
    attempts.forEach(attempt -> MeasuredForm.of(choice, attempt, workers).ifPresent(forms::add));
    return forms;
  }

  private List<Attempt> allocated(
      Choice choice, List<Attempt> whole, List<MeasuredForm> forms, Workers workers) {
    Allocation allocation = new Allocation(choice.parts().getFirst(), forms, workers.parent());
    PermittedLoss loss = new PermittedLoss(goal.budget());
    ErrorAllowance errors = new ErrorAllowance();
    forms.stream()
        .filter(form -> form.attempt().isScored())
        .forEach(form -> errors.learn(form.errors(), loss.share(form.attempt())));
    double time = isTimeLimited(choice) ? Double.POSITIVE_INFINITY : SMALL;
    double best = Round.cheapest(whole).map(Attempt::cost).orElse(0.);
    List<Attempt> attempts = new ArrayList<>();
    Set<Map<String, LayerForm>> seen = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      Optional<Allocation.Plan> plan =
          allocation.best(solver, new Allocation.Limits(errors.next(), time), goal.preference());
      if (plan.isEmpty()
          || plan.get().chosen().isEmpty()
          || plan.get().estimate().cost(goal.preference()) > best - SMALL
          || !seen.add(plan.get().chosen())) {
        break;
      }
      Optional<Attempt> tried = workers.measure(choice, allocation.option(plan.get()));
      if (tried.isEmpty()) {
        break;
      }
      Attempt attempt = tried.get();
      attempts.add(attempt);
      if (attempt.isScored()) {
        errors.learn(plan.get().estimate().loss(), loss.share(attempt));
      } else if (attempt.rejectedFor(Rejection.Kind.SLOWER)) {
        time -= Math.max(attempt.timeRatio() - 1 - plan.get().estimate().time(), SMALL);
      } else {
        break;
      }
      if (attempt.acceptable()) {
        best = Math.min(best, attempt.cost());
      }
    }
    return attempts;
  }

  /** Whether the budget says how slow the parts may be; otherwise they may be no slower. */
  private boolean isTimeLimited(Choice choice) {
    return TimeLimit.of(goal.budget(), choice.parts(), false).limit().isPresent();
  }
}
