package io.demitasse.evaluate;

import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How far outputs of a model that should compute the same as another are from it, as the runtime
 * optimizes both and as both are written.
 *
 * <p>Rounding alone moves outputs, and more in a deep model: what the runtime's own optimizer does
 * to the original is the measure of that.
 *
 * @param deviation the largest of any output, relative to its largest magnitude
 * @param wrong what deviates by more than is allowed, in words; empty when nothing does
 */
public record Drift(double deviation, Optional<String> wrong) {
  /** What is no drift at all. */
  public static final double TOLERANCE = 1e-5;

  private static final List<Runtime.Optimization> OPTIMIZING =
      List.of(Runtime.Optimization.BASIC, Runtime.Optimization.EXTENDED, Runtime.Optimization.ALL);

  /** As far apart as rounding takes two orders of the same sums, each from the true result. */
  private static final double TIMES_OWN = 2;

  /** Whether outputs have moved so far that scores can tell. */
  public boolean isFelt() {
    return deviation > TOLERANCE;
  }

  /** Measures drift against one original, whose own deviations are kept. */
  static final class Meter {
    private final Runtime runtime;
    private final Runtime.SessionOptions options;
    private final Map<Own, Map<String, Double>> own = new LinkedHashMap<>();

    private record Own(Path original, String workload) {}

    Meter(Runtime runtime, Runtime.SessionOptions options) {
      this.runtime = runtime;
      this.options = options;
    }

    /**
     * Compares a candidate with its parent on all workloads.
     *
     * @param original the same part before anything was done to it
     */
    Drift measure(Path original, Path parent, Path candidate, List<Workload> workloads) {
      Drift drift = new Drift(0, Optional.empty());
      for (Runtime.Optimization level :
          List.of(Runtime.Optimization.NONE, Runtime.Optimization.ALL)) {
        Iterator<Map<String, Tensor>> expected = outputs(parent, workloads, level).iterator();
        try (Runtime.Session ours = runtime.open(candidate, options.with(level))) {
          for (Workload workload : workloads) {
            Map<String, Double> deviations =
                deviations(expected.next(), ours.run(workload.inputs()));
            for (Map.Entry<String, Double> output : deviations.entrySet()) {
              drift = drift.and(judged(output, original, workload, level));
            }
            if (drift.wrong().isPresent()) {
              return drift;
            }
          }
        }
      }
      return drift;
    }

    /** Kept, so that its session is closed before another opens: large models fit but once. */
    private List<Map<String, Tensor>> outputs(
        Path file, List<Workload> workloads, Runtime.Optimization level) {
      KeptOutputs kept = new KeptOutputs();
      try (Runtime.Session session = runtime.open(file, options.with(level))) {
        return workloads.stream()
            .map(workload -> kept.keep(session.run(workload.inputs())))
            .toList();
      }
    }

    private Drift judged(
        Map.Entry<String, Double> output,
        Path original,
        Workload workload,
        Runtime.Optimization level) {
      double deviation = output.getValue();
      if (deviation <= TOLERANCE) {
        return new Drift(deviation, Optional.empty());
      }
      double allowed =
          Math.max(
              TOLERANCE, TIMES_OWN * ownOf(original, workload).getOrDefault(output.getKey(), 0.0));
      return new Drift(
          deviation,
          deviation <= allowed
              ? Optional.empty()
              : Optional.of(
                  String.format(
                      Locale.ROOT,
                      "output '%s' at %s%s deviates by %.2g of its largest magnitude, %.2g is"
                          + " allowed",
                      output.getKey(),
                      workload.name(),
                      level == Runtime.Optimization.NONE
                          ? ", without the runtime's optimizations,"
                          : "",
                      deviation,
                      allowed)));
    }

    /**
     * By output, the most that the runtime's optimizer does to the original at any of its levels.
     */
    private Map<String, Double> ownOf(Path original, Workload workload) {
      return own.computeIfAbsent(
          new Own(original, workload.name()),
          _ -> {
            Map<String, Tensor> plain = run(original, workload, Runtime.Optimization.NONE);
            Map<String, Double> most = new LinkedHashMap<>();
            for (Runtime.Optimization level : OPTIMIZING) {
              deviations(plain, run(original, workload, level))
                  .forEach((name, deviation) -> most.merge(name, deviation, Math::max));
            }
            return most;
          });
    }

    private Map<String, Tensor> run(Path file, Workload workload, Runtime.Optimization level) {
      try (Runtime.Session session = runtime.open(file, options.with(level))) {
        return session.run(workload.inputs());
      }
    }
  }

  private static Map<String, Double> deviations(
      Map<String, Tensor> expected, Map<String, Tensor> actual) {
    Map<String, Double> deviations = new LinkedHashMap<>();
    expected.forEach(
        (name, tensor) -> deviations.put(name, Deviation.of(tensor, actual.get(name))));
    return deviations;
  }

  /** The larger of two, and what is wrong with either. */
  public Drift and(Drift other) {
    return new Drift(Math.max(deviation, other.deviation), wrong.or(other::wrong));
  }
}
