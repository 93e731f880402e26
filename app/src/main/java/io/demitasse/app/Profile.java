package io.demitasse.app;

import io.demitasse.evaluate.Workload;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the time of a run goes, by the runtime's own profiler: its nodes are what it made of ours.
 *
 * @param inputs the shape that was run
 * @param milliseconds of all nodes together, a run
 * @param operators the slowest first
 * @param nodes the slowest first
 */
record Profile(
    String inputs, int threads, double milliseconds, List<Time> operators, List<Time> nodes) {
  private static final int WARM_UP = 2;
  private static final int MOST_RUNS = 200;
  private static final long NANOSECONDS = 2_000_000_000L;

  /**
   * What one node, or all nodes of one operator, take in a run.
   *
   * @param operator empty where the name is that of an operator
   */
  record Time(String name, String operator, double milliseconds, long callsPerRun) {}

  static Profile of(Runtime runtime, Path model, Workload workload, int threads) {
    int runs = 0;
    List<Runtime.NodeTime> measured;
    try (Runtime.Session session =
        runtime.open(model, Runtime.SessionOptions.of(threads).profiled())) {
      long end = System.nanoTime() + NANOSECONDS;
      while (runs < WARM_UP || (runs < MOST_RUNS && System.nanoTime() < end)) {
        session.run(workload.inputs());
        runs++;
      }
      measured = session.profile();
    }
    int all = runs;
    Map<String, List<Runtime.NodeTime>> byOperator = new LinkedHashMap<>();
    measured.forEach(
        time -> byOperator.computeIfAbsent(time.opType(), key -> new ArrayList<>()).add(time));
    List<Time> operators = new ArrayList<>();
    byOperator.forEach((operator, times) -> operators.add(time(operator, "", times, all)));
    List<Time> nodes =
        measured.stream().map(one -> time(one.node(), one.opType(), List.of(one), all)).toList();
    return new Profile(
        workload.name(),
        threads,
        operators.stream().mapToDouble(Time::milliseconds).sum(),
        slowestFirst(operators),
        slowestFirst(nodes));
  }

  private static Time time(String name, String operator, List<Runtime.NodeTime> times, int runs) {
    long microseconds = times.stream().mapToLong(Runtime.NodeTime::microseconds).sum();
    long calls = times.stream().mapToLong(Runtime.NodeTime::calls).sum();
    return new Time(name, operator, microseconds / 1e3 / runs, calls / runs);
  }

  private static List<Time> slowestFirst(List<Time> times) {
    return times.stream()
        .sorted(Comparator.comparingDouble(Time::milliseconds).reversed())
        .toList();
  }
}
