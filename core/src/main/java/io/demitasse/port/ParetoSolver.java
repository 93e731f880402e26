package io.demitasse.port;

import java.util.List;
import java.util.function.Function;

/**
 * Finds combinations that no other beats: whatever is better than them in one objective is worse in
 * another.
 */
@Port(does = "finds combinations that no other beats", module = "io.demitasse:demitasse-solver")
public interface ParetoSolver {

  /**
   * What is to be combined.
   *
   * @param options how many ways there are to settle each site; at least 1 each
   * @param objectives of a combination, which has the index of an option for each site: always as
   *     many finite numbers, all the better the lower they are
   */
  record Problem(List<Integer> options, Function<List<Integer>, double[]> objectives) {
    public Problem {
      options = List.copyOf(options);
      if (options.isEmpty() || options.stream().anyMatch(count -> count < 1)) {
        throw new IllegalArgumentException("every site has at least 1 option, got " + options);
      }
    }
  }

  /**
   * Searches for the front.
   *
   * @param known combinations to begin with; may be empty
   * @param seed the same problem has the same answer with the same seed
   * @return combinations of which none beats another, each once, in no particular order
   */
  List<List<Integer>> front(Problem problem, List<List<Integer>> known, long seed);
}
