package io.demitasse.bench;

import io.demitasse.bench.TextEncoderQuantization.Products;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.TrainingSamples;
import io.demitasse.ir.Bundle;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.StepResult;
import io.demitasse.pipeline.Watcher;
import io.demitasse.port.Ports;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Trains all-MiniLM-L6-v2, smoothed and quantized to 8 bits, to give what the float model gives,
 * and sets it beside what it was before: size, agreement of the embeddings, retrieval. Texts to
 * learn from are unlabeled; every hundredth of them says which weights are kept.
 *
 * <p>Arguments: a file of texts, one a line, none of them among the emoji queries that judge;
 * {@code bits=7}, {@code bits=8} or {@code bits=8-in-floats} as in {@link SmoothingComparison}; the
 * {@code threads} to train with; and options of {@code train-quantized} as {@code name=value}.
 */
public final class TextEncoderTraining {
  private static final int CHOOSING = 100;

  private final Path texts;
  private final Map<String, Object> options =
      new LinkedHashMap<>(Map.of("batch", 32, "direction", 1, "pooled", true));
  private final TextEncoderQuantization encoder;
  private int threads = TextEncoderQuantization.THREADS;

  private TextEncoderTraining(List<String> arguments) throws IOException {
    this.texts = Path.of(arguments.getFirst());
    Products products = Products.EIGHT_BITS_IN_FLOATS;
    for (String argument : arguments.subList(1, arguments.size())) {
      if (argument.startsWith("bits=")) {
        products = Products.of(argument);
      } else if (argument.startsWith("threads=")) {
        threads = Integer.parseInt(argument.substring("threads=".length()));
      } else {
        String[] pair = argument.split("=", 2);
        options.put(pair[0], pair[1]);
      }
    }
    this.encoder = new TextEncoderQuantization(products);
  }

  public static void main(String[] arguments) throws IOException {
    new TextEncoderTraining(List.of(arguments)).compare();
  }

  private void compare() throws IOException {
    Bundle smooth = encoder.smoothed(encoder.simplified(), Map.of("multiply", "anywhere")).bundle();
    Bundle quantized = encoder.quantized(smooth);
    Evaluator evaluator = encoder.evaluator();
    encoder.judge("not trained", encoder.write(quantized, "quantized"), evaluator);

    long start = System.nanoTime();
    Bundle trained = trained(quantized);
    System.out.printf(
        Locale.ROOT, "trained with %s in %.0f s%n", options, (System.nanoTime() - start) / 1e9);
    encoder.judge("trained", encoder.write(trained, "trained"), evaluator);
  }

  private Bundle trained(Bundle quantized) throws IOException {
    StepResult result =
        encoder
            .pipeline()
            .with(training())
            .telling(new Printing())
            .apply(quantized, TextEncoderQuantization.step("train-quantized", options));
    result.changes().stream()
        .map(Change::text)
        .filter(text -> text.startsWith("train"))
        .forEach(System.out::println);
    return result.bundle();
  }

  private TrainingSamples training() throws IOException {
    List<String> all = Files.readAllLines(texts);
    Task choose = encoder.task("agreement", some(all, "choosing", true));
    Task train = encoder.task("agreement", some(all, "training", false));
    TaskSplits splits =
        new TaskSplits(
            choose,
            choose,
            train.samples(),
            TaskSplits.Sizes.NONE,
            TaskSplits.undivided(choose).folds());
    return new TrainingSamples(
        Ports.find().runtime(),
        Bundle.of(encoder.model()),
        TextEncoderFiles.of(encoder.original()),
        splits,
        Map.of(),
        threads,
        Long.MAX_VALUE,
        Optional::empty);
  }

  private static Path some(List<String> all, String name, boolean choosing) throws IOException {
    List<String> some = new ArrayList<>();
    IntStream.range(0, all.size())
        .filter(i -> (i % CHOOSING == 0) == choosing)
        .forEach(i -> some.add(all.get(i)));
    return Files.write(Files.createTempFile(name, ".txt"), some);
  }

  /** Tells of each judgement. */
  private static final class Printing implements Watcher {
    private final long start = System.nanoTime();

    @Override
    public void at(long done, long total) {}

    @Override
    public Consumer<Point> learning(String part, Schedule schedule) {
      System.out.printf(Locale.ROOT, "%,d steps at most%n", schedule.steps());
      return point ->
          System.out.printf(
              Locale.ROOT,
              "  step %5d after %4.0f s: objective %.6f%n",
              point.step(),
              (System.nanoTime() - start) / 1e9,
              point.objective());
    }
  }
}
