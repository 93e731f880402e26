package io.demitasse.bench;

import io.demitasse.bench.TextEncoderQuantization.Products;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.ir.Bundle;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes units or blocks out of all-MiniLM-L6-v2, trains what is left to give what the original
 * gives, and quantizes it: size, agreement of the embeddings and retrieval after each of these, and
 * times of what comes of it.
 *
 * <p>Arguments: a file of texts, one a line, none of them among the emoji queries that judge;
 * {@code minutes=N} to train, 0 for not at all; {@code bits=...} as in {@link TextEncoderTraining};
 * and options of passes as {@code prune-channels.ratio=0.5}, {@code remove-blocks.count=6} or
 * {@code distill.rate=0.0005}. A pass that cuts and has no option is left out.
 */
public final class SmallTextEncoder {
  private static final List<String> CUTS = List.of("remove-blocks", "prune-channels");

  private final Path texts;
  private final Map<String, Map<String, Object>> options = new LinkedHashMap<>();
  private int minutes = 10;
  private Products products = Products.EIGHT_BITS_IN_FLOATS;

  private SmallTextEncoder(List<String> arguments) {
    this.texts = Path.of(arguments.getFirst());
    options.put(
        "distill",
        new LinkedHashMap<>(Map.of("batch", 32, "direction", 1, "pooled", true, "rate", 5e-4)));
    for (String argument : arguments.subList(1, arguments.size())) {
      String[] pair = argument.split("=", 2);
      String[] name = pair[0].split("\\.", 2);
      switch (name[0]) {
        case "minutes" -> minutes = Integer.parseInt(pair[1]);
        case "bits" -> products = Products.of(argument);
        default ->
            options.computeIfAbsent(name[0], _ -> new LinkedHashMap<>()).put(name[1], pair[1]);
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    new SmallTextEncoder(List.of(arguments)).run();
  }

  private void run() throws IOException {
    TextEncoderQuantization encoder = new TextEncoderQuantization(products);
    Evaluator evaluator = encoder.evaluator();
    Pipeline pipeline =
        encoder
            .pipeline()
            .with(
                encoder.training(
                    texts,
                    TextEncoderQuantization.THREADS,
                    Optional.of(Duration.ofMinutes(minutes))))
            .telling(new PrintedTraining());
    Bundle bundle = encoder.simplified();
    List<String> cut = new ArrayList<>();
    for (String pass : CUTS) {
      if (options.containsKey(pass)) {
        bundle = applied(pipeline, bundle, pass);
        cut.add(pass + " " + options.get(pass));
      }
    }
    encoder.judge("cut by " + cut, encoder.write(bundle, "cut"), evaluator);
    if (minutes > 0) {
      bundle = applied(pipeline, bundle, "distill");
      encoder.judge("distilled", encoder.write(bundle, "distilled"), evaluator);
    }
    Path cutFile = encoder.write(bundle, "cut and trained");
    Bundle smooth = encoder.smoothed(bundle, Map.of("multiply", "anywhere")).bundle();
    Path quantized = encoder.write(encoder.quantized(smooth), "quantized");
    encoder.judge("quantized", quantized, evaluator);
    encoder.time("in floats", cutFile, evaluator);
    encoder.time("quantized", quantized, evaluator);
  }

  private Bundle applied(Pipeline pipeline, Bundle bundle, String pass) {
    long start = System.nanoTime();
    StepResult result =
        pipeline.apply(
            bundle, TextEncoderQuantization.step(pass, options.getOrDefault(pass, Map.of())));
    System.out.printf(Locale.ROOT, "%s in %.0f s%n", pass, (System.nanoTime() - start) / 1e9);
    result.changes().stream()
        .map(change -> change.text())
        .distinct()
        .forEach(text -> System.out.println("  " + text));
    return result.bundle();
  }
}
