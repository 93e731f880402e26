package io.demitasse.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.port.ParetoSolver;
import io.demitasse.port.ParetoSolver.Problem;
import io.demitasse.port.Ports;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Fronts of problems whose true fronts are known. */
final class EvolvingParetoSolverTest {
  private static final ParetoSolver SOLVER = Ports.find(ParetoSolver.class).orElseThrow();

  /** The first objective counts sites that are 1, the second those that are 0. */
  @Test
  void opposedObjectivesHaveEveryStepBetweenThem() {
    int sites = 12;
    Problem problem = new Problem(Collections.nCopies(sites, 2), sums -> counted(sums));

    List<List<Integer>> front = SOLVER.front(problem, List.of(), 7);

    assertThat(front.stream().map(each -> counted(each)[0]).distinct()).hasSize(sites + 1);
  }

  @Test
  void nothingInAFrontBeatsAnother() {
    Problem problem = layers(30, 1);

    List<List<Integer>> front = SOLVER.front(problem, List.of(), 7);

    assertThat(front).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    for (List<Integer> one : front) {
      for (List<Integer> other : front) {
        double[] a = problem.objectives().apply(one);
        double[] b = problem.objectives().apply(other);
        assertThat(a[0] < b[0] && a[1] < b[1] && a[2] < b[2]).isFalse();
      }
    }
  }

  /**
   * Taking layers by what they save for what they lose is the true front but for the last layer of
   * each sum, where size alone is set against loss.
   */
  @Test
  void aFrontOfManyLayersComesNearTheTrueOne() {
    int layers = 60;
    Random random = new Random(3);
    double[] saved = random.doubles(layers, 1, 10).toArray();
    double[] lost = random.doubles(layers, .1, 10).toArray();
    Problem problem =
        new Problem(Collections.nCopies(layers, 2), taken -> sums(taken, saved, lost));
    List<Integer> none = Collections.nCopies(layers, 0);
    List<Integer> all = Collections.nCopies(layers, 1);

    List<double[]> front =
        SOLVER.front(problem, List.of(none, all), 7).stream().map(problem.objectives()).toList();

    List<Integer> best = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      best.add(i);
    }
    best.sort(Comparator.comparingDouble(i -> lost[i] / saved[i]));
    List<Integer> taken = new ArrayList<>(none);
    for (int layer : best.subList(0, layers / 2)) {
      taken.set(layer, 1);
    }
    double[] half = sums(taken, saved, lost);
    double nearest =
        front.stream()
            .filter(each -> each[0] <= half[0])
            .mapToDouble(each -> each[1])
            .min()
            .orElseThrow();
    assertThat(nearest).isLessThan(1.25 * half[1]);
    assertThat(front).anyMatch(each -> each[1] == 0);
  }

  @Test
  void theSameSeedHasTheSameFront() {
    Problem problem = layers(20, 5);

    assertThat(new HashSet<>(SOLVER.front(problem, List.of(), 3)))
        .isEqualTo(new HashSet<>(SOLVER.front(problem, List.of(), 3)));
  }

  @Test
  void aSiteWithoutOptionsIsRefused() {
    assertThatThrownBy(() -> new Problem(List.of(2, 0), _ -> new double[] {0}))
        .hasMessageContaining("at least 1 option");
  }

  private static double[] counted(List<Integer> combination) {
    long ones = combination.stream().filter(option -> option == 1).count();
    return new double[] {ones, combination.size() - ones};
  }

  private static double[] sums(List<Integer> taken, double[] saved, double[] lost) {
    double size = 0;
    double loss = 0;
    for (int i = 0; i < taken.size(); i++) {
      size -= taken.get(i) * saved[i];
      loss += taken.get(i) * lost[i];
    }
    return new double[] {size, loss};
  }

  /** Each layer has three ways, which save and lose as they come. */
  private static Problem layers(int count, long seed) {
    Random random = new Random(seed);
    double[][][] ways = new double[count][3][];
    for (double[][] layer : ways) {
      layer[0] = new double[3];
      for (int way = 1; way < 3; way++) {
        layer[way] =
            new double[] {-random.nextDouble(), random.nextDouble() - .7, random.nextDouble()};
      }
    }
    return new Problem(
        Collections.nCopies(count, 3),
        combination -> {
          double[] sum = new double[3];
          for (int i = 0; i < count; i++) {
            for (int j = 0; j < 3; j++) {
              sum[j] += ways[i][combination.get(i)][j];
            }
          }
          return sum;
        });
  }
}
