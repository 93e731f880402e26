package io.demitasse.bench;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.run.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Compresses models that nobody here wrote a pass for, without data, and judges each result anew:
 * by inputs of another seed than the search saw, and by other pairs of sessions. A model that is
 * refused is given to the runtime as well, which should refuse it too.
 *
 * <p>Arguments: a folder of ONNX files, and the seconds that each search may take.
 */
public final class ForeignModels {
  private static final long SEARCHED = 7;
  private static final long JUDGED = 11;
  private static final int THREADS = 2;

  private final Duration time;
  private final List<String> faults = new ArrayList<>();
  private int refused;

  private ForeignModels(Duration time) {
    this.time = time;
  }

  public static void main(String[] arguments) throws IOException {
    ForeignModels bench = new ForeignModels(Duration.ofSeconds(Long.parseLong(arguments[1])));
    List<Path> models;
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      models = files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
    for (Path model : models) {
      bench.tryOut(model);
    }
    System.out.printf(
        Locale.ROOT,
        "%d models, %d refused by the runtime as well, %d faults%n",
        models.size(),
        bench.refused,
        bench.faults.size());
    bench.faults.forEach(System.out::println);
  }

  private void tryOut(Path model) {
    try {
      Path small = Files.createTempDirectory("foreign-models").resolve("small.onnx");
      try (Compressed result = job(model, SEARCHED).budget("drop<=1%").time(time).compress()) {
        result.writeTo(small);
        System.out.printf(
            Locale.ROOT,
            "%-60s %6.1f MB  size %.3f",
            model.getFileName(),
            result.report().bytesBefore() / 1e6,
            (double) result.report().bytesAfter() / result.report().bytesBefore());
      }
      judge(model, small);
    } catch (DemitasseException e) {
      refuse(model, e);
    } catch (IOException | RuntimeException e) {
      fault(model, "failed: " + e);
    }
  }

  private static Demitasse job(Path model, long seed) {
    return Demitasse.open(model).seed(seed).threads(THREADS);
  }

  private void judge(Path model, Path small) {
    Evaluation evaluation = job(model, JUDGED).evaluate(small);
    for (ScoreComparison score : evaluation.scores()) {
      System.out.printf(
          Locale.ROOT,
          "  %s %.4f (lost up to %.4f)",
          score.metric(),
          score.candidate().value(),
          score.degradation().high());
      if (score.limited() && !(score.degradation().low() <= .01)) {
        fault(model, score.metric() + " lost " + score.degradation());
      }
    }
    job(model, JUDGED).time(small).parts().values().stream()
        .flatMap(List::stream)
        .forEach(timing -> judge(model, timing));
    System.out.println();
  }

  private void judge(Path model, TimingComparison timing) {
    System.out.printf(
        Locale.ROOT,
        "  %s %.3f (%.3f to %.3f)",
        timing.workload(),
        timing.ratio().value(),
        timing.ratio().low(),
        timing.ratio().high());
    if (timing.verdict() == Verdict.SLOWER) {
      fault(model, "slower at " + timing.workload() + ": " + timing.ratio());
    }
  }

  private void refuse(Path model, DemitasseException why) {
    System.out.printf(Locale.ROOT, "%-60s refused: %s%n", model.getFileName(), why.getMessage());
    try (Runtime.Session _ =
        Ports.find().runtime().open(model, Runtime.SessionOptions.of(THREADS))) {
      fault(model, "refused, though the runtime opens it: " + why.getMessage());
    } catch (DemitasseException e) {
      refused++;
      System.out.printf(Locale.ROOT, "    by the runtime as well: %s%n", e.getMessage());
    }
  }

  private void fault(Path model, String what) {
    faults.add(model.getFileName() + ": " + what);
  }
}
