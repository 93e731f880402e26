package io.demitasse.bench;

import io.demitasse.bench.TextEncoderQuantization.Products;
import io.demitasse.evaluate.ArchiveSize;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.ir.Bundle;
import io.demitasse.pipeline.StepResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sets half of the weights of all-MiniLM-L6-v2 to zero, anywhere and two of each four, by each
 * importance and without training: agreement of the embeddings with the original's, retrieval, and
 * what the file takes in an archive. Every fourth of the emoji queries calibrates, the others
 * judge.
 *
 * <p>Arguments: patterns; {@code none} and {@code 2:4} where there are none.
 */
public final class UnstructuredPruning {
  private static final List<String> IMPORTANCES = List.of("magnitude", "wanda", "output-error");

  private UnstructuredPruning() {}

  public static void main(String[] arguments) throws IOException {
    TextEncoderQuantization encoder = new TextEncoderQuantization(Products.EIGHT_BITS);
    Evaluator evaluator = encoder.evaluator();
    Bundle simple = encoder.simplified();
    judge(encoder, evaluator, "not pruned", simple);
    for (String pattern : arguments.length == 0 ? List.of("none", "2:4") : List.of(arguments)) {
      for (String importance : IMPORTANCES) {
        long start = System.nanoTime();
        StepResult pruned =
            encoder.apply(
                simple, "prune-weights", Map.of("pattern", pattern, "importance", importance));
        System.out.printf(
            Locale.ROOT,
            "%d layers pruned in %.0f s%n",
            pruned.changes().stream().filter(change -> change.applied()).count(),
            (System.nanoTime() - start) / 1e9);
        judge(encoder, evaluator, pattern + ", " + importance, pruned.bundle());
      }
    }
  }

  private static void judge(
      TextEncoderQuantization encoder, Evaluator evaluator, String title, Bundle bundle) {
    Path file = encoder.write(bundle, "pruned");
    System.out.printf(Locale.ROOT, "%.2f MB in an archive: ", ArchiveSize.of(file) / 1e6);
    encoder.judge(title, file, evaluator);
  }
}
