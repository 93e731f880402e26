package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.app.demo.Demo;
import io.demitasse.manifest.Manifests;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's bundle of four real models through the Java API, and again from its recipe. */
final class OcrBundleTest {
  /** What may be lost of characters on a page a row; few lines, so this is no fine measure. */
  private static final double MOST_LOSS = .03;

  /** Which part may be at most which share of itself. */
  private static final Map<String, Double> SHARES =
      Map.of("text", .26, "recognizer", .32, "detector", 1.0, "classifier", 1.0);

  private static final List<String> EXACT =
      List.of(
          "hoist-constants",
          "fold-constants",
          "remove-identities",
          "merge-duplicates",
          "remove-dead-nodes",
          "fuse-hard-sigmoid",
          "fuse-batch-norm",
          "fuse-affine");

  @TempDir private Path folder;

  @Test
  void fourModelsAreCompressedAsOneAndAgainByteForByte() throws IOException {
    Path original = folder.resolve("original");
    Demo.OCR.files().forEach(file -> file.bring(original));

    Report report = compress(original, Recipes.parse(recipe(), "the test"), 2, "small");

    for (Report.Part part : report.parts()) {
      assertThat((double) part.after().fileBytes() / part.before().fileBytes())
          .as(part.name())
          .isLessThanOrEqualTo(SHARES.get(part.name()));
    }
    assertThat(report.accuracy().scores())
        .filteredOn(score -> score.metric().startsWith("character accuracy"))
        .hasSize(5)
        .allSatisfy(
            score ->
                assertThat(score.degradation().value())
                    .as(score.metric())
                    .isLessThanOrEqualTo(MOST_LOSS));
    assertThat(report.accuracy().shares()).hasSize(4);
    assertThat(report.whole()).hasSize(1);

    Path small = folder.resolve("small");
    compress(original, Recipes.read(small.resolve("recipe.yaml")), 1, "again");

    for (String model : models(small)) {
      assertThat(folder.resolve("again").resolve(model))
          .hasSameBinaryContentAs(small.resolve(model));
    }
    assertThat(Manifests.read(small)).isEqualTo(Manifests.read(original));
  }

  private Report compress(Path original, Recipe recipe, int threads, String name) {
    try (Compressed small =
        Demitasse.open(original)
            .task("ocr")
            .taskOption("pages", "1")
            .recipe(recipe)
            .threads(threads)
            .compress()) {
      small.writeTo(folder.resolve(name));
      return small.report();
    }
  }

  /** Exact steps on all parts, dynamic products in the text encoder, static ones in the reader. */
  private static String recipe() {
    String exact =
        EXACT.stream().map(pass -> "- {pass: " + pass + "}\n").collect(Collectors.joining());
    return """
    demitasse: 1
    resolved: true
    task: ocr
    steps:
    """
        + exact
        + """
        - {pass: quantize-dynamic, where: {parts: [text]}}
        - {pass: quantize-static, where: {parts: [recognizer]}}
        """;
  }

  private static List<String> models(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".onnx"))
          .toList();
    }
  }
}
