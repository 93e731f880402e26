package io.demitasse.bench;

import io.demitasse.bench.TextEncoderQuantization.Products;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Bundle;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.StepResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Quantizes all-MiniLM-L6-v2 dynamically with its activations smoothed in several ways, and sets
 * each beside the same without: size, agreement of the embeddings with the original's, retrieval,
 * and paired times.
 *
 * <p>Arguments: options of {@code smooth-activations} as {@code name=value,name=value}, one
 * argument a variant, {@code none} for none; {@code time} to time them too; {@code bits=7} or
 * {@code bits=8} for the weights, or {@code bits=8-in-floats}, which multiplies the same integers
 * in floats, so that no processor cuts sums of products off.
 */
public final class SmoothingComparison {
  private final List<String> variants = new ArrayList<>();
  private final TextEncoderQuantization encoder;
  private boolean timed;

  private SmoothingComparison(List<String> arguments) throws IOException {
    Products products = Products.EIGHT_BITS;
    for (String argument : arguments) {
      if (argument.equals("time")) {
        timed = true;
      } else if (argument.startsWith("bits=")) {
        products = Products.of(argument);
      } else {
        variants.add(argument);
      }
    }
    this.encoder = new TextEncoderQuantization(products);
  }

  public static void main(String[] arguments) throws IOException {
    new SmoothingComparison(List.of(arguments)).compare();
  }

  private void compare() {
    Map<String, Path> files = new LinkedHashMap<>();
    Bundle simple = encoder.simplified();
    for (String variant : variants) {
      Bundle bundle = variant.equals("none") ? simple : smoothed(simple, variant);
      files.put(
          variant, encoder.write(encoder.quantized(bundle), "variant" + variants.indexOf(variant)));
    }
    Evaluator evaluator = encoder.evaluator();
    files.forEach((variant, file) -> encoder.judge(variant, file, evaluator));
    if (timed) {
      time(files, evaluator);
    }
  }

  private Bundle smoothed(Bundle simple, String variant) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : variant.split(",", -1)) {
      String[] pair = option.split("=", 2);
      if (pair.length == 2) {
        options.put(pair[0], pair[1]);
      }
    }
    long start = System.nanoTime();
    StepResult result = encoder.smoothed(simple, options);
    System.out.printf(
        Locale.ROOT, "%s: smoothed in %.1f s%n", variant, (System.nanoTime() - start) / 1e9);
    result.refusals().forEach(System.out::println);
    for (Change change : result.changes()) {
      System.out.printf(
          Locale.ROOT, "  %s %s: %s%n", change.applied() ? "+" : "-", change.node(), change.text());
    }
    return result.bundle();
  }

  /** All variants beside the first. */
  private void time(Map<String, Path> files, Evaluator evaluator) {
    Path first = files.values().iterator().next();
    List<Workload> workloads = TextWorkloads.of(encoder.model());
    files.forEach(
        (variant, file) -> {
          if (!file.equals(first)) {
            evaluator
                .timings(
                    Bundle.SINGLE, TextEncoderFiles.of(first), TextEncoderFiles.of(file), workloads)
                .forEach(timing -> print(variant, timing));
          }
        });
  }

  private static void print(String variant, TimingComparison timing) {
    System.out.printf(
        Locale.ROOT,
        "%-40s %7s  %7.2f ms against %7.2f ms  ratio %.3f (%.3f to %.3f) %s%n",
        variant,
        timing.workload(),
        timing.candidate().time().value(),
        timing.baseline().time().value(),
        timing.ratio().value(),
        timing.ratio().low(),
        timing.ratio().high(),
        timing.verdict());
  }
}
