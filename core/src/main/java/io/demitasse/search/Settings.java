package io.demitasse.search;

import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Workload;
import io.demitasse.kernels.LayerTimes;
import io.demitasse.pipeline.Event;
import io.demitasse.port.Solver;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.SearchMethod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What holds for a whole search.
 *
 * @param recordedInputs what flowed into the parts of the original
 * @param workloads what to time, by part; a part without any is not timed
 * @param compared what exact steps have to give the same outputs on, by part
 * @param goal what is to be reached
 * @param journal remembers what was measured
 * @param schedule what may still be tried
 * @param method how it is decided what to try
 * @param solver allots forms to layers; without one the layers that do most harm are left out
 * @param layerTimes measures what layers take by themselves; without it the time of a part is
 *     shared out among its layers
 */
public record Settings(
    RecordedInputs recordedInputs,
    Map<String, List<Workload>> workloads,
    Map<String, List<Workload>> compared,
    Goal goal,
    int threads,
    Journal journal,
    Schedule schedule,
    SearchMethod method,
    Optional<Solver> solver,
    Optional<LayerTimes> layerTimes,
    Consumer<Event> events) {

  /** Shapes of the inputs that a part is timed on; none where it is not. */
  Map<String, long[]> sizes(String part) {
    return workloads.getOrDefault(part, List.of()).stream()
        .findFirst()
        .map(
            workload ->
                workload.inputs().entrySet().stream()
                    .collect(
                        Collectors.toMap(
                            Map.Entry::getKey, input -> input.getValue().shape().sizes())))
        .orElse(Map.of());
  }

  /** Layers are allotted their forms where there is a solver. */
  Searcher searcher() {
    Searcher usual =
        solver
            .filter(_ -> method != SearchMethod.GREEDY)
            .<Searcher>map(found -> new AllocatingSearcher(found, goal))
            .orElseGet(GreedySearcher::new);
    return method == SearchMethod.GRID ? new GridSearcher(usual) : usual;
  }
}
