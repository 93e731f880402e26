package io.demitasse.port;

import io.demitasse.error.DemitasseException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Chooses among whole things: the multiple-choice knapsack problem (Sinha, Zoltners: The
 * Multiple-Choice Knapsack Problem, Operations Research, 1979) with any number of limits.
 */
public interface Solver {

  /**
   * One way to settle a choice.
   *
   * @param cost finite; may be negative where it is a gain
   * @param uses how much it takes of each limited quantity, in the order of the limits; at least 0
   */
  record Item(double cost, List<Double> uses) {
    public Item {
      uses = List.copyOf(uses);
      if (!Double.isFinite(cost) || uses.stream().anyMatch(use -> !(use >= 0 && use < 1e300))) {
        throw new IllegalArgumentException("cost and uses are finite numbers, got " + cost + uses);
      }
    }
  }

  /**
   * Takes one item of every group so that no limit is exceeded and the sum of costs is least, or
   * nearly: in large problems an answer may cost more than the best by one item for each limit. The
   * same problem has the same answer.
   *
   * @param groups no empty ones
   * @param limits at least 0
   * @return the index of the item that is taken of each group; empty when nothing keeps the limits
   */
  Optional<List<Integer>> choose(List<List<Item>> groups, List<Double> limits);

  /**
   * The one on the class path.
   *
   * @throws DemitasseException (bad request) when there are several
   */
  static Optional<Solver> find() {
    List<Solver> found =
        ServiceLoader.load(Solver.class).stream().map(ServiceLoader.Provider::get).toList();
    if (found.size() > 1) {
      throw DemitasseException.badRequest(
          "There are several solvers on the class path, and one is needed: "
              + found.stream().map(each -> each.getClass().getName()).toList()
              + ". Leave all but one out.");
    }
    return found.stream().findFirst();
  }
}
