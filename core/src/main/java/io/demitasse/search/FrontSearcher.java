package io.demitasse.search;

import io.demitasse.evaluate.TimingComparison;
import io.demitasse.port.ParetoSolver;
import io.demitasse.recipe.Goal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds several results of which none beats another in size, time and loss. Every form is tried on
 * every part as a whole, and what is known of its layers predicts what any combination does. A
 * solver finds the front of what is predicted; those that stand for it are measured end to end and
 * correct the prediction, and what they leave open is filled, a few times.
 */
final class FrontSearcher {
  private static final int ROUNDS = 3;

  /** Of the loss that the budget permits, so that what was predicted a little low still fits. */
  private static final double AIM = .9;

  /** Predicted time that is too little to be slower by, relative to the whole. */
  private static final double SMALL = .01;

  private static final ParetoFront<Point> FRONT = new ParetoFront<>(Point::objectives);

  private final ParetoSolver solver;
  private final Goal goal;
  private final PermittedLoss loss;
  private final Workers workers;
  private final long seed;
  private final List<Attempt> attempts = new ArrayList<>();
  private final List<Point> measured = new ArrayList<>();

  /** Milliseconds of all parts before. */
  private double milliseconds;

  /** By how much losses were predicted too low, as a factor. */
  private double correction = 1;

  /**
   * What was tried, and what of it is on the front, the largest first.
   *
   * @param kept without the best bundle before, which loses nothing and is always on it
   */
  record Found(List<Attempt> attempts, List<Attempt> kept) {}

  /**
   * Something that was measured or is predicted.
   *
   * @param attempt null for what is predicted, and for the best bundle before
   * @param combination null for what is measured
   */
  private record Point(
      @Nullable Attempt attempt, @Nullable List<Integer> combination, double[] objectives) {}

  /**
   * @param seed of the solver
   */
  FrontSearcher(ParetoSolver solver, Goal goal, Workers workers, long seed) {
    this.solver = solver;
    this.goal = goal;
    this.loss = new PermittedLoss(goal.budget());
    this.workers = workers;
    this.seed = seed;
  }

  /**
   * Searches from the best bundle so far.
   *
   * @param choices what can be done to each part, in forms of its layers
   * @param count how many results are wanted besides the best bundle so far
   */
  Found front(List<Choice> choices, int count) {
    List<Combinations.Part> parts = parts(choices);
    Point before = new Point(null, null, new double[3]);
    measured.add(before);
    attempts.forEach(this::add);
    Set<List<Integer>> tried = new HashSet<>();
    for (int round = 0; round < ROUNDS && !parts.isEmpty(); round++) {
      int missing = round == 0 ? count : count + 1 - FRONT.unbeaten(measured).size();
      List<Point> next = next(parts, tried, missing);
      if (next.isEmpty()) {
        break;
      }
      Combinations combinations = combinations(parts);
      next.forEach(point -> measure(combinations, Objects.requireNonNull(point.combination())));
    }
    List<Point> front = new ArrayList<>(FRONT.unbeaten(measured));
    front.remove(before);
    List<Attempt> kept =
        FRONT.spread(front, List.of(before), count).stream()
            .sorted(Comparator.comparingDouble((Point point) -> point.objectives()[0]).reversed())
            .map(point -> Objects.requireNonNull(point.attempt()))
            .toList();
    return new Found(List.copyOf(attempts), kept);
  }

  /** Tries every form on every part as a whole. */
  private List<Combinations.Part> parts(List<Choice> choices) {
    Map<String, List<MeasuredForm>> forms = new LinkedHashMap<>();
    Map<String, Double> times = new LinkedHashMap<>();
    for (Choice choice : choices) {
      String part = choice.parts().getFirst();
      for (Option option : all(choice)) {
        workers
            .measure(choice, option)
            .ifPresent(
                attempt -> {
                  attempts.add(attempt);
                  times.putIfAbsent(part, milliseconds(attempt));
                  MeasuredForm.of(choice, attempt, workers)
                      .ifPresent(
                          form -> forms.computeIfAbsent(part, _ -> new ArrayList<>()).add(form));
                });
      }
    }
    milliseconds = times.values().stream().mapToDouble(Double::doubleValue).sum();
    List<Combinations.Part> parts = new ArrayList<>();
    forms.forEach((part, of) -> parts.add(part(part, of, times.getOrDefault(part, 0.))));
    return parts;
  }

