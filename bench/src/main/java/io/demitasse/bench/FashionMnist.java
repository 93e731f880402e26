package io.demitasse.bench;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.tune.FineTune;
import io.demitasse.pipeline.Event;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import io.demitasse.report.Report;
import io.demitasse.report.TrainingCurve;
import io.demitasse.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From nothing to a small model: {@code cnn28} learns the clothes of Fashion-MNIST (Xiao, Rasul,
 * Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms",
 * 2017), and what it has become is compressed by the search, which may train to win back what
 * rounding loses. All figures are of the 10,000 pictures of the official test set, which nothing
 * was trained on or chosen by.
 *
 * <p>Arguments: the folder with the four files of the data, a folder for the results, and options
 * of {@code fine-tune} such as {@code epochs=5}; {@code start=...}, a model that learned before;
 * {@code threads=1}; {@code trained} where the folder holds the trained model already; {@code
 * budget=...} and {@code search-minutes=...} of the search, 0 for none.
 */
public final class FashionMnist {
  private static final long SEED = 7;

  private final Path data;
  private final Path results;
  private final Map<String, Object> learning =
      new LinkedHashMap<>(Map.of("rate", .002, "epochs", 8, "batch", 128, "patience", 20));
  private @Nullable Path start;
  private int threads = 2;
  private boolean trained;
  private String budget = "size<=12.5%, drop<=0.5%";
  private Duration time = Duration.ofMinutes(10);

  private FashionMnist(List<String> arguments) {
    this.data = Path.of(arguments.get(0));
    this.results = Path.of(arguments.get(1));
    for (String argument : arguments.subList(2, arguments.size())) {
      String[] parts = argument.split("=", 2);
      switch (parts[0]) {
        case "trained" -> trained = true;
        case "start" -> start = Path.of(parts[1]);
        case "threads" -> threads = Integer.parseInt(parts[1]);
        case "budget" -> budget = parts[1];
        case "search-minutes" -> time = Duration.ofMinutes(Long.parseLong(parts[1]));
        default -> learning.put(parts[0], parts[1]);
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    FashionMnist bench = new FashionMnist(List.of(arguments));
    Path model = bench.results.resolve("trained.onnx");
    if (!bench.trained) {
      bench.train(bench.start == null ? bench.untrained() : bench.start, model);
    }
    if (!bench.time.isZero()) {
      bench.compress(model);
    }
  }

  private Path untrained() throws IOException {
    Path file = Files.createDirectories(results).resolve("untrained.onnx");
    Bundle bundle = Zoo.make("cnn28", Map.of(), SEED);
    Ports.find().format().write(bundle.part(Bundle.SINGLE), file, ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  private void train(Path model, Path destination) {
    Step step = Step.of(PassOptions.of(FineTune.class, learning), Where.EVERYWHERE);
    Recipe recipe = new Recipe(List.of(step), "", Budget.parse("drop<=any"), SEED, false, Map.of());
    long began = System.nanoTime();
    try (Compressed result = job(model).recipe(recipe).compress()) {
      Report report = result.report();
      System.out.printf(
          Locale.ROOT,
          "trained with %s in %.0f s, measuring included; %s%n",
          learning,
          seconds(began),
          report.accuracy().splits().told());
      report.training().forEach(FashionMnist::print);
      report.accuracy().scores().forEach(FashionMnist::print);
      result.writeTo(destination);
    }
  }

  private Demitasse job(Path model) {
    return Demitasse.open(model)
        .data(data)
        .task("classification")
        .seed(SEED)
        .threads(threads)
        .events(FashionMnist::tell);
  }

  private void compress(Path model) {
    long began = System.nanoTime();
    try (Compressed result = job(model).budget(budget).time(time).compress()) {
      Report report = result.report();
      System.out.printf(Locale.ROOT, "compressed by '%s' in %.0f s%n", budget, seconds(began));
      report.candidates().forEach(tried -> print(tried, report.bytesBefore()));
      report.training().forEach(FashionMnist::print);
      System.out.printf(
          Locale.ROOT,
          "result %,d of %,d bytes (%.3f), budget %s %s%n",
          report.bytesAfter(),
          report.bytesBefore(),
          (double) report.bytesAfter() / report.bytesBefore(),
          report.budget().met() ? "met" : "not met",
          report.budget().reasons());
      report.accuracy().scores().forEach(FashionMnist::print);
      report.parts().getFirst().timings().forEach(FashionMnist::print);
      result.replaceAt(results.resolve("small.onnx"));
    }
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static void tell(Event event) {
    if (event instanceof Event.Decided(String step, boolean kept, String why, _)) {
      System.out.printf(Locale.ROOT, "  %s %s: %s%n", kept ? "+" : "-", step, why);
    }
    if (event instanceof Event.Learned learned) {
      System.out.printf(
          Locale.ROOT,
          "  step %5d of %,d: objective %.4f%n",
          learned.point().step(),
          learned.steps(),
          learned.point().objective());
    }
  }

  private static void print(TrainingCurve curve) {
    System.out.printf(
        Locale.ROOT, "  kept step %d, ended %s %s%n", curve.best(), curve.end(), curve.why());
  }

  private static void print(ScoreComparison score) {
    Interval lost = score.degradation();
    System.out.printf(
        Locale.ROOT,
        "%-12s %.4f for %.4f, lost %.4f (%.4f to %.4f) on %,d%n",
        score.metric(),
        score.candidate().value(),
        score.baseline().value(),
        lost.value(),
        lost.low(),
        lost.high(),
        score.samples());
  }

  private static void print(TimingComparison timing) {
    System.out.printf(
        Locale.ROOT,
        "time at %s %.3f (%.3f to %.3f)%n",
        timing.workload(),
        timing.ratio().value(),
        timing.ratio().low(),
        timing.ratio().high());
  }

  private static void print(Report.Tried tried, long before) {
    System.out.printf(
        Locale.ROOT,
        "%d from %d, %s: %.3f of the size, %s: %s%n",
        tried.id(),
        tried.parent(),
        tried.title(),
        (double) tried.bytes() / before,
        tried.kept() ? "kept" : "dropped",
        tried.why());
    tried.timings().forEach(FashionMnist::print);
    tried.scores().stream().filter(ScoreComparison::limited).forEach(FashionMnist::print);
  }
}
