package io.demitasse.search;

import io.demitasse.port.ParetoSolver;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All ways to give the layers of several parts one form each, and what each way is thought to do to
 * the whole.
 *
 * @param parts those that can be given forms
 * @param limits what a combination has to keep; what goes beyond is worse in every objective
 */
record Combinations(List<Part> parts, Limits limits) {
  /** How much worse what leaves the limits is than anything that keeps them. */
  private static final double PENALTY = 10;

  Combinations {
    parts = List.copyOf(parts);
  }

  /**
   * A part and the forms of its layers.
   *
   * @param bytes of the part relative to those of the bundle
   * @param time the same of what it takes
   * @param loss for one unit of error, as a share of what the budget permits
   */
  record Part(
      String name,
      List<MeasuredForm> forms,
      Allocation allocation,
      double bytes,
      double time,
      double loss) {

    private Estimate estimate(List<Integer> taken) {
      Estimate own = allocation.estimate(taken);
      return new Estimate(own.size() * bytes, own.time() * time, own.loss() * loss);
    }
  }

  /**
   * What may not be exceeded.
   *
   * @param time added to that of the bundle, relative to it; may be infinite
   * @param loss as a share of what the budget permits
   */
  record Limits(double time, double loss) {}

  /** What a solver is asked. */
  ParetoSolver.Problem problem() {
    List<Integer> options = new ArrayList<>();
    parts.forEach(part -> options.addAll(part.allocation().options()));
    return new ParetoSolver.Problem(options, this::objectives);
  }

  /** What a combination takes of each part, in the order of the parts. */
  private List<List<Integer>> byPart(List<Integer> combination) {
    List<List<Integer>> all = new ArrayList<>();
    int first = 0;
    for (Part part : parts) {
      int end = first + part.allocation().sites();
      all.add(combination.subList(first, end));
      first = end;
    }
    return all;
  }

  /** Size and time relative to those of the bundle, and loss, as they are predicted. */
  Estimate estimate(List<Integer> combination) {
    List<List<Integer>> taken = byPart(combination);
    Estimate sum = Estimate.NOTHING;
    for (int i = 0; i < parts.size(); i++) {
      sum = sum.plus(parts.get(i).estimate(taken.get(i)));
    }
    return sum;
  }

  private double[] objectives(List<Integer> combination) {
    Estimate estimate = estimate(combination);
    double beyond =
        Math.max(0, estimate.time() - limits.time()) + Math.max(0, estimate.loss() - limits.loss());
    double penalty = beyond > 0 ? PENALTY * (1 + beyond) : 0;
    return new double[] {
      estimate.size() + penalty, estimate.time() + penalty, estimate.loss() + penalty
    };
  }

  /** Whether a combination is predicted to keep the limits. */
  boolean isKept(List<Integer> combination) {
    Estimate estimate = estimate(combination);
    return estimate.time() <= limits.time() && estimate.loss() <= limits.loss();
  }

  /** Everything left as it is, and every form of a part in all its layers. */
  List<List<Integer>> simplest() {
    List<Integer> nothing = Collections.nCopies(problem().options().size(), 0);
    List<List<Integer>> all = new ArrayList<>(List.of(nothing));
    for (int i = 0; i < parts.size(); i++) {
      for (int form = 0; form < parts.get(i).forms().size(); form++) {
        List<Integer> one = new ArrayList<>(nothing);
        List<Integer> whole = parts.get(i).allocation().taking(form);
        Collections.copy(byPart(one).get(i), whole);
        all.add(one);
      }
    }
    return all;
  }

  /** A combination as one option on all the parts that it changes; without steps for none. */
  Option option(List<Integer> combination) {
    List<List<Integer>> taken = byPart(combination);
    List<Step> steps = new ArrayList<>();
    List<String> told = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      Option option = part.allocation().option(part.allocation().plan(taken.get(i)));
      if (!option.steps().isEmpty()) {
        steps.addAll(option.steps());
        told.add(parts.size() > 1 ? part.name() + ": " + option.title() : option.title());
      }
    }
    return new Option(String.join("; ", told), steps);
  }

  /** The parts that a combination changes. */
  List<String> changed(List<Integer> combination) {
    List<List<Integer>> taken = byPart(combination);
    return IntStream.range(0, parts.size())
        .filter(i -> taken.get(i).stream().anyMatch(option -> option > 0))
        .mapToObj(i -> parts.get(i).name())
        .toList();
  }
}
