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
 * is measured end to end, corrects the prediction, and is solved again, a few times. Last, what
 * greedy search would try is tried where it promises more.
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
    Rounds rounds = new Rounds(choice, workers, allocation, whole);
    rounds.solve(forms);
    for (int form = 0; form < forms.size(); form++) {
      if (forms.get(form).attempt().rejectedFor(Rejection.Kind.INACCURATE)) {
        rounds.leaveOutMostHarmful(form, forms.get(form).layers());
      }
    }
    return rounds.attempts;
  }

  /** Plans for one choice, each measured where it promises more than the best so far. */
  private final class Rounds {
    private final Choice choice;
    private final Workers workers;
    private final Allocation allocation;
    private final PermittedLoss loss = new PermittedLoss(goal.budget());
    private final ErrorAllowance errors = new ErrorAllowance();
    private final List<Attempt> attempts = new ArrayList<>();
    private final Set<Map<String, LayerForm>> seen = new HashSet<>();
    private double best;

    Rounds(Choice choice, Workers workers, Allocation allocation, List<Attempt> whole) {
      this.choice = choice;
      this.workers = workers;
      this.allocation = allocation;
      this.best = Round.cheapest(whole).map(Attempt::cost).orElse(0.);
    }

    /** Solves, measures what comes of it, corrects what was predicted, and solves again. */
    void solve(List<MeasuredForm> forms) {
      forms.stream()
          .filter(form -> form.attempt().isScored())
          .forEach(form -> errors.learn(form.errors(), loss.share(form.attempt())));
      double time = isTimeLimited(choice) ? Double.POSITIVE_INFINITY : SMALL;
      for (int round = 0; round < ROUNDS; round++) {
        Allocation.Limits limits = new Allocation.Limits(errors.next(), time);
        Optional<Allocation.Plan> plan = allocation.best(solver, limits, goal.preference());
        Optional<Attempt> tried = plan.flatMap(this::measured);
        if (tried.isEmpty()) {
          return;
        }
        Attempt attempt = tried.get();
        if (attempt.rejectedFor(Rejection.Kind.SLOWER) && !attempt.isScored()) {
          time -= Math.max(attempt.timeRatio() - 1 - plan.get().estimate().time(), SMALL);
        } else if (!attempt.isScored()) {
          return;
        }
      }
    }

    /**
     * Tries what {@link GreedySearcher} would, where it may fit: what is solved for keeps away from
     * sums of errors that exceeded the budget, and by more than one layer where layers are many.
     */
    void leaveOutMostHarmful(int form, List<Layer> layers) {
      List<String> harmful = layers.stream().map(Layer::node).toList();
      for (int count = 1; count < harmful.size(); count *= 2) {
        Allocation.Plan plan = allocation.without(form, Set.copyOf(harmful.subList(0, count)));
        if (errors.mayKeep(plan.estimate().loss())
            && measured(plan).filter(Attempt::acceptable).isPresent()) {
          return;
        }
      }
    }

    /** Measures a plan that promises more than the best so far and was not seen yet. */
    private Optional<Attempt> measured(Allocation.Plan plan) {
      if (plan.chosen().isEmpty()
          || plan.estimate().cost(goal.preference()) > best - SMALL
          || !seen.add(plan.chosen())) {
        return Optional.empty();
      }
      Optional<Attempt> tried = workers.measure(choice, allocation.option(plan));
      tried.ifPresent(attempts::add);
      tried
          .filter(Attempt::isScored)
          .ifPresent(scored -> errors.learn(plan.estimate().loss(), loss.share(scored)));
      tried.filter(Attempt::acceptable).ifPresent(kept -> best = Math.min(best, kept.cost()));
      return tried;
    }
  }

  /** Whether the budget says how slow the parts may be; otherwise they may be no slower. */
  private boolean isTimeLimited(Choice choice) {
    return TimeLimit.of(goal.budget(), choice.parts(), false).limit().isPresent();
  }
}
