package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.cost.Processor;
import io.demitasse.port.Ports;
import io.demitasse.recipe.BuiltInRecipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The main job from the command line, on a small model. */
final class CompressCommandTest {
  private static final String QUANTIZED =
      """
      demitasse: 1
      steps:
        - pass: quantize-dynamic
      """;

  /** Where this processor does it, weights have 7 bits and nothing is told. */
  private static final boolean SATURATES = Processor.detect().saturates();

  private static final String OLD_X86 = "x86 processors without VNNI";

  @TempDir private Path folder;
  private Path model;
  private Path texts;
  private Path output;

  @BeforeEach
  void makeModel() throws IOException {
    model = SmallEncoder.in(folder.resolve("model"));
    texts = SmallEncoder.texts(folder, 30);
    output = folder.resolve("out").resolve("small.onnx");
  }

  @Test
  void writesModelRecipeAndReportAndTellsWhatWasDecided() throws IOException {
    byte[] before = Files.readAllBytes(model);

    Invocation run = compress("--data", texts);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("Size", "Latency", "Accuracy: agreement over 30 samples", "Decisions")
        .contains("Budget: drop<=1%", "Files", output.toString());
    assertThat(run.err()).contains("30 samples of", "recording inputs of each part");
    assertThat(written())
        .containsExactly(
            "small.onnx", "small.recipe.yaml", "small.report.html", "small.report.json");
    assertThat(Ports.find().format().read(output).graph().outputs()).hasSize(1);
    assertThat(model).hasBinaryContent(before);
  }

  @Test
  void replayingTheWrittenRecipeGivesTheSameBytesAtAnyThreadCount() throws IOException {
    Path recipe = Files.writeString(folder.resolve("quantized.yaml"), QUANTIZED);
    Invocation first = compress("--data", texts, "--recipe", recipe, "--budget", "drop<=50%");
    assertThat(first.code()).as(first.toString()).isZero();
    Path resolved = folder.resolve("out").resolve("small.recipe.yaml");

    for (String threads : new String[] {"1", "2"}) {
      Path again = folder.resolve("again" + threads + ".onnx");
      Invocation replay =
          Invocation.of(
              "compress",
              model,
              "-o",
              again,
              "--recipe",
              resolved,
              "--data",
              texts,
              "--threads",
              threads,
              "--timing",
              1);

      assertThat(replay.code()).as(replay.toString()).isZero();
      assertThat(again).hasSameBinaryContentAs(output);
    }
  }

