package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Measures candidates against the original: what a task says of them, and what they take. */
public final class Evaluator {

  /** Told how many of all samples are done. */
  public interface Progress {
    void at(int done, int total);
  }

  private final Runtime runtime;
  private final BundleFiles original;
  private final Task task;
  private final int threads;
  private final PairedTiming timing;
  private final Readings readings = new Readings();
  private @Nullable List<Map<String, Tensor>> reference;

  public Evaluator(
      Runtime runtime, BundleFiles original, Task task, int threads, PairedTiming.Effort effort) {
    this.runtime = runtime;
    this.original = original;
    this.task = task;
    this.threads = threads;
    this.timing = new PairedTiming(effort);
  }

  public Task task() {
    return task;
  }

  /**
   * Compares a candidate with the original by every metric of the task; the first is the primary
   * one.
   */
  public List<ScoreComparison> scores(BundleFiles candidate, Progress progress) {
    List<Map<String, Tensor>> expected = reference(progress);
    List<Task.Score> baseline = task.score(expected, expected);
    List<Task.Score> ours = task.score(outputs(candidate, progress), expected);
    return IntStream.range(0, baseline.size())
        .mapToObj(i -> ScoreComparison.of(baseline.get(i), ours.get(i)))
        .toList();
  }

  /** What of a candidate is worth looking at, worst first. */
  public List<Exhibit> exhibits(BundleFiles candidate, int limit) {
    Progress silent = (done, total) -> {};
    return task.exhibits(outputs(candidate, silent), reference(silent), limit);
  }

  private List<Map<String, Tensor>> reference(Progress progress) {
    if (reference == null) {
      reference = outputs(original, progress);
    }
    return reference;
  }

  /**
   * What the program gives for every sample with the parts of these files. As many samples run side
   * by side as there are threads, each on one: so nothing waits for the code between the parts.
   */
  public List<Map<String, Tensor>> outputs(BundleFiles files, Progress progress) {
    Samples samples = task.samples();
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    List<Map<String, Tensor>> outputs =
        new ArrayList<>(Collections.nCopies(samples.size(), Map.of()));
    Callable<Void> worker =
        () -> {
          try (RunningParts running =
              RunningParts.of(runtime, files, Runtime.SessionOptions.of(1), (part, in) -> {})) {
            Program.Parts parts = running.remembering(readings, files);
            for (int i = next.getAndIncrement(); i < samples.size(); i = next.getAndIncrement()) {
              outputs.set(i, task.program().run(samples.get(i), parts));
              synchronized (done) {
                progress.at(done.incrementAndGet(), samples.size());
              }
            }
            return null;
          }
        };
    SideBySide.run(worker, Math.min(threads, samples.size()));
    return outputs;
  }

  /** Times one model against another on every workload. */
  public List<TimingComparison> timings(Path baseline, Path candidate, List<Workload> workloads) {
    return timing.compare(opens(baseline), opens(candidate), workloads);
  }

  /**
   * Times the program as a whole, with everything it does between the parts, against the original.
   *
   * @param samples what is run in one go
   */
  public TimingComparison wholeTiming(BundleFiles candidate, Samples samples) {
    Workload workload = new Workload(samples.size() + " samples end to end", Map.of());
    return timing
        .compare(whole(original, samples), whole(candidate, samples), List.of(workload))
        .getFirst();
  }

  private Supplier<PairedTiming.Subject> whole(BundleFiles files, Samples samples) {
    return () -> {
      RunningParts parts = RunningParts.of(runtime, files, options(), (part, inputs) -> {});
      return PairedTiming.Subject.of(
          inputs -> {
            for (int i = 0; i < samples.size(); i++) {
              task.program().run(samples.get(i), parts);
            }
          },
          parts::close);
    };
  }

  private Supplier<PairedTiming.Subject> opens(Path file) {
    return () -> PairedTiming.Subject.of(runtime.open(file, options()));
  }

  private Runtime.SessionOptions options() {
    return Runtime.SessionOptions.of(threads);
  }

  /**
   * Whether two models that should compute the same do so on all workloads: every float output
   * within {@code tolerance} of the largest magnitude of that output.
   *
   * @return what differs by how much; empty when nothing does
   */
  public Optional<String> difference(
      Path baseline, Path candidate, List<Workload> workloads, double tolerance) {
    try (Runtime.Session theirs = runtime.open(baseline, options());
        Runtime.Session ours = runtime.open(candidate, options())) {
      for (Workload workload : workloads) {
        Map<String, Tensor> expected = theirs.run(workload.inputs());
        Map<String, Tensor> actual = ours.run(workload.inputs());
        for (Map.Entry<String, Tensor> output : expected.entrySet()) {
          double deviation = Deviation.of(output.getValue(), actual.get(output.getKey()));
          if (!(deviation <= tolerance)) {
            return Optional.of(
                "output '%s' at %s deviates by %.2g of its largest magnitude"
                    .formatted(output.getKey(), workload.name(), deviation));
          }
        }
      }
      return Optional.empty();
    }
  }
}
