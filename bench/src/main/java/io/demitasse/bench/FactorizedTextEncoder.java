package io.demitasse.bench;

import io.demitasse.bench.TextEncoderQuantization.Products;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores the table of words of all-MiniLM-L6-v2 as two factors, without training, and quantizes the
 * rest: size, agreement of the embeddings with the original's, retrieval, and times. Every fourth
 * of the emoji queries calibrates, the others judge.
 *
 * <p>Arguments: {@code times=false} for none; {@code texts=FILE} for texts, one a line, that say
 * how often words are used, in place of the queries; and options of {@code factorize}, as {@code
 * ratio=0.5}.
 */
public final class FactorizedTextEncoder {
  private FactorizedTextEncoder() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, Object> options = new LinkedHashMap<>(Map.of("minimum-elements", 1_000_000));
    boolean times = true;
    Path texts = null;
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      switch (pair[0]) {
        case "times" -> times = Boolean.parseBoolean(pair[1]);
        case "texts" -> texts = Path.of(pair[1]);
        default -> options.put(pair[0], pair[1]);
      }
    }
    run(options, texts, times);
  }

  private static void run(Map<String, Object> options, @Nullable Path texts, boolean times)
      throws IOException {
    TextEncoderQuantization encoder = new TextEncoderQuantization(Products.EIGHT_BITS);
    Evaluator evaluator = encoder.evaluator();
    Bundle simple = encoder.simplified();
    long start = System.nanoTime();
    Step step =
        Step.of(
            PassOptions.of(Catalogue.find("factorize").orElseThrow(), options),
            new Where(List.of(), List.of("Gather"), List.of(), List.of(), List.of()));
    Pipeline pipeline = texts == null ? encoder.pipeline() : encoder.pipeline(texts);
    StepResult result = pipeline.apply(simple, step);
    System.out.printf(
        Locale.ROOT, "factorize %s in %.0f s%n", options, (System.nanoTime() - start) / 1e9);
    result.changes().forEach(change -> System.out.println("  " + change));
    Path plain = encoder.write(simple, "simple");
    Path floats = encoder.write(result.bundle(), "factorized");
    encoder.judge("simplified", plain, evaluator);
    encoder.judge("factorized", floats, evaluator);
    Path whole = encoder.write(encoder.quantized(simple), "quantized");
    Path integers = encoder.write(encoder.quantized(result.bundle()), "factorized and quantized");
    encoder.judge("quantized", whole, evaluator);
    encoder.judge("factorized and quantized", integers, evaluator);
    if (times) {
      encoder.time("simplified", plain, evaluator);
      encoder.time("factorized", floats, evaluator);
      encoder.time("quantized", whole, evaluator);
      encoder.time("factorized and quantized", integers, evaluator);
    }
  }
}
