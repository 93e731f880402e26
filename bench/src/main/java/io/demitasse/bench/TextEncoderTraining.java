package io.demitasse.bench;

import io.demitasse.bench.TextEncoderQuantization.Products;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.ir.Bundle;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.StepResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Trains all-MiniLM-L6-v2, smoothed and quantized to 8 bits, to give what the float model gives,
 * and sets it beside what it was before: size, agreement of the embeddings, retrieval. Texts to
 * learn from are unlabeled; every hundredth of them says which weights are kept.
 *
 * <p>Arguments: a file of texts, one a line, none of them among the emoji queries that judge;
 * {@code bits=7}, {@code bits=8} or {@code bits=8-in-floats} as in {@link SmoothingComparison}; the
 * {@code threads} to train with; the {@code minutes} that training may take; and options of {@code
 * train-quantized} as {@code name=value}.
 */
public final class TextEncoderTraining {
  private final Path texts;
  private final Map<String, Object> options =
      new LinkedHashMap<>(Map.of("batch", 32, "direction", 1, "pooled", true));
  private final TextEncoderQuantization encoder;
  private int threads = TextEncoderQuantization.THREADS;
  private Optional<Duration> minutes = Optional.empty();

  private TextEncoderTraining(List<String> arguments) throws IOException {
    this.texts = Path.of(arguments.getFirst());
    Products products = Products.EIGHT_BITS_IN_FLOATS;
    for (String argument : arguments.subList(1, arguments.size())) {
      if (argument.startsWith("bits=")) {
        products = Products.of(argument);
      } else if (argument.startsWith("threads=")) {
        threads = Integer.parseInt(argument.substring("threads=".length()));
      } else if (argument.startsWith("minutes=")) {
        minutes =
            Optional.of(
                Duration.ofMinutes(Integer.parseInt(argument.substring("minutes=".length()))));
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
            .with(encoder.training(texts, threads, minutes))
            .telling(new PrintedTraining())
            .apply(quantized, TextEncoderQuantization.step("train-quantized", options));
    result.changes().stream()
        .map(Change::text)
        .filter(text -> text.startsWith("train"))
        .forEach(System.out::println);
    return result.bundle();
  }
}
