package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Sample;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.SmallTokenizer;
import io.demitasse.port.ModelFormat;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.report.Report;
import io.demitasse.run.Forecast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An encoder and a decoder with the same embeddings, which a folder needs to hold once. */
class SharedWeightsTest {
  private static final PairedTiming.Effort SHORT = new PairedTiming.Effort(3, 3, 1);
  private static final String ENCODER = "encoder_model.onnx";
  private static final String DECODER = "decoder_model_merged.onnx";
  private static final long EMBEDDINGS = 301 * 64 * Float.BYTES;

  private static final String SHARED =
      """
      demitasse: 1
      resolved: true
      steps:
      - pass: share-weights
      """;

  private static final String QUANTIZED =
      """
      demitasse: 1
      resolved: true
      steps:
      - pass: quantize-dynamic
      - pass: share-weights
      """;

  @TempDir Path folder;
  private Path original;
  private Path data;

  @BeforeEach
  void makeFolder() throws IOException {
    original = Files.createDirectories(folder.resolve("original"));
    SmallTowers.write(EncoderDecoderTest.ENCODER, original.resolve(ENCODER));
    SmallTowers.write(
        EncoderDecoderTest.DECODER.replace("float[32,64] ~ 31", "float[301,64] ~ 21"),
        original.resolve(DECODER));
    SmallTokenizer.in(original);
    Files.writeString(
        original.resolve(Manifest.FILE),
        Manifests.text(Demitasse.folder(original).describe())
            .replace(
                "program: encoder-decoder\n",
                "program: greedy\nsettings:\n  start: 1\n  end: 0\n"));
    data =
        Files.write(
            folder.resolve("texts.txt"),
            IntStream.range(0, 12).mapToObj(SmallTowers::caption).toList());
  }

  private Demitasse open(Path bundle) {
    return Demitasse.open(bundle).data(data).effort(SHORT).threads(1);
  }

  private Report write(Path bundle, String recipe, Path destination) {
    try (Compressed small = open(bundle).recipe(Recipes.parse(recipe, "the test")).compress()) {
      small.writeTo(destination);
      return small.report();
    }
  }

  private static long bytes(Path bundle, Set<String> names) {
    return names.stream().mapToLong(name -> bundle.resolve(name).toFile().length()).sum();
  }

