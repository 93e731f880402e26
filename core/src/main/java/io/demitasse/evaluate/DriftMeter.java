package io.demitasse.evaluate;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.stored.KeptTensors;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Measures drift against one original, whose own deviations are kept.
 *
 * <p>Rounding alone moves outputs, and more in a deep model. Two things are the measure of that:
 * what the runtime's own optimizer does to the original, which adds in other orders, and what
 * rounding its weights otherwise does ({@link RoundedWeights}). The second is asked only where the
 * first does not explain a small drift.
 */
final class DriftMeter {
  private static final List<Runtime.Optimization> COMPARED =
      List.of(Runtime.Optimization.NONE, Runtime.Optimization.ALL);

  private static final List<Runtime.Optimization> OPTIMIZING =
      List.of(Runtime.Optimization.BASIC, Runtime.Optimization.EXTENDED, Runtime.Optimization.ALL);

  /** As far apart as rounding takes two orders of the same sums, each from the true result. */
  private static final double TIMES_OWN = 2;

  /** No rounding of weights excuses more. */
  private static final double SMALL = 1e-3;

  /** How many times weights are rounded otherwise: what that does is a matter of luck. */
  private static final int ROUNDINGS = 4;

  private final Ports ports;
  private final Runtime.SessionOptions options;
  private final Map<Own, Map<String, Double>> own = new LinkedHashMap<>();

  /** Which form of an original ran on what; rounding 0 is its own. */
  private record Own(Path original, int rounding, String workload) {}

  DriftMeter(Ports ports, Runtime.SessionOptions options) {
    this.ports = ports;
    this.options = options;
  }

  /**
   * Compares a candidate with its parent on all workloads, no further than to the first that is
   * wrong.
   *
   * @param original the same part before anything was done to it
   */
  Drift measure(Path original, Path parent, Path candidate, List<Workload> workloads) {
    Drift drift = Drift.NONE;
    for (Runtime.Optimization level : COMPARED) {
      Iterator<Map<String, Tensor>> expected = outputs(parent, workloads, level).iterator();
      try (Runtime.Session ours = ports.runtime().open(candidate, options.with(level))) {
        for (Workload workload : workloads) {
          Map<String, Double> deviations = deviations(expected.next(), ours.run(workload.inputs()));
          for (Map.Entry<String, Double> output : deviations.entrySet()) {
            Output measured = new Output(output.getKey(), workload, level, output.getValue());
            drift = drift.and(drift(measured, original, workloads));
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
    KeptTensors kept = new KeptTensors();
    try (Runtime.Session session = ports.runtime().open(file, options.with(level))) {
      return workloads.stream().map(workload -> kept.keep(session.run(workload.inputs()))).toList();
    }
  }

  private Drift drift(Output output, Path original, List<Workload> workloads) {
    double deviation = output.deviation();
    if (deviation <= Drift.TOLERANCE) {
      return new Drift(deviation, false, Optional.empty());
    }
    double optimized = optimized(original, output.workload(), output.name());
    double allowed = allowed(optimized, output, original, workloads);
    return new Drift(
        deviation,
        deviation > optimized,
        deviation <= allowed ? Optional.empty() : Optional.of(output.told(allowed)));
  }

  private double allowed(double optimized, Output output, Path original, List<Workload> workloads) {
    double deviation = output.deviation();
    double allowed = Math.max(Drift.TOLERANCE, TIMES_OWN * optimized);
    for (int i = 1; i <= ROUNDINGS && allowed < deviation && deviation <= SMALL; i++) {
      double rounded = rounded(new Own(original, i, output.workload().name()), workloads, output);
      allowed = Math.max(allowed, TIMES_OWN * rounded);
    }
    return allowed;
  }

  /** The most that the runtime's optimizer moves an output of the original at any level. */
  private double optimized(Path original, Workload workload, String output) {
    return own.computeIfAbsent(
            new Own(original, 0, workload.name()), _ -> optimizing(original, workload))
        .getOrDefault(output, 0.0);
  }

  private Map<String, Double> optimizing(Path original, Workload workload) {
    Map<String, Tensor> plain = run(original, workload, Runtime.Optimization.NONE);
    Map<String, Double> most = new LinkedHashMap<>();
    for (Runtime.Optimization level : OPTIMIZING) {
      deviations(plain, run(original, workload, level))
          .forEach((name, deviation) -> most.merge(name, deviation, Math::max));
    }
    return most;
  }

  private Map<String, Tensor> run(Path file, Workload workload, Runtime.Optimization level) {
    try (Runtime.Session session = ports.runtime().open(file, options.with(level))) {
      return session.run(workload.inputs());
    }
  }

  /** How far weights rounded otherwise move an output; 0 where they change what it decides. */
  private double rounded(Own which, List<Workload> workloads, Output output) {
    if (!own.containsKey(which)) {
      own.putAll(rounding(which.original(), which.rounding(), workloads));
    }
    double deviation = own.getOrDefault(which, Map.of()).getOrDefault(output.name(), 0.0);
    return Double.isFinite(deviation) ? deviation : 0;
  }

  private Map<Own, Map<String, Double>> rounding(
      Path original, int rounding, List<Workload> workloads) {
    Iterator<Map<String, Tensor>> expected =
        outputs(original, workloads, Runtime.Optimization.NONE).iterator();
    Map<Own, Map<String, Double>> deviations = new LinkedHashMap<>();
    try (WorkFolder folder = new WorkFolder()) {
      Path file = folder.folder("rounded").resolve("model.onnx");
      Model model = ports.format().read(original);
      RoundedWeights.in(model, rounding);
      ports.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);
      try (Runtime.Session session =
          ports.runtime().open(file, options.with(Runtime.Optimization.NONE))) {
        for (Workload workload : workloads) {
          deviations.put(
              new Own(original, rounding, workload.name()),
              deviations(expected.next(), session.run(workload.inputs())));
        }
      }
    }
    return deviations;
  }

  private static Map<String, Double> deviations(
      Map<String, Tensor> expected, Map<String, Tensor> actual) {
    Map<String, Double> deviations = new LinkedHashMap<>();
    expected.forEach(
        (name, tensor) -> deviations.put(name, Deviation.of(tensor, actual.get(name))));
    return deviations;
  }

  /** What one output deviates by on one workload, relative to its largest magnitude. */
  private record Output(
      String name, Workload workload, Runtime.Optimization level, double deviation) {

    String told(double allowed) {
      return String.format(
          Locale.ROOT,
          "output '%s' at %s%s deviates by %.2g of its largest magnitude, %.2g is allowed",
          name,
          workload.name(),
          level == Runtime.Optimization.NONE ? ", without the runtime's optimizations," : "",
          deviation,
          allowed);
    }
  }
}
