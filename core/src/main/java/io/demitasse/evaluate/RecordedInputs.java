package io.demitasse.evaluate;

import io.demitasse.data.Samples;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What flowed into each part when the program ran on some samples of the original; where that was
 * much, as many runs of it, evenly spread, as fit into a bounded memory.
 *
 * @param inputs by part, in order of running; a part that never ran has none
 */
public record RecordedInputs(Map<String, List<Map<String, Tensor>>> inputs) {
  private static final int SAMPLES = 24;

  /** Of a program of several parts, which runs its parts many times a sample. */
  private static final int BUNDLE_SAMPLES = 8;

  /** What is kept of one part at most: this, and no more than a small share of the heap. */
  private static final long BYTES =
      Math.min(256L << 20, java.lang.Runtime.getRuntime().maxMemory() / 8);

  public static final RecordedInputs NONE = new RecordedInputs(Map.of());

  /** Runs the program on samples spread over the task's. */
  public static RecordedInputs of(Runtime runtime, BundleFiles files, Task task, int threads) {
    int count = files.files().size() > 1 ? BUNDLE_SAMPLES : SAMPLES;
    return record(runtime, files, task, threads, new Extent(count, false));
  }

  /** The least that flowed into each part, from as few samples as it takes to see all of them. */
  public static RecordedInputs recordOnce(
      Runtime runtime, BundleFiles files, Task task, int threads) {
    RecordedInputs few = record(runtime, files, task, threads, new Extent(BUNDLE_SAMPLES, true));
    Map<String, List<Map<String, Tensor>>> least = new LinkedHashMap<>();
    few.inputs().keySet().forEach(part -> least.put(part, few.smallest(part, 1)));
    return new RecordedInputs(least);
  }

  /**
   * How much is recorded.
   *
   * @param samples at most
   * @param brief whether it is enough when all parts have run
   */
  private record Extent(int samples, boolean brief) {

    boolean isReached(Map<String, Recorder> recorders) {
      return brief && recorders.values().stream().noneMatch(Recorder::isEmpty);
    }
  }

  private static RecordedInputs record(
      Runtime runtime, BundleFiles files, Task task, int threads, Extent extent) {
    Map<String, Recorder> recorders = new LinkedHashMap<>();
    files.files().keySet().forEach(part -> recorders.put(part, new Recorder(BYTES)));
    Samples samples = task.calibration().spread(extent.samples());
    try (RunningParts running =
        RunningParts.of(
            runtime,
            files,
            Runtime.SessionOptions.of(threads),
            (part, inputs) ->
                recorders.computeIfAbsent(part, p -> new Recorder(BYTES)).add(inputs))) {
      for (int i = 0; i < samples.size() && !extent.isReached(recorders); i++) {
        task.program().run(samples.get(i), running);
      }
    }
    Map<String, List<Map<String, Tensor>>> recorded = new LinkedHashMap<>();
    recorders.forEach((part, recorder) -> recorded.put(part, recorder.kept()));
    return new RecordedInputs(recorded);
  }

  /** What flowed into a part. */
  public List<Map<String, Tensor>> of(String part) {
    return inputs.getOrDefault(part, List.of());
  }

  /** At most so many of it, the smallest first. */
  public List<Map<String, Tensor>> smallest(String part, int count) {
    return of(part).stream()
        .sorted(Comparator.comparingLong(RecordedInputs::elements))
        .limit(count)
        .toList();
  }

  /** How large the inputs of a run are: elements of all together. */
  public static long elements(Map<String, Tensor> inputs) {
    return inputs.values().stream().mapToLong(Tensor::elementCount).sum();
  }

  /** At most so many of it, spread evenly. */
  public List<Map<String, Tensor>> spread(String part, int count) {
    List<Map<String, Tensor>> all = of(part);
    return all.size() <= count
        ? all
        : java.util.stream.IntStream.range(0, count)
            .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
            .toList();
  }
}