  private static Set<String> models(Path bundle) throws IOException {
    try (Stream<Path> files = Files.list(bundle)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".onnx") || name.endsWith(".data"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static long total(Report report, ToLongFunction<Report.Part> bytes) {
    return report.parts().stream().mapToLong(bytes).sum();
  }

  private static long before(Report.Part part) {
    return part.before().fileBytes();
  }

  private static long after(Report.Part part) {
    return part.after().fileBytes();
  }

  private void assertSameOutputs(Path one, Path other) {
    try (OpenBundle theirs = new OpenBundle(one);
        OpenBundle ours = new OpenBundle(other)) {
      for (int i = 0; i < 5; i++) {
        Sample text = new Sample.Text("text", SmallTowers.caption(i));
        Map<String, Tensor> expected = theirs.run(text);
        Map<String, Tensor> actual = ours.run(text);
        expected.forEach(
            (name, tensor) -> assertThat(actual.get(name).contentEquals(tensor)).as(name).isTrue());
      }
    }
  }

  @Test
  void theFolderHoldsTheEmbeddingsOnceAndRunsAsBefore() throws IOException {
    Path small = folder.resolve("small");

    Report report = write(original, SHARED, small);

    assertThat(models(small)).containsExactly(DECODER, ENCODER, ModelFormat.SHARED_DATA);
    assertThat(Files.size(small.resolve(ModelFormat.SHARED_DATA))).isEqualTo(EMBEDDINGS);
    long saved = bytes(original, models(original)) - bytes(small, models(small));
    assertThat(saved).isBetween(EMBEDDINGS - 400, EMBEDDINGS);
    assertThat(total(report, SharedWeightsTest::after)).isEqualTo(bytes(small, models(small)));
    assertThat(report.accuracy().shares().stream().mapToLong(Report.Share::bytesAfter).sum())
        .isEqualTo(bytes(small, models(small)));
    assertThat(report.accuracy().shares())
        .extracting(Report.Share::bytesShared)
        .containsExactly(EMBEDDINGS, EMBEDDINGS);
    assertThat(report.parts())
        .allSatisfy(
            part ->
                assertThat(part.after().bytesByType().stream().mapToLong(Report.Count::count).sum())
                    .as("weights of %s, of the shared ones half", part.name())
                    .isBetween(after(part) - 2500, after(part)));
    assertSameOutputs(original, small);
  }

  @Test
  void tiesStillHoldAndTheResultOpensAgain() throws IOException {
    Path small = folder.resolve("small");

    write(original, SHARED, small);

    assertThat(Manifests.read(original).tensors()).hasSize(1);
    assertThat(Manifests.read(small)).isEqualTo(Manifests.read(original));
    assertThat(Demitasse.folder(small).describe().tensors())
        .isEqualTo(Manifests.read(original).tensors());
  }

  @Test
  void aReplayGivesTheSameBytesInEveryFile() throws IOException {
    Path small = folder.resolve("small");
    Path again = folder.resolve("again");

    write(original, QUANTIZED, small);
    try (Compressed replayed =
        open(original).threads(2).recipe(Recipes.read(small.resolve("recipe.yaml"))).compress()) {
      replayed.writeTo(again);
    }

    assertThat(models(small)).contains(ModelFormat.SHARED_DATA);
    Set<String> files = new TreeSet<>(models(small));
    files.addAll(List.of("recipe.yaml", Manifest.FILE, "tokenizer.json"));
    for (String file : files) {
      assertThat(Files.mismatch(small.resolve(file), again.resolve(file))).as(file).isEqualTo(-1);
    }
  }

  @Test
  void aSearchSharesWhatIsEqualAfterAllElse() throws IOException {
    Path small = folder.resolve("small");

    Report report;
    try (Compressed compressed = open(original).budget("drop<=20%").compress()) {
      compressed.writeTo(small);
      report = compressed.report();
    }

    Report.Tried shared = report.candidates().getLast();
    assertThat(shared.title()).isEqualTo("share-weights");
    assertThat(shared.changed()).isEqualTo(2);
    assertThat(shared.timings().getFirst().workload()).startsWith("encoder ");
    // Whether it is kept is for the clock to say.
    assertThat(models(small).contains(ModelFormat.SHARED_DATA)).isEqualTo(shared.kept());
    assertThat(total(report, SharedWeightsTest::after)).isEqualTo(bytes(small, models(small)));
  }

  @Test
  void aForecastCountsSharedWeightsOnce() {
    Forecast forecast = open(original).recipe(Recipes.parse(SHARED, "the test")).forecast();

    assertThat(forecast.bytesBefore() - forecast.bytesAfter()).isEqualTo(EMBEDDINGS);
  }

  @Test
  void withNothingInCommonASearchDoesNotTry() throws IOException {
    SmallTowers.write(EncoderDecoderTest.DECODER, original.resolve(DECODER));
    Path manifest = original.resolve(Manifest.FILE);
    Manifest tied = Manifests.read(original);
    Files.writeString(
        manifest,
        Manifests.text(
            new Manifest(
                tied.program(), tied.settings(), tied.parts(), List.of(), tied.dimensions())));

    assertThat(open(original).forecast().choices())
        .extracting(Forecast.Choice::title)
        .doesNotContain("share-weights");
  }

  @Test
  void whatIsSharedStaysSharedWhenOtherWeightsChange() throws IOException {
    Path shared = folder.resolve("shared");
    Path small = folder.resolve("small");
    write(original, SHARED, shared);

    Report report =
        write(
            shared,
            """
            demitasse: 1
            resolved: true
            steps:
            - pass: quantize-weights
              where: {parts: [encoder], operators: [MatMul]}
            """,
            small);

    assertThat(models(small)).contains(ModelFormat.SHARED_DATA);
    assertThat(total(report, SharedWeightsTest::before)).isEqualTo(bytes(shared, models(shared)));
    assertThat(total(report, SharedWeightsTest::after)).isEqualTo(bytes(small, models(small)));
    assertThat(bytes(small, models(small))).isLessThan(bytes(shared, models(shared)));
    assertThat(Files.mismatch(shared.resolve(DECODER), small.resolve(DECODER))).isEqualTo(-1);
  }

  @Test
  void whatIsNoLongerEqualGoesBackIntoItsModels() throws IOException {
    Path shared = folder.resolve("shared");
    Path small = folder.resolve("small");
    write(original, SHARED, shared);

    Report report =
        write(
            shared,
            """
            demitasse: 1
            resolved: true
            steps:
            - pass: quantize-dynamic
              where: {parts: [encoder]}
            """,
            small);

    assertThat(models(small)).containsExactly(DECODER, ENCODER);
    assertThat(total(report, SharedWeightsTest::after)).isEqualTo(bytes(small, models(small)));
    assertThat(Files.mismatch(original.resolve(DECODER), small.resolve(DECODER))).isEqualTo(-1);
  }

  /** Candidates share on disk what the result will share, also while one part alone is at work. */
  @Test
  void everyCandidateTakesTheBytesThatItsResultWould() throws IOException {
    Path shared = folder.resolve("shared");
    Path small = folder.resolve("small");
    write(original, SHARED, shared);
    Recipe recipe =
        Recipes.parse(
            """
            demitasse: 1
            steps:
            - pass: quantize-weights
              where: {parts: [decoder], operators: [MatMul]}
            """,
            "the test");

    Report report;
    try (Compressed compressed = open(shared).recipe(recipe).budget("drop<=50%").compress()) {
      compressed.writeTo(small);
      report = compressed.report();
    }

    Report.Tried tried = report.candidates().getFirst();
    assertThat(tried.bytes()).isBetween(EMBEDDINGS, bytes(shared, models(shared)) - 1);
    assertThat(total(report, SharedWeightsTest::after)).isEqualTo(bytes(small, models(small)));
    assertThat(models(small)).contains(ModelFormat.SHARED_DATA);
  }
}
