package io.demitasse.solver;

import io.demitasse.port.Solver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/**
 * Solves the linear relaxation, where an item may be taken in part, and rounds. A corner of it
 * takes parts in as many groups as there are limits at most (Sinha, Zoltners: The Multiple-Choice
 * Knapsack Problem, Operations Research, 1979), so that rounding gives away little; what is left of
 * the limits is spent on the best exchanges of one item for another.
 */
public final class KnapsackSolver implements Solver {
  /** What rounding may make of a whole number. */
  private static final double WHOLE = 1 - 1e-6;

  /** How far a sum may be over its limit by rounding, relative to it. */
  private static final double ROUNDING = 1e-9;

  @Override
  public Optional<List<Integer>> choose(List<List<Item>> groups, List<Double> limits) {
    return relaxed(groups, limits).flatMap(shares -> rounded(groups, limits, shares));
  }

  /** How much of each item the relaxation takes; empty where it keeps no limits. */
  private static Optional<List<double[]>> relaxed(List<List<Item>> groups, List<Double> limits) {
    ExpressionsBasedModel model = new ExpressionsBasedModel();
    List<Expression> sums = new ArrayList<>();
    for (int i = 0; i < limits.size(); i++) {
      sums.add(model.newExpression("limit " + i).upper(limits.get(i)));
    }
    List<List<Variable>> variables = new ArrayList<>();
    for (List<Item> group : groups) {
      variables.add(add(model, group, sums, variables.size()));
    }
    Optimisation.Result result = model.minimise();
    return result.getState().isFeasible()
        ? Optional.of(variables.stream().map(KnapsackSolver::values).toList())
        : Optional.empty();
  }

  private static List<Variable> add(
      ExpressionsBasedModel model, List<Item> group, List<Expression> sums, int number) {
    Expression one = model.newExpression("group " + number).level(1);
    List<Variable> variables = new ArrayList<>();
    for (Item item : group) {
      Variable share =
          model.newVariable(number + "." + variables.size()).lower(0).weight(item.cost());
      one.set(share, 1);
      for (int i = 0; i < sums.size(); i++) {
        sums.get(i).set(share, item.uses().get(i));
      }
      variables.add(share);
    }
    return variables;
  }

  private static double[] values(List<Variable> variables) {
    return variables.stream()
        .mapToDouble(share -> share.getValue() == null ? 0 : share.getValue().doubleValue())
        .toArray();
  }

  /** Whole items stay; of what is taken in parts, the thriftiest item is taken instead. */
  private static Optional<List<Integer>> rounded(
      List<List<Item>> groups, List<Double> limits, List<double[]> shares) {
    List<Integer> taken = new ArrayList<>();
    for (int group = 0; group < groups.size(); group++) {
      double[] share = shares.get(group);
      List<Item> items = groups.get(group);
      taken.add(
          IntStream.range(0, share.length)
              .filter(item -> share[item] > WHOLE)
              .boxed()
              .findFirst()
              .orElseGet(() -> thriftiest(items)));
    }
    Remaining remaining = Remaining.of(groups, limits, taken);
    if (!remaining.isKept()) {
      taken = new ArrayList<>(groups.stream().map(KnapsackSolver::thriftiest).toList());
      remaining = Remaining.of(groups, limits, taken);
    }
    if (!remaining.isKept()) {
      return Optional.empty();
    }
    exchange(groups, taken, remaining);
    return Optional.of(Collections.unmodifiableList(taken));
  }

  private static int thriftiest(List<Item> items) {
    return IntStream.range(0, items.size())
        .boxed()
        .min(
            Comparator.comparingDouble(
                    (Integer item) ->
                        items.get(item).uses().stream().mapToDouble(Double::doubleValue).sum())
                .thenComparing(item -> items.get(item).cost()))
        .orElseThrow();
  }

  /** As long as there is one: the exchange that gains most and keeps the limits. */
  private static void exchange(List<List<Item>> groups, List<Integer> taken, Remaining remaining) {
    boolean found = true;
    while (found) {
      double most = 0;
      int where = -1;
      int what = -1;
      for (int group = 0; group < groups.size(); group++) {
        Item now = groups.get(group).get(taken.get(group));
        for (int item = 0; item < groups.get(group).size(); item++) {
          Item other = groups.get(group).get(item);
          double gain = now.cost() - other.cost();
          if (gain > most && remaining.permits(now, other)) {
            most = gain;
            where = group;
            what = item;
          }
        }
      }
      found = where >= 0;
      if (found) {
        remaining.exchange(groups.get(where).get(taken.get(where)), groups.get(where).get(what));
        taken.set(where, what);
      }
    }
  }

  /** What is left of each limit. */
  private record Remaining(double[] left, double[] rounding) {

    static Remaining of(List<List<Item>> groups, List<Double> limits, List<Integer> taken) {
      double[] left = limits.stream().mapToDouble(Double::doubleValue).toArray();
      double[] rounding = limits.stream().mapToDouble(limit -> limit * ROUNDING).toArray();
      for (int group = 0; group < groups.size(); group++) {
        Item item = groups.get(group).get(taken.get(group));
        for (int i = 0; i < left.length; i++) {
          left[i] -= item.uses().get(i);
        }
      }
      return new Remaining(left, rounding);
    }

    boolean isKept() {
      return IntStream.range(0, left.length).allMatch(i -> left[i] >= -rounding[i]);
    }

    boolean permits(Item now, Item other) {
      return IntStream.range(0, left.length)
          .allMatch(i -> left[i] + now.uses().get(i) - other.uses().get(i) >= -rounding[i]);
    }

    void exchange(Item now, Item other) {
      for (int i = 0; i < left.length; i++) {
        left[i] += now.uses().get(i) - other.uses().get(i);
      }
    }
  }
}
