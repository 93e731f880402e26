package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One task's scores of candidates against the original, whose outputs are kept. */
final class Scoring {
  private final Runtime runtime;
  private final Task task;
  private final BundleFiles original;
  private final OutputCache cache;
  private final int threads;
  private @Nullable List<Map<String, Tensor>> reference;

  /**
   * @param cache of the same program, shared with other tasks it serves
   */
  Scoring(Runtime runtime, Task task, BundleFiles original, OutputCache cache, int threads) {
    this.runtime = runtime;
    this.task = task;
    this.original = original;
    this.cache = cache;
    this.threads = threads;
  }

  List<ScoreComparison> scores(BundleFiles candidate, Evaluator.Progress progress) {
    return scores(List.of(candidate), progress).getFirst();
  }

  /** Compares each candidate with the one before it, the first with the original. */
  List<List<ScoreComparison>> scores(List<BundleFiles> chain, Evaluator.Progress progress) {
    List<Map<String, Tensor>> expected = reference(progress);
    List<List<ScoreComparison>> comparisons = new ArrayList<>();
    List<Task.Score> before = task.score(expected, expected);
    for (BundleFiles candidate : chain) {
      List<Task.Score> after = task.score(outputs(candidate, progress), expected);
      comparisons.add(compared(before, after));
      before = after;
    }
    return comparisons;
  }

  private static List<ScoreComparison> compared(List<Task.Score> before, List<Task.Score> after) {
    return IntStream.range(0, before.size())
        .mapToObj(i -> ScoreComparison.of(before.get(i), after.get(i)))
        .toList();
  }

  /** The metrics that there are for the original. */
  List<String> metrics(Evaluator.Progress progress) {
    List<Map<String, Tensor>> expected = reference(progress);
    return task.score(expected, expected).stream().map(Task.Score::metric).toList();
  }

  Evaluator.Showing showing(BundleFiles candidate, int examples, int differences) {
    Evaluator.Progress silent = (done, total) -> {};
    List<Map<String, Tensor>> expected = reference(silent);
    List<Map<String, Tensor>> outputs = outputs(candidate, silent);
    return new Evaluator.Showing(
        task.examples(outputs, expected, examples),
        task.differences(outputs, expected, differences));
  }

  private List<Map<String, Tensor>> reference(Evaluator.Progress progress) {
    if (reference == null) {
      reference = outputs(original, progress);
    }
    return reference;
  }

  /**
   * What the program gives for every sample, kept where it does not fill the heap. As many samples
   * run side by side as there are threads, each on one, unless the weights of so many sessions
   * would fill the memory: so nothing waits for the code between the parts.
   */
  List<Map<String, Tensor>> outputs(BundleFiles files, Evaluator.Progress progress) {
    Samples samples = task.samples();
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    KeptOutputs kept = new KeptOutputs();
    List<Map<String, Tensor>> outputs =
        new ArrayList<>(Collections.nCopies(samples.size(), Map.of()));
    Callable<Void> worker =
        () -> {
          try (RunningParts running =
              RunningParts.of(runtime, files, Runtime.SessionOptions.of(1), (part, in) -> {})) {
            Program.Parts parts = running.remembering(cache, files);
            for (int i = next.getAndIncrement(); i < samples.size(); i = next.getAndIncrement()) {
              outputs.set(i, kept.keep(task.program().run(samples.get(i), parts)));
              synchronized (done) {
                progress.at(done.incrementAndGet(), samples.size());
              }
            }
            return null;
          }
        };
    SideBySide.run(worker, sessions(files));
    return outputs;
  }

  /** The runtime may hold weights twice: as they are in the file, and packed for its kernels. */
  private int sessions(BundleFiles files) {
    long room = Memory.atHand().bytes() / Math.max(1, 2 * files.bytes());
    return Math.clamp(room, 1, Math.max(1, Math.min(threads, task.samples().size())));
  }
}
