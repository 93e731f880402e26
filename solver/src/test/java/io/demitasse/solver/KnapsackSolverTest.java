package io.demitasse.solver;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.port.Solver;
import io.demitasse.port.Solver.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The answer keeps the limits, and costs little more than the best of all, where these can be
 * listed.
 */
final class KnapsackSolverTest {
  private static final Solver SOLVER = Solver.find().orElseThrow();

  @Test
  void takesWhatCostsLeastWithinTheLimit() {
    List<List<Item>> groups =
        List.of(List.of(item(0, 0), item(-5, 3), item(-6, 9)), List.of(item(0, 0), item(-4, 4)));

    assertThat(SOLVER.choose(groups, List.of(7.))).contains(List.of(1, 1));
    assertThat(SOLVER.choose(groups, List.of(3.5))).contains(List.of(1, 0));
    assertThat(SOLVER.choose(groups, List.of(0.))).contains(List.of(0, 0));
    assertThat(SOLVER.choose(groups, List.of(13.))).contains(List.of(2, 1));
  }

  @Test
  void nothingIsTakenWhereNothingKeepsTheLimits() {
    assertThat(SOLVER.choose(List.of(List.of(item(1, 2), item(2, 3))), List.of(1.))).isEmpty();
  }

  @Test
  void everyLimitIsKept() {
    List<List<Item>> groups =
        List.of(
            List.of(new Item(0, List.of(0., 0.)), new Item(-9, List.of(1., 5.))),
            List.of(new Item(0, List.of(0., 0.)), new Item(-2, List.of(1., 1.))));

    assertThat(SOLVER.choose(groups, List.of(2., 4.))).contains(List.of(0, 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void isNearTheBestOfAllAnswers(long seed) {
    Random random = new Random(seed);
    List<List<Item>> groups = groups(random, 8, 3);
    List<Double> limits = List.of(3., 4.);

    Optional<List<Integer>> answer = SOLVER.choose(groups, limits);

    assertThat(answer).isPresent();
    assertThat(uses(groups, answer.get(), 0)).isLessThanOrEqualTo(3 + 1e-5);
    assertThat(uses(groups, answer.get(), 1)).isLessThanOrEqualTo(4 + 1e-5);
    // No item gains more than 1, and each of the two limits may cost one.
    double least = least(groups, limits);
    assertThat(cost(groups, answer.get())).isBetween(least - 1e-9, least + .5);
  }

  @Test
  void theSameProblemHasTheSameAnswer() {
    List<List<Item>> groups = groups(new Random(7), 150, 4);

    Optional<List<Integer>> answer = SOLVER.choose(groups, List.of(40., 60.));

    assertThat(answer).isPresent();
    assertThat(SOLVER.choose(groups, List.of(40., 60.))).isEqualTo(answer);
  }

  private static List<List<Item>> groups(Random random, int count, int items) {
    List<List<Item>> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Item> group = new ArrayList<>(List.of(new Item(0, List.of(0., 0.))));
      for (int j = 1; j < items; j++) {
        group.add(
            new Item(-random.nextDouble(), List.of(random.nextDouble(), random.nextDouble())));
      }
      groups.add(group);
    }
    return groups;
  }

  private static double least(List<List<Item>> groups, List<Double> limits) {
    double least = Double.POSITIVE_INFINITY;
    int[] answer = new int[groups.size()];
    do {
      List<Integer> tried = new ArrayList<>();
      for (int index : answer) {
        tried.add(index);
      }
      if (uses(groups, tried, 0) <= limits.get(0) && uses(groups, tried, 1) <= limits.get(1)) {
        least = Math.min(least, cost(groups, tried));
      }
    } while (next(answer, groups));
    return least;
  }

  /** Counts on, with a digit for each group. */
  private static boolean next(int[] answer, List<List<Item>> groups) {
    for (int i = 0; i < answer.length; i++) {
      if (++answer[i] < groups.get(i).size()) {
        return true;
      }
      answer[i] = 0;
    }
    return false;
  }

  private static double cost(List<List<Item>> groups, List<Integer> answer) {
    double sum = 0;
    for (int i = 0; i < answer.size(); i++) {
      sum += groups.get(i).get(answer.get(i)).cost();
    }
    return sum;
  }

  private static double uses(List<List<Item>> groups, List<Integer> answer, int limit) {
    double sum = 0;
    for (int i = 0; i < answer.size(); i++) {
      sum += groups.get(i).get(answer.get(i)).uses().get(limit);
    }
    return sum;
  }

  private static Item item(double cost, double use) {
    return new Item(cost, List.of(use));
  }
}
