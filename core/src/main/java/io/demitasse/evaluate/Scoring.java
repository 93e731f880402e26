package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import io.demitasse.stored.KeptTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
  private @Nullable List<Task.Score> own;

  /** Makes of the outputs for a sample what is kept of it. */
  private interface Reading<R> {
    R of(int sample, Map<String, Tensor> outputs);
  }

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
    List<List<ScoreComparison>> comparisons = new ArrayList<>();
    List<Task.Score> before = own(progress);
    for (BundleFiles candidate : chain) {
      List<Task.Score> after = review(task.scores(), candidate, progress);
      comparisons.add(compared(before, after));
      before = after;
    }
    return comparisons;
  }

  /** The scores of the original and of a candidate, which are not compared yet. */
  PairedScores paired(BundleFiles candidate, Evaluator.Progress progress) {
    return new PairedScores(own(progress), review(task.scores(), candidate, progress));
  }

  private static List<ScoreComparison> compared(List<Task.Score> before, List<Task.Score> after) {
    return IntStream.range(0, before.size())
        .mapToObj(i -> ScoreComparison.of(before.get(i), after.get(i)))
        .toList();
  }

  /** The metrics that there are for the original. */
  List<String> metrics(Evaluator.Progress progress) {
    return own(progress).stream().map(Task.Score::metric).toList();
  }

  /** The scores of the original itself. */
  private List<Task.Score> own(Evaluator.Progress progress) {
    if (own == null) {
      List<Map<String, Tensor>> expected = reference(progress);
      own = task.scores().of(expected, expected);
    }
    return own;
  }

  /** Runs nothing where the task has nothing to show. */
  Evaluator.Showing showing(BundleFiles candidate, int examples, int differences) {
    Optional<Review<?, List<Example>>> worst = task.examples(examples);
    Optional<Review<?, List<Difference>>> differing = task.differences(differences);
    Optional<Review<?, Confusion>> confused = task.confusion();
    if (worst.isEmpty() && differing.isEmpty() && confused.isEmpty()) {
      return Evaluator.Showing.NONE;
    }
    Review<?, List<Example>> one = worst.orElseGet(Review::nothing);
    Review<?, List<Difference>> other = differing.orElseGet(Review::nothing);
    Review<?, Confusion> third =
        confused.orElseGet(() -> Review.<Confusion>nothing().then(_ -> Confusion.NONE));
    return review(
        Review.both(
            one,
            Review.both(other, third, Told::new),
            (found, told) -> new Evaluator.Showing(found, told.differences(), told.confusion())),
        candidate,
        (done, total) -> {});
  }

  /** What two reviews of three came to. */
  private record Told(List<Difference> differences, Confusion confusion) {}

  /** Reviews what files give beside what the original gives, which is run once. */
  <R, T> T review(Review<R, T> review, BundleFiles files, Evaluator.Progress progress) {
    List<Map<String, Tensor>> expected = reference(progress);
    return review
        .result()
        .apply(
            read(
                files,
                progress,
                (sample, outputs) -> review.reading().of(sample, outputs, expected.get(sample))));
  }

  /** Kept where it does not fill the heap. */
  private List<Map<String, Tensor>> reference(Evaluator.Progress progress) {
    if (reference == null) {
      KeptTensors kept = new KeptTensors();
      reference = read(original, progress, (sample, outputs) -> kept.keep(outputs));
    }
    return reference;
  }

  /**
   * Runs the program on every sample and reads what it gives, of which nothing else stays. As many
   * samples run side by side as there are threads, each on one, unless the weights of so many
   * sessions would fill the memory: so nothing waits for the code between the parts.
   */
  private <R> List<R> read(BundleFiles files, Evaluator.Progress progress, Reading<R> reading) {
    Samples samples = task.samples();
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicReferenceArray<R> records = new AtomicReferenceArray<>(samples.size());
    Callable<Void> worker =
        () -> {
          try (RunningParts running =
              RunningParts.of(runtime, files, Runtime.SessionOptions.of(1), (part, in) -> {})) {
            Program.Parts parts = running.remembering(cache, files);
            for (int i = next.getAndIncrement(); i < samples.size(); i = next.getAndIncrement()) {
              records.set(i, reading.of(i, task.program().run(samples.get(i), parts)));
              synchronized (done) {
                progress.at(done.incrementAndGet(), samples.size());
              }
            }
            return null;
          }
        };
    SideBySide.run(worker, sessions(files));
    return IntStream.range(0, samples.size()).mapToObj(records::get).toList();
  }

  /** The runtime may hold weights twice: as they are in the file, and packed for its kernels. */
  private int sessions(BundleFiles files) {
    long room = Memory.atHand().bytes() / Math.max(1, 2 * files.bytes());
    return Math.clamp(room, 1, Math.max(1, Math.min(threads, task.samples().size())));
  }
}