  @Test
  void aMetricThatThereIsNotIsRefusedBeforeAnyWork() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("limited.yaml"),
            "demitasse: 1\nbudget: \"drop(cosinus)<=0.1%\"\nsteps:\n  - pass: fuse-gelu\n");
    for (Object[] more :
        new Object[][] {
          {"--budget", "drop(cosinus)<=0.1%"},
          {"--budget", "drop(cosinus)<=0.1%", "--strict"},
          {"--budget", "drop(cosinus)<=0.1%", "--dry-run"},
          {"--recipe", recipe}
        }) {
      Invocation run = compress(more);

      assertThat(run.code()).as(run.toString()).isEqualTo(2);
      assertThat(run.err())
          .contains("'cosinus' is not a metric of the task agreement: did you mean 'cosine'?")
          .doesNotContain("recording inputs");
    }
  }

  @Test
  void aMetricThatThisModelDoesNotHaveIsRefusedThough() throws IOException {
    Invocation run = compress("--data", texts, "--budget", "drop(equal)<=0.1%");

    assertThat(run.code()).as(run.toString()).isEqualTo(2);
    assertThat(run.err())
        .contains("'equal' is not a metric of the task agreement")
        .contains("Metrics here are: cosine, sqnr.")
        .doesNotContain("recording inputs");
  }

  @Test
  void amountsAreLimitsToo() {
    Invocation fits =
        compress("--data", texts, "--budget", "size<=25MB, latency<=10s, memory<=4GB, drop<=50%");
    assertThat(fits.code()).as(fits.toString()).isZero();
    assertThat(fits.out()).contains("✓ met", "Peak memory of a process that loads and runs it");

    Invocation tight =
        Invocation.of(
            "compress",
            model,
            "-o",
            folder.resolve("tight.onnx"),
            "--timing",
            1,
            "--data",
            texts,
            "--strict",
            "--budget",
            "size<=1kB, latency<=0.01us, memory<=1MB, drop<=50%");
    assertThat(tight.code()).as(tight.toString()).isEqualTo(2);
    assertThat(tight.err())
        .contains("The budget is not met: size is ", "kB, the budget allows 1kB")
        .contains("us, the budget allows 0.01us")
        .contains("peak memory is ", "MB, the budget allows 1MB");
  }

  @Test
  void aFolderGetsAModelByItsUsualName() throws IOException {
    Path place = folder.resolve("small");

    Invocation run = Invocation.of("compress", model, "-o", place, "--data", texts, "--timing", 1);

    assertThat(run.code()).as(run.toString()).isZero();
    String recipe = Files.readString(place.resolve("recipe.yaml"));
    try (Stream<Path> files = Files.list(place)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("what a kept step trained lies beside its recipe")
          .filteredOn(name -> !recipe.contains(name.replace(".tensors", "")))
          .containsExactlyInAnyOrder("model.onnx", "recipe.yaml", "report.html", "report.json");
    }
  }

  @Test
  void theLastLineLeadsToTheReport() {
    Invocation run = compress("--data", texts);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out().lines().toList().getLast())
        .isEqualTo("  read why  " + output.resolveSibling("small.report.html").toUri());
  }

  @Test
  void forceReplacesWhatIsThere() throws IOException {
    Files.createDirectories(output.getParent());
    Files.writeString(output, "old");

    Invocation run = compress("--data", texts, "--force");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(Files.size(output)).isGreaterThan(100_000);
  }

  @Test
  void aDryRunTellsAPredictedSizeAndWritesNothing() {
    Invocation run = compress("--data", texts, "--dry-run");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("quantize", "Predicted size: ", "Nothing was written");
    assertThat(output.getParent()).doesNotExist();
  }

  @Test
  void aDryRunPredictsTheSizeThatTheRecipeGives() throws IOException {
    Path recipe = Files.writeString(folder.resolve("quantized.yaml"), QUANTIZED);

    Invocation run = compress("--data", texts, "--recipe", recipe, "--dry-run", "--json");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(number(run.out(), "bytesBefore")).isEqualTo(Files.size(model));
    assertThat(number(run.out(), "bytesAfter")).isLessThan(Files.size(model) / 2);
  }

  @Test
  void jsonHoldsTheReportAndWhereTheFilesAre() {
    Invocation run = compress("--data", texts, "--json");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .startsWith("{")
        .contains("\"model\" : \"" + output + "\"", "\"candidates\" : [", "\"met\" : true");
  }

  @Test
  void strictRefusesARecipeStepThatChangesNothing() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("idle.yaml"), "demitasse: 1\nsteps:\n  - pass: fuse-gelu\n");

    Invocation lenient = compress("--data", texts, "--recipe", recipe, "--force");
    Invocation strict = compress("--data", texts, "--recipe", recipe, "--force", "--strict");

    assertThat(lenient.code()).as(lenient.toString()).isZero();
    assertThat(lenient.err()).contains("warning: fuse-gelu changed nothing");
    assertThat(strict.code()).as(strict.toString()).isEqualTo(2);
    assertThat(strict.err()).contains("changed nothing: fuse-gelu");
  }

  @Test
  void strictRefusesAnUnmetBudgetAndOtherwiseItIsToldWithTheReason() {
    Invocation lenient = compress("--data", texts, "--budget", "size<=1%");
    Invocation strict = compress("--data", texts, "--budget", "size<=1%", "--strict", "--force");

    assertThat(lenient.code()).as(lenient.toString()).isZero();
    assertThat(lenient.out()).contains("the budget allows 1.0 %");
    assertThat(strict.code()).as(strict.toString()).isEqualTo(2);
    assertThat(strict.err()).contains("The budget is not met: ");
  }

  @Test
  void withoutDataInputsAreInventedAndLabeled() throws IOException {
    Files.delete(model.resolveSibling("tokenizer.json"));

    Invocation run = compress();

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("synthetic, weak evidence", "measured on invented inputs", "Give --data:");
  }

  @Test
  void withoutDataATextModelWithItsTokenizerReadsBuiltInSentences() {
    Invocation run = compress("--recipe", "exact");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.err()).contains("built-in sentences, not your data: weaker evidence");
    assertThat(run.out())
        .contains("samples: built-in sentences, not your data: weaker evidence")
        .containsPattern(
            "Texts of your own make the evidence stronger: --data texts.txt".replace(" ", "\\s+"));
  }

  @Test
  void theLastWordsSayHowToGoOn() throws IOException {
    Path replayed = // what is replayed stays, whatever its times are
        Files.writeString(
            texts.resolveSibling("replayed.yaml"),
            """
            demitasse: 1
            resolved: true
            steps: [{pass: quantize-dynamic}]
            """);
    Invocation own = compress("--data", texts, "--recipe", replayed, "--budget", "drop<=50%");
    Invocation portable =
        compress("--data", texts, "--recipe", "portable", "--budget", "drop<=50%", "--force");

    assertThat(own.code()).as(own.toString()).isZero();
    assertThat(own.out())
        .contains(
            "createSession(\"" + output + "\")", "It needs ONNX Runtime", "30 samples are few")
        .matches(told -> told.contains(OLD_X86) != SATURATES, "tells of older processors")
        .containsPattern("read why +" + output.resolveSibling("small.report.html").toUri());
    assertThat(portable.code()).as(portable.toString()).isZero();
    assertThat(portable.out()).contains("It has operators of ONNX alone");
  }

  @Test
  void quickMeasuresNothingAndSaysSoEverywhere() throws IOException {
    Invocation run = compress("--quick");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains(
            "Accuracy: not measured (--quick); on one sample the cosine", "Nothing was measured")
        .contains("quantize-dynamic  taken unmeasured")
        .doesNotContain("Latency", "✓ met");
    assertThat(Files.size(output)).isLessThan(Files.size(model) / 3);
    assertThat(output.resolveSibling("small.recipe.yaml")).content().startsWith("# Unmeasured");
    assertThat(output.resolveSibling("small.report.json"))
        .content()
        .contains("not measured", "\"met\" : false");
    assertThat(output.resolveSibling("small.report.html")).content().contains("not measured");
    assertThat(Invocation.of("recipe", "check", output.resolveSibling("small.recipe.yaml")).code())
        .isZero();
  }

  @Test
  void quickDoesNotGoWithWhatHasToBeMeasured() {
    for (Object[] asked :
        new Object[][] {{"--budget", "size<=30%"}, {"--recipe", "exact"}, {"--strict"}}) {
      Object[] all = Stream.concat(Stream.of("--quick"), Stream.of(asked)).toArray();
      Invocation run = compress(all);

      assertThat(run.code()).as(run.toString()).isEqualTo(2);
      assertThat(run.err()).contains("--quick measures nothing");
    }
  }

  @Test
  void aPresetForOtherRuntimesWritesOperatorsOfOnnxAlone() throws IOException {
    for (String preset : List.of("browser", "mobile")) {
      Invocation run = compress("--quick", "--preset", preset, "--force");

      assertThat(run.code()).as(run.toString()).isZero();
      assertThat(run.out()).contains("It has operators of ONNX alone");
      assertThat(run.out().contains(OLD_X86)).isEqualTo(preset.equals("mobile") && !SATURATES);
      assertThat(Files.size(output)).isLessThan(Files.size(model) / 3);
    }
  }

  @Test
  void aPresetBringsItsLimitOfTimeAndIsToldOf() {
    Invocation run = compress("--preset", "smallest", "--data", texts, "--budget", "drop<=50%");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(output.resolveSibling("small.report.json"))
        .content()
        .contains("latency<=200%, drop<=50%", "made with the preset smallest: the smallest file");
    assertThat(output.resolveSibling("small.recipe.yaml")).content().contains("latency<=200%");
  }

  @Test
  void aResultForAnyProcessorHasWeightsOfSevenBits() {
    Invocation asked = compress("--any-processor", "--quick");
    assertThat(asked.code()).as(asked.toString()).isZero();
    assertThat(asked.out()).doesNotContain(OLD_X86);
    assertThat(output.resolveSibling("small.recipe.yaml")).content().contains("reduce-range: true");

    Invocation usual = compress("--quick", "--force");
    assertThat(usual.code()).as(usual.toString()).isZero();
    assertThat(usual.out().contains(OLD_X86)).isEqualTo(!SATURATES);

    Invocation searched = compress("--any-processor", "--data", texts, "--force");
    assertThat(searched.code()).as(searched.toString()).isZero();
    assertThat(searched.out()).contains("made for any processor").doesNotContain(OLD_X86);

    Invocation withRecipe = compress("--any-processor", "--recipe", "exact", "--force");
    assertThat(withRecipe.code()).as(withRecipe.toString()).isEqualTo(2);
    assertThat(withRecipe.err()).contains("give its steps reduce-range: true");
  }

  @Test
  void aPresetThatDoesNotFitIsRefused() {
    Invocation withRecipe = compress("--preset", "mobile", "--recipe", "exact");
    assertThat(withRecipe.code()).as(withRecipe.toString()).isEqualTo(2);
    assertThat(withRecipe.err())
        .contains(
            "The preset mobile is for a search, and a recipe has its own steps: leave one of them"
                + " out.");

    Invocation unknown = compress("--preset", "phone");
    assertThat(unknown.code()).as(unknown.toString()).isEqualTo(2);
    assertThat(unknown.err())
        .contains("There is no preset 'phone'; there are server, browser, mobile, smallest.");
  }

  @ParameterizedTest
  @MethodSource("readyRecipes")
  void everyReadyRecipeRuns(String recipe) {
    Invocation run = compress("--recipe", recipe, "--data", texts, "--budget", "drop<=50%");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(output).exists();
  }

  static List<String> readyRecipes() {
    return BuiltInRecipes.NAMES;
  }

  private Invocation compress(Object... more) {
    return Invocation.of(
        Stream.concat(Stream.of("compress", model, "-o", output, "--timing", 1), Stream.of(more))
            .toArray());
  }

  private static long number(String json, String key) {
    String after = json.substring(json.indexOf("\"" + key + "\" : ") + key.length() + 5);
    return Long.parseLong(after.split("[,\n]", 2)[0].strip());
  }

  private List<String> written() throws IOException {
    try (Stream<Path> files = Files.list(output.getParent())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
