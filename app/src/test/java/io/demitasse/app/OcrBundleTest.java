package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.app.demo.Demo;
import io.demitasse.cost.Processor;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.data.BuiltInPages;
import io.demitasse.pipeline.Event;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.report.Report;
import io.demitasse.testkit.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's bundle of four real models through the Java API, and again from its recipe. */
final class OcrBundleTest {
  /** Weights have 7 bits where the processor would cut off products of 8. */
  private static final boolean SATURATES = Processor.detect().saturates();

  /**
   * What may be lost of characters or passages found; a page a row, so this is no fine measure.
   * With 7 bits the noisiest row loses .051 of its characters, and .0076 are lost on average.
   */
  private static final double MOST_LOSS = SATURATES ? .06 : .02;

  /** Times are not what this is about. */
  private static final PairedTiming.Effort SHORT = new PairedTiming.Effort(3, 3, 1);

  /**
   * How much of the original's map of text a detector has to find again; with 7 bits it is .937.
   */
  private static final double LEAST_OVERLAP = SATURATES ? .93 : .95;

  /** Which part may be at most which share of itself. */
  private static final Map<String, Double> SHARES =
      Map.of("detector", .35, "classifier", 1.0, "recognizer", .32, "text", .26);

  private static final double SHARE_OF_THE_WHOLE = .28;

  /** The choices of the default search, which takes minutes to make them. */
  private static final String RECIPE =
      """
      demitasse: 1
      resolved: true
      task: ocr
      steps:
      - {pass: hoist-constants}
      - {pass: fold-shapes}
      - {pass: fold-constants}
      - {pass: remove-identities}
      - {pass: merge-duplicates}
      - {pass: remove-dead-nodes}
      - {pass: fuse-hard-sigmoid}
      - {pass: fuse-layer-norm}
      - {pass: fuse-skip-layer-norm}
      - {pass: fuse-gelu, where: {parts: [text]}}
      - {pass: fuse-residual-gate}
      - {pass: fuse-batch-norm}
      - {pass: fuse-affine}
      - {pass: carry-affine}
      - {pass: fuse-linear-convolutions}
      - {pass: quantize-dynamic, options: {reduce-range: SATURATES}, where: {parts: [text]}}
      - {pass: quantize-static, options: {reduce-range: SATURATES}, where: {parts: [recognizer, detector]}}
      """
          .replace("SATURATES", Boolean.toString(SATURATES));

  /** Weights of the text encoder in 8 bits, which takes no data. */
  private static final String TEXT_ENCODER =
      """
      demitasse: 1
      task: ocr
      steps:
      - {pass: quantize-dynamic, options: {reduce-range: SATURATES}, where: {parts: [text]}}
      """
          .replace("SATURATES", Boolean.toString(SATURATES));

  @TempDir private Path folder;

  @Slow("reads and times pages of all kinds, calibrated on 25, and all again: 6 minutes")
  @Test
  void fourModelsAreCompressedAsOneAndAgainByteForByte() throws IOException {
    Path original = original();
    UnaryOperator<Demitasse> builtIn = job -> job.taskOption("pages", "1");

    Report report = compress(original, builtIn, Recipes.parse(RECIPE, "the test"), 2, "small");

    assertCompressedAsOne(report);
    assertSmall(report.parts(), _ -> true);
    assertThat((double) report.bytesAfter() / report.bytesBefore())
        .isLessThanOrEqualTo(SHARE_OF_THE_WHOLE);
    assertRight(report.accuracy().scores());

    Path small = folder.resolve("small");
    compress(original, builtIn, Recipes.read(small.resolve("recipe.yaml")), 1, "again");

    for (String model : models(small)) {
      assertThat(folder.resolve("again").resolve(model))
          .hasSameBinaryContentAs(small.resolve(model));
    }
  }

  @Test
  void onFewLinesOneOfFourModelsIsQuantizedAndAllAreJudgedAsOne() throws IOException {
    Path original = original();
    Path pages = fewLines();

    Report report =
        compress(
            original, job -> job.data(pages), Recipes.parse(TEXT_ENCODER, "the test"), 2, "small");

    assertCompressedAsOne(report);
    assertSmall(report.parts(), part -> part.equals("text"));
    assertThat(report.accuracy().scores())
        .filteredOn(ScoreComparison::limited)
        .extracting(ScoreComparison::metric)
        .containsExactly("character accuracy, 20 px, noise 15", "recall@10");
  }

  /** The two smallest pages, of one line and of ten. */
  private Path fewLines() throws IOException {
    List<String> images = List.of("20px/07.png", "20px/14.png");
    Path pages = folder.resolve("pages");
    for (String image : images) {
      Path copy = pages.resolve(image);
      Files.createDirectories(copy.getParent());
      Files.copy(BuiltInPages.list().resolveSibling(image), copy);
    }
    List<String> lines = Files.readAllLines(BuiltInPages.list());
    lines.removeIf(line -> images.stream().noneMatch(line::contains));
    return Files.write(pages.resolve("pages.jsonl"), lines).getParent();
  }

  @Test
  void withoutATaskAndDataItIsJudgedOnTheBuiltInPages() {
    Path original = original();
    List<Event> events = new ArrayList<>();

    // What is judged is told before the one step, which needs no data.
    Demitasse.open(original)
        .recipe(Recipes.parse("demitasse: 1\nsteps: [{pass: remove-dead-nodes}]", "the test"))
        .events(events::add)
        .forecast();

    assertThat(events).contains(new Event.Noted("129 samples of the built-in pages"));
  }

  private Path original() {
    Path original = folder.resolve("original");
    Demo.OCR.files().forEach(file -> file.bring(original));
    return original;
  }

  private void assertCompressedAsOne(Report report) throws IOException {
    assertThat(report.accuracy().shares())
        .extracting(Report.Share::part)
        .containsExactly("text", "recognizer", "detector", "classifier");
    assertThat(report.whole()).hasSize(1);
    Path small = folder.resolve("small");
    assertThat(models(small)).hasSize(4);
    assertThat(Manifests.read(small)).isEqualTo(Manifests.read(folder.resolve("original")));
  }

  private static void assertSmall(List<Report.Part> parts, Predicate<String> quantized) {
    for (Report.Part part : parts) {
      assertThat((double) part.after().fileBytes() / part.before().fileBytes())
          .as(part.name())
          .isLessThanOrEqualTo(quantized.test(part.name()) ? SHARES.get(part.name()) : 1);
    }
  }

  private static void assertRight(List<ScoreComparison> scores) {
    assertThat(scores)
        .filteredOn(ScoreComparison::limited)
        .hasSize(6)
        .allSatisfy(
            score ->
                assertThat(score.degradation().value())
                    .as(score.metric())
                    .isLessThanOrEqualTo(MOST_LOSS));
    assertThat(overlap(scores)).isGreaterThanOrEqualTo(LEAST_OVERLAP);
  }

  private static double overlap(List<ScoreComparison> scores) {
    return scores.stream()
        .filter(score -> score.metric().equals("map overlap"))
        .findFirst()
        .orElseThrow()
        .candidate()
        .value();
  }

  private Report compress(
      Path original, UnaryOperator<Demitasse> data, Recipe recipe, int threads, String name) {
    try (Compressed small =
        data.apply(Demitasse.open(original).task("ocr"))
            .recipe(recipe)
            .threads(threads)
            .effort(SHORT)
            .compress()) {
      small.writeTo(folder.resolve(name));
      return small.report();
    }
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