  private static List<Option> all(Choice choice) {
    List<Option> all = new ArrayList<>(choice.options());
    all.addAll(choice.fallbacks());
    return all;
  }

  private Combinations.Part part(String part, List<MeasuredForm> forms, double time) {
    SearchNode parent = workers.parent();
    double perError =
        forms.stream()
            .filter(form -> form.attempt().isScored() && form.errors() > 0)
            .mapToDouble(form -> loss.share(form.attempt()) / form.errors())
            .max()
            .orElse(0);
    return new Combinations.Part(
        part,
        forms,
        new Allocation(part, forms, parent),
        (double) parent.files().bytes(part) / parent.files().bytes(),
        milliseconds > 0 ? time / milliseconds : 0,
        perError);
  }

  private static double milliseconds(Attempt attempt) {
    return attempt.candidate().measured().timings().stream()
        .mapToDouble(timing -> timing.baseline().time().value())
        .sum();
  }

  private Combinations combinations(List<Combinations.Part> parts) {
    double time = goal.budget().latency().isPresent() ? Double.POSITIVE_INFINITY : SMALL;
    return new Combinations(parts, new Combinations.Limits(time, AIM / correction));
  }

  /** Predicted points that stand for those that were not tried yet, which are noted as tried. */
  private List<Point> next(List<Combinations.Part> parts, Set<List<Integer>> tried, int wanted) {
    if (wanted <= 0) {
      return List.of();
    }
    Combinations combinations = combinations(parts);
    tried.addAll(combinations.simplest());
    List<Point> predicted =
        solver.front(combinations.problem(), combinations.simplest(), seed).stream()
            .filter(combination -> combinations.isKept(combination) && !tried.contains(combination))
            .map(combination -> predicted(combinations, combination))
            .toList();
    List<Point> next = FRONT.spread(predicted, measured, wanted);
    next.forEach(point -> tried.add(Objects.requireNonNull(point.combination())));
    return next;
  }

  private Point predicted(Combinations combinations, List<Integer> combination) {
    Estimate estimate = combinations.estimate(combination);
    double[] objectives = {estimate.size(), estimate.time(), estimate.loss() * correction};
    return new Point(null, combination, objectives);
  }

  private void measure(Combinations combinations, List<Integer> combination) {
    Choice choice = new Choice(combinations.changed(combination), List.of(), List.of());
    workers
        .measure(choice, combinations.option(combination))
        .ifPresent(
            attempt -> {
              attempts.add(attempt);
              add(attempt);
              correct(combinations.estimate(combination).loss(), attempt);
            });
  }

  private void add(Attempt attempt) {
    if (attempt.acceptable()) {
      measured.add(new Point(attempt, null, objectives(attempt)));
    }
  }

  /** Relative to the best bundle before: what is added to its size and time, and what is lost. */
  private double[] objectives(Attempt attempt) {
    double size = (double) attempt.node().files().bytes() / workers.parent().files().bytes() - 1;
    double after =
        attempt.candidate().measured().timings().stream()
            .map(TimingComparison::candidate)
            .mapToDouble(latency -> latency.time().value())
            .sum();
    double time = milliseconds > 0 ? (after - milliseconds(attempt)) / milliseconds : 0;
    return new double[] {size, time, loss.share(attempt)};
  }

  /** Learns from what was lost in place of what was predicted. */
  private void correct(double predicted, Attempt attempt) {
    double lost = loss.share(attempt);
    if (attempt.isScored() && predicted > 0 && lost > 0) {
      correction = Math.max(correction, lost / predicted);
    }
  }
}
