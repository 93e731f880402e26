package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.port.Solver;
import io.demitasse.recipe.Goal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Gives each layer the form that serves the whole best. Every form is tried on the whole part
 * first; where it loses too much, what a choice has for its recovery is tried, and where few layers
 * do most of it, the form without them. Where one that promises more than what can be kept still
 * loses too much, or nothing can be kept and some layers of a form that is too slow are faster by
 * themselves, errors and times of single layers are measured, and a knapsack is solved for the
 * layers that may have it. What comes of that is measured end to end, corrects the prediction, and
 * is solved again, a few times. Last, what greedy search would try is tried where it promises more.
 *
 * <p>What is exact, and what has no layers to choose from, is left to {@link GreedySearcher}.
 */
record AllocatingSearcher(Solver solver, Goal goal) implements Searcher {
  private static final int ROUNDS = 5;

  /** A difference in size or time that is not worth another measurement, relative to the part. */
  private static final double SMALL = .01;

  @Override
  public Round decide(Choice choice, Workers workers) {
    boolean simple = choice.options().stream().allMatch(option -> option.steps().size() == 1);
    if (choice.isOfSeveral() || choice.isExact() || !simple || isTiny(choice, workers)) {
      return new GreedySearcher().decide(choice, workers);
    }
    List<Attempt> whole = new ArrayList<>(measured(choice, choice.options(), workers));
    List<Attempt> recovered = new Recovery(choice, workers).tried(whole).stream().toList();
    if (recovered.stream().anyMatch(Attempt::acceptable)) {
      return Round.ofSingleSteps(Stream.concat(whole.stream(), recovered.stream()).toList());
    }
    List<Attempt> relaxed = relaxed(choice, whole, workers);
    if (leavesMore(choice, whole, cheapest(whole, relaxed))) {
      whole.addAll(measured(choice, choice.fallbacks(), workers));
    }
    List<MeasuredForm> forms = forms(choice, whole, cheapest(whole, relaxed), workers);
    List<Attempt> attempts = new ArrayList<>(whole);
    attempts.addAll(recovered);
    attempts.addAll(relaxed);
    if (!forms.isEmpty()) {
      attempts.addAll(allocated(choice, attempts, forms, workers));
    }
    return Round.ofSingleSteps(attempts);
  }

  /**
   * Whether a part was so small a share of its bundle that its layers are not worth the time. The
   * bundle counts as it was given: otherwise a part would grow while others shrink.
   */
  private static boolean isTiny(Choice choice, Workers workers) {
    BundleFiles files = workers.original().files();
    return files.bytes(choice.parts().getFirst()) < SMALL * files.bytes();
  }

  private static List<Attempt> measured(Choice choice, List<Option> options, Workers workers) {
    return options.stream().flatMap(option -> workers.measure(choice, option).stream()).toList();
  }

  /** What is too inaccurate for the sake of few layers, without them. */
  private static List<Attempt> relaxed(Choice choice, List<Attempt> whole, Workers workers) {
    List<Attempt> relaxed = new ArrayList<>();
    for (Attempt attempt : whole) {
      if (promisesMore(choice, attempt, cheapest(whole, relaxed))) {
        Relaxation relaxation = Relaxation.of(choice, attempt, workers);
        relaxed.addAll(relaxation.tried(workers, relaxation::areHarmful));
      }
    }
    return relaxed;
  }

  private static Optional<Attempt> cheapest(List<Attempt> some, List<Attempt> others) {
    return Round.cheapest(Stream.concat(some.stream(), others.stream()).toList());
  }

  /** Whether only accuracy speaks against what would be better than what can be kept. */
  private static boolean promisesMore(Choice choice, Attempt attempt, Optional<Attempt> best) {
    return attempt.rejectedFor(Rejection.Kind.INACCURATE)
        && attempt.hasLayers(choice)
        && best.map(kept -> attempt.cost() < kept.cost() - SMALL).orElse(true);
  }

  /** Whether nothing can be kept, or something that was too inaccurate promised more. */
  private static boolean leavesMore(Choice choice, List<Attempt> whole, Optional<Attempt> best) {
    return best.isEmpty()
        || whole.stream().anyMatch(attempt -> promisesMore(choice, attempt, best));
  }

  /** What layers can be given; nothing where the whole is as good as its layers promise. */
  private static List<MeasuredForm> forms(
      Choice choice, List<Attempt> whole, Optional<Attempt> best, Workers workers) {
    if (!leavesMore(choice, whole, best)) {
      return List.of();
    }
    List<MeasuredForm> forms = new ArrayList<>();
    whole.forEach(attempt -> MeasuredForm.of(choice, attempt, workers).ifPresent(forms::add));
    return forms;
  }

  private List<Attempt> allocated(
      Choice choice, List<Attempt> before, List<MeasuredForm> forms, Workers workers) {
    Allocation allocation = new Allocation(choice.parts().getFirst(), forms, workers.parent());
    Rounds rounds = new Rounds(choice, workers, allocation, before);
    rounds.learn(before, forms);
    rounds.solve();
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

    Rounds(Choice choice, Workers workers, Allocation allocation, List<Attempt> before) {
      this.choice = choice;
      this.workers = workers;
      this.allocation = allocation;
      this.best = Round.cheapest(before).map(Attempt::cost).orElse(0.);
    }

    /** What forms have done to the whole, and to what was left of it. */
    void learn(List<Attempt> before, List<MeasuredForm> forms) {
      for (int form = 0; form < forms.size(); form++) {
        for (Attempt attempt : before) {
          if (forms.get(form).isOf(attempt)) {
            Allocation.Plan plan = allocation.only(form, Set.copyOf(attempt.changedNodes()));
            seen.add(plan.chosen());
            learn(plan, attempt);
          }
        }
      }
    }

    private void learn(Allocation.Plan plan, Attempt attempt) {
      if (attempt.isScored()) {
        errors.learn(plan.estimate().loss(), loss.share(attempt));
      }
    }

    /** Solves, measures what comes of it, corrects what was predicted, and solves again. */
    void solve() {
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
        List<String> rest = harmful.subList(count, harmful.size());
        Allocation.Plan plan = allocation.only(form, Set.copyOf(rest));
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
      tried.ifPresent(attempt -> learn(plan, attempt));
      tried.filter(Attempt::acceptable).ifPresent(kept -> best = Math.min(best, kept.cost()));
      return tried;
    }
  }

  /** Whether the budget says how slow the parts may be; otherwise they may be no slower. */
  private boolean isTimeLimited(Choice choice) {
    return TimeLimit.of(goal.budget(), choice.parts(), false).limit().isPresent();
  }
}
