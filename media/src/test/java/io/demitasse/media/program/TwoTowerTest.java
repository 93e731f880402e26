package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Event;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of two towers from its export to the small one that is used. */
class TwoTowerTest {
  private static final PairedTiming.Effort SHORT = new PairedTiming.Effort(3, 3, 1);

  private static final String QUANTIZED =
      """
      demitasse: 1
      resolved: true
      steps:
      - pass: quantize-static
        where: {parts: vision}
      - pass: quantize-dynamic
        where: {parts: text}
      """;

  @TempDir Path folder;
  private Path original;
  private Path data;

  @BeforeEach
  void makeFolder() throws IOException {
    original = SmallTowers.in(folder.resolve("original"));
    data = SmallTowers.data(folder.resolve("data"), 16);
  }

  @Test
  void theManifestOfAnExportSaysEverythingThatItsFilesSay() {
    assertThat(Manifests.text(Demitasse.folder(original).describe()))
        .isEqualTo(
            """
            demitasse-bundle: 1
            program: two-tower
            parts:
              vision:
                file: vision_model.onnx
                modality: image
                preprocessing:
                  resize:
                    shortest: 32
                  filter: pillow-bicubic
                  crop:
                    width: 32
                    height: 32
                  scale: 0.00392156862745098
                  mean:
                  - 0.5
                  - 0.5
                  - 0.5
                  std:
                  - 0.25
                  - 0.25
                  - 0.25
                  channels: rgb
                  layout: nchw
              text:
                file: text_model.onnx
                modality: text
                preprocessing:
                  tokenizer: tokenizer.json
            tied:
              dimensions:
              - - "vision:image_embeds[1]"
                - "text:text_embeds[1]"
            """);
  }

  @Test
  void compressedUnderABudgetItOpensAgainAndMeansTheSame() throws IOException {
    describe();
    Path small = folder.resolve("small");

    try (Compressed compressed =
        Demitasse.open(original)
            .data(data)
            .budget("drop<=1%")
            .effort(SHORT)
            .threads(1)
            .compress()) {
      compressed.writeTo(small);
      ScoreComparison cosine = compressed.report().accuracy().scores().getFirst();
      assertThat(cosine.metric()).isEqualTo("cosine");
      assertThat(cosine.candidate().value()).isGreaterThan(.985);
      assertThat(compressed.report().parts())
          .extracting(Report.Part::name)
          .containsExactly("vision", "text");
      assertThat(compressed.report().parts()).noneMatch(part -> part.timings().isEmpty());
      assertThat(compressed.report().whole()).hasSize(1);
    }

    // Which steps are kept hangs on times, and some find tensors that lie beside the recipe.
    assertThat(names(small))
        .filteredOn(name -> !name.endsWith(".tensors"))
        .containsExactlyInAnyOrder(
            "bundle.yaml",
            "preprocessor_config.json",
            "recipe.yaml",
            "report.html",
            "report.json",
            "text_model.onnx",
            "tokenizer.json",
            "vision_model.onnx");
    assertThat(Manifests.read(small)).isEqualTo(Manifests.read(original));
    // A budget bounds the mean, of samples drawn from these; how far one may fall hangs on the
    // steps.
    List<Double> cosines = cosines(original, small);
    assertThat(cosines.stream().mapToDouble(cosine -> cosine).average().orElseThrow())
        .isGreaterThan(.985);
    assertThat(cosines).allMatch(cosine -> cosine >= .95);
  }

  @Test
  void bothTowersAreQuantizedEachInItsWayAndReplayGivesTheSameBytes() throws IOException {
    describe();
    Path small = folder.resolve("small");
    Path again = folder.resolve("again");

    compress(Recipes.parse(QUANTIZED, "the test's recipe"), small);
    compress(Recipes.read(small.resolve("recipe.yaml")), again);

    for (String file : List.of("vision_model.onnx", "text_model.onnx")) {
      assertThat(Files.size(small.resolve(file)))
          .as(file)
          .isLessThan(Files.size(original.resolve(file)) * 2 / 5);
      assertThat(Files.mismatch(small.resolve(file), again.resolve(file))).as(file).isEqualTo(-1);
    }
    assertThat(cosines(original, small)).allMatch(cosine -> cosine >= .99);
  }

