package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import io.demitasse.stored.KeptTensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final Map<BundleFiles, List<Task.Score>> known = new HashMap<>();

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
      List<Task.Score> after = of(candidate, progress);
      comparisons.add(compared(before, after));
      before = after;
    }
    return comparisons;
  }

  /** The scores of the original and of a candidate, which are not compared yet. */
  PairedScores paired(BundleFiles candidate, Evaluator.Progress progress) {
    return new PairedScores(own(progress), of(candidate, progress));
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
    List<Map<String, Tensor>> expected = reference(progress);
    return known.computeIfAbsent(original, _ -> task.scores().of(expected, expected));
  }

  /** The scores of any files, which are run once. */
  private List<Task.Score> of(BundleFiles files, Evaluator.Progress progress) {
    List<Task.Score> scores = known.get(files);
    if (scores == null) {
      scores = review(task.scores(), files, progress);
      known.put(files, scores);
    }
    return scores;
  }

  /**
   * The scores of files that are given other samples, judged as if these were the task's.
   *
   * @param others as many as the task has
   */
  List<Task.Score> given(Samples others, BundleFiles files, Evaluator.Progress progress) {
    return review(task.scores(), others, files, progress);
  }

  /** Forgets the scores of all files but these. */
  void retain(Set<BundleFiles> files) {
    known.keySet().retainAll(files);
  }

  /** The scores of a candidate, and what of it is worth looking at, of one run. */
  Evaluator.Judged judged(
      BundleFiles candidate, int examples, int differences, Evaluator.Progress progress) {
    return review(
        Review.both(
            task.scores(),
            showing(examples, differences),
            (scores, showing) -> {
              known.put(candidate, scores);
              return new Evaluator.Judged(compared(own(progress), scores), showing);
            }),
        candidate,
        progress);
  }

  private Review<?, Evaluator.Showing> showing(int examples, int differences) {
    Review<?, List<Example>> worst = task.examples(examples).orElseGet(Review::nothing);
    Review<?, List<Difference>> differing =
        task.differences(differences).orElseGet(Review::nothing);
    Review<?, Confusion> confused =
        task.confusion().orElseGet(() -> Review.<Confusion>nothing().then(_ -> Confusion.NONE));
    return Review.both(
        worst,
        Review.both(differing, confused, Told::new),
        (found, told) -> new Evaluator.Showing(found, told.differences(), told.confusion()));
  }

  /** What two reviews of three came to. */
  private record Told(List<Difference> differences, Confusion confusion) {}

  /** Reviews what files give beside what the original gives, which is run once. */
  <R, T> T review(Review<R, T> review, BundleFiles files, Evaluator.Progress progress) {
    return review(review, task.samples(), files, progress);
  }

  private <R, T> T review(
      Review<R, T> review, Samples samples, BundleFiles files, Evaluator.Progress progress) {
    List<Map<String, Tensor>> expected = reference(progress);
    return review
        .result()
        .apply(
            read(
                samples,
                files,
                progress,
                (sample, outputs) -> review.reading().of(sample, outputs, expected.get(sample))));
  }

  /** Kept where it does not fill the heap. */
  private List<Map<String, Tensor>> reference(Evaluator.Progress progress) {
    if (reference == null) {
      KeptTensors kept = new KeptTensors();
      reference = read(task.samples(), original, progress, (sample, outputs) -> kept.keep(outputs));
    }
    return reference;
  }

  /**
   * Runs the program on every sample and reads what it gives, of which nothing else stays. As many
   * samples run side by side as there are threads, each on one, unless the weights of so many
   * sessions would fill the memory: so nothing waits for the code between the parts.
   */
  private <R> List<R> read(
      Samples samples, BundleFiles files, Evaluator.Progress progress, Reading<R> reading) {
    try (RunningProgram running = files.running(task.program())) {
      return read(running.program(), samples, files, progress, reading);
    }
  }

  private <R> List<R> read(
      Program program,
      Samples samples,
      BundleFiles files,
      Evaluator.Progress progress,
      Reading<R> reading) {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicReferenceArray<R> records = new AtomicReferenceArray<>(samples.size());
    Callable<Void> worker =
        () -> {
          try (RunningParts running =
              RunningParts.of(runtime, files, Runtime.SessionOptions.of(1), (part, in) -> {})) {
            Program.Parts parts = running.remembering(cache, files);
            for (int i = next.getAndIncrement(); i < samples.size(); i = next.getAndIncrement()) {
              records.set(i, reading.of(i, program.run(samples.get(i), parts)));
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