  @Test
  void towersInIntegersAreJudgedByEveryTaskOfPicturesAndTexts() throws IOException {
    describe();
    Path small = folder.resolve("small");
    compress(Recipes.parse(QUANTIZED, "the test's recipe"), small);
    StringBuilder captions = new StringBuilder("image,caption,label\n");
    for (int i = 0; i < 16; i++) {
      captions.append("%02d.png,%s,%s\n".formatted(i, SmallTowers.caption(i), i % 2));
    }
    Path list = Files.writeString(data.resolve("captions.csv"), captions);

    for (String task : List.of("embedding-agreement", "image-text-retrieval", "zero-shot")) {
      List<ScoreComparison> scores =
          Demitasse.open(original).task(task).data(list).threads(1).evaluate(small).scores();
      assertThat(scores).as(task).hasSizeGreaterThanOrEqualTo(3);
      assertThat(scores)
          .as(task)
          .allSatisfy(each -> assertThat(each.baseline().value()).isFinite());
      if (task.equals("embedding-agreement")) {
        assertThat(scores)
            .allSatisfy(each -> assertThat(each.candidate().value()).isBetween(.95, .999999));
      }
    }
  }

  @Test
  void aStepForAllPartsIsJudgedPartByPartAndIsIdleWhereItChangesNone() throws IOException {
    describe();
    List<String> warnings = new ArrayList<>();
    Recipe recipe =
        Recipes.parse(
            """
            demitasse: 1
            steps:
            - {pass: quantize-dynamic, where: {nodes: [wide]}}
            - {pass: quantize-dynamic, where: {nodes: [flat]}}
            """,
            "the test's recipe");

    try (Compressed compressed =
        Demitasse.open(original)
            .data(data)
            .recipe(recipe)
            .effort(SHORT)
            .threads(1)
            .events(event -> note(event, warnings))
            .compress()) {
      assertThat(compressed.report().candidates())
          .extracting(Report.Tried::title)
          .containsExactly(
              "vision: quantize-dynamic",
              "text: quantize-dynamic",
              "vision: quantize-dynamic",
              "text: quantize-dynamic");
    }
    assertThat(warnings)
        .filteredOn(warning -> warning.contains("changed nothing"))
        .containsExactly("vision: quantize-dynamic, text: quantize-dynamic changed nothing");
  }

  private static void note(Event event, List<String> warnings) {
    if (event instanceof Event.Warned(String text)) {
      warnings.add(text);
    }
  }

  @Test
  void aTieThatDoesNotHoldIsRefused() throws IOException {
    Files.writeString(
        original.resolve(Manifest.FILE),
        Manifests.text(Demitasse.folder(original).describe())
            .replace("text:text_embeds[1]", "vision:pixel_values[2]"));

    assertThatThrownBy(() -> Demitasse.open(original).data(data).compress())
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            original.resolve(Manifest.FILE)
                + " is not a valid bundle:\n"
                + "  - tied dimensions [vision:image_embeds[1], vision:pixel_values[2]] have the"
                + " sizes [64, 32]");
  }

  @Test
  void withoutDataItSaysWhatItNeeds() throws IOException {
    describe();

    assertThatThrownBy(() -> Demitasse.open(original).compress())
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "The task agreement needs data to run the parts vision, text of "
                + original
                + " together. Give some: a text file with one sample a line (.txt), JSON lines"
                + " (.jsonl) or a table (.csv, .tsv) with \"text\", a folder of .txt, picture"
                + " (.jpg, .png, .webp, .gif, .bmp) files with one sample a file, or one such"
                + " picture (.jpg, .png, .webp, .gif, .bmp) file.");
  }

  private void describe() throws IOException {
    Files.writeString(
        original.resolve(Manifest.FILE), Manifests.text(Demitasse.folder(original).describe()));
  }

  private void compress(Recipe recipe, Path destination) {
    try (Compressed compressed =
        Demitasse.open(original).data(data).recipe(recipe).effort(SHORT).threads(1).compress()) {
      assertThat(compressed.report().parts())
          .allMatch(part -> part.changes().stream().anyMatch(Change::applied));
      compressed.writeTo(destination);
    }
  }

  /** The cosine between what two folders say of each sample. */
  private List<Double> cosines(Path one, Path other) throws IOException {
    try (OpenBundle theirs = new OpenBundle(one);
        OpenBundle ours = new OpenBundle(other);
        Stream<Path> files = Files.list(data)) {
      return files
          .map(TwoTowerTest::sample)
          .map(sample -> OpenBundle.cosine(embedding(theirs, sample), embedding(ours, sample)))
          .toList();
    }
  }

  private static Sample sample(Path file) {
    String name = file.getFileName().toString();
    try {
      return name.endsWith(".txt")
          ? new Sample.Text(name, Files.readString(file))
          : new Sample.File(name, file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static float[] embedding(OpenBundle bundle, Sample sample) {
    float[] embedding = bundle.run(sample).get("embedding").toFloats();
    assertThat(embedding).hasSize(64);
    return embedding;
  }

  private static List<String> names(Path folder) {
    return Arrays.asList(folder.toFile().list());
  }
}
