package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.recipe.BuiltInRecipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecipeCommandTest {
  private static final String RESOLVED =
      """
      demitasse: 1
      resolved: true
      source: {model: 0123456789abcdef0123}
      task: retrieval
      budget: size<=30%, drop<=2%
      seed: 11
      steps:
      - pass: fold-constants
      - pass: quantize-static
        options: {reduce-range: true, calibration: min-max}
        where: {parts: [model], except-nodes: [a, b, c, d]}
        calibration: {"model:min-max:x": [-1, 1], "model:min-max:y": [0, 3]}
      """;

  @TempDir private Path folder;

  static Stream<String> ready() {
    return BuiltInRecipes.NAMES.stream();
  }

  private Path recipe(String text) throws IOException {
    return Files.writeString(folder.resolve("mine.yaml"), text);
  }

  private Path model() throws IOException {
    return SmallEncoder.in(folder.resolve("model"));
  }

  @Test
  void listsWhatIsReady() {
    Invocation run = Invocation.of("recipe", "list");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("  exact         The same function with fewer nodes.\n")
        .contains(BuiltInRecipes.NAMES)
        .endsWith("\n'demitasse recipe show NAME' shows the steps of one.\n");
    assertThat(Invocation.of("recipe", "list", "--json").out())
        .contains("\"exact\" : \"The same function with fewer nodes.\"");
  }

  @Test
  void showsStepsWithOptionsSelectionsAndCalibration() throws IOException {
    Invocation run = Invocation.of("recipe", "show", recipe(RESOLVED));

    assertThat(run.code()).isZero();
    assertThat(run.out().lines().map(line -> line.replaceAll(" {2,}", "  ")))
        .containsExactly(
            "  task  retrieval",
            "  budget  size<=30%, drop<=2%",
            "  seed  11",
            "  resolved  yes: it is replayed",
            "  made for model  SHA-256 0123456789abcdef0123",
            "",
            "2 steps",
            "  pass  options  where  calibrated",
            "  1  fold-constants",
            "  2  quantize-static  reduce-range: true, calibration: min-max"
                + "  parts: model; except-nodes: a, b and 2 more  4");
    assertThat(Invocation.of("recipe", "show", folder.resolve("mine.yaml"), "--json").out())
        .contains("\"resolved\" : true", "\"percentile\" : 99.99", "\"calibrated\" : 4");
  }

  @Test
  void showsAndChecksTheFilesThatStepsFoundOut() throws IOException {
    String hash = "a".repeat(64);
    Path recipe =
        recipe(
            """
            demitasse: 1
            resolved: true
            steps:
            - pass: fold-constants
              found: {"model:weights": %s}
            """
                .formatted(hash));

    Invocation shown = Invocation.of("recipe", "show", recipe);
    Invocation checked = Invocation.of("recipe", "check", recipe);
    Path output = folder.resolve("small.onnx");
    Invocation compressed = Invocation.of("compress", model(), "-o", output, "--recipe", recipe);

    assertThat(shown.out())
        .contains("Found out by steps, in files beside the recipe")
        .containsPattern("1 +model:weights +" + hash + ".tensors +missing");
    assertThat(Invocation.of("recipe", "show", recipe, "--json").out())
        .contains("\"model:weights\" : \"" + hash);
    String problem = "step 1 (fold-constants), found model:weights: " + folder;
    assertThat(checked.code()).isEqualTo(2);
    assertThat(checked.err()).contains(problem).contains(" is missing. It was written beside");
    assertThat(compressed.code()).isEqualTo(2);
    assertThat(compressed.err()).contains(problem);
    assertThat(output).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("ready")
  void aReadyRecipeIsShownAsItIsWritten(String name) {
    assertThat(Invocation.of("recipe", "show", name).code()).isZero();
    assertThat(Invocation.of("recipe", "show", name, "--yaml").out())
        .isEqualTo(BuiltInRecipes.text(name));
  }

  @ParameterizedTest
  @MethodSource("ready")
  void aReadyRecipeFitsATextEncoder(String name) throws IOException {
    Path model = model();

    Invocation run = Invocation.of("recipe", "check", name, model);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains(name + " fits " + model + ": ");
  }

  @Test
  void aValidRecipeIsSaidToBe() throws IOException {
    Path recipe = recipe(RESOLVED);

    Invocation run = Invocation.of("recipe", "check", recipe);

    assertThat(run.code()).isZero();
    assertThat(run.out()).isEqualTo(recipe + " is a valid recipe: 2 steps.\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() throws IOException {
    Path recipe =
        recipe("demitasse: 1\nsteps:\n- pass: fuse-gelo\n- pass: fold-constants\n  option: 1\n");

    Invocation run = Invocation.of("recipe", "check", recipe);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            """
            demitasse: %s is not a valid recipe:
              - step 1: there is no pass 'fuse-gelo'; did you mean 'fuse-gelu'?
              - step 2 has an unknown key 'option'; it may have [pass, options, where, calibration, found]
            """
                .formatted(recipe));
  }

  @Test
  void anUnknownTaskIsFoundWithoutAModel() throws IOException {
    Path recipe = recipe("demitasse: 1\ntask: juggling\nsteps: []\n");

    Invocation run = Invocation.of("recipe", "check", recipe);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "demitasse: " + recipe + " cannot be used:\n  - there is no task 'juggling'; known are")
        .contains("retrieval");
  }

  @Test
  void whatDoesNotFitAModelIsToldAtOnce() throws IOException {
    Path model = model();
    Path recipe =
        recipe(
            """
            demitasse: 1
            source: {model: 0123456789abcdef0123, vision: 99}
            steps:
            - pass: quantize-weights
              where: {parts: [modle]}
            - pass: quantize-dynamic
              where: {operators: [MatMul], except-nodes: ["*/layer.0/*"]}
            - pass: fuse-gelu
              where: {operators: [Relu], nodes: [scores]}
            """);

    Invocation run = Invocation.of("recipe", "check", recipe, model);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().replaceAll("has [0-9a-f]{12}", "has HASH"))
        .isEqualTo(
            """
            demitasse: %s does not fit %s:
              - source: the recipe was made for a part 'model' of SHA-256 0123456789ab..., \
            this one has HASH...
              - source: there is no part 'vision' among [model]
              - step 1 (quantize-weights), where: parts 'modle' matches nothing
              - step 2 (quantize-dynamic), where: except-nodes '*/layer.0/*' matches nothing
              - step 3 (fuse-gelu), where: it selects no node
            """
                .formatted(recipe, model));
    assertThat(run.out().lines().map(line -> line.strip().replaceAll(" {2,}", "  ")))
        .containsExactly(
            "pass  selected  changed  left alone",
            "1  quantize-weights  0  0  0",
            "2  quantize-dynamic  8  2  4",
            "3  fuse-gelu  0  0  0");
  }

  @Test
  void afterAStepThatCouldNotBeAppliedSelectionsAreNotJudged() throws IOException {
    Path recipe =
        recipe(
            """
            demitasse: 1
            steps:
            - pass: quantize-static
            - pass: quantize-weights
              where: {nodes: ["*_quantized"]}
            """);

    Invocation run = Invocation.of("recipe", "check", recipe, model());

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("quantize-static needs samples of real data, and none were given")
        .contains("mine.yaml fits");
  }

  @Test
  void afterAStepThatDependsOnDataSelectionsAreNotJudged() throws IOException {
    Path recipe =
        recipe(
            """
            demitasse: 1
            steps:
            - pass: fuse-layer-norm
            - pass: fuse-skip-layer-norm
            - pass: quantize-dynamic
              where: {operators: ["*SkipLayerNormalization"]}
            """);

    Invocation run = Invocation.of("recipe", "check", recipe, model());

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("mine.yaml fits");
  }

  @Test
  void jsonHoldsWhatWasFound() throws IOException {
    Invocation run = Invocation.of("recipe", "check", recipe(RESOLVED), model(), "--json");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out())
        .contains(
            "\"pass\" : \"fold-constants\"", "\"problems\" : [ \"source: the recipe was made");
  }

  @ParameterizedTest
  @ValueSource(strings = {"show", "check"})
  void aRecipeThatIsNeitherAFileNorReadyIsABadRequest(String command) {
    Invocation run = Invocation.of("recipe", command, "nowhere.yaml");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "demitasse: There is no recipe file nowhere.yaml. Ready recipes are: exact,"
                + " weights-only, int8-dynamic, int8-static, portable.\n");
  }

  @Test
  void withoutACommandItShowsItsHelp() {
    Invocation run = Invocation.of("recipe");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEqualTo(Invocation.of("recipe", "--help").out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "show", "list"})
  void everyCommandHasHelpWithExamplesThatFitsOnATerminal(String command) {
    Invocation help = Invocation.of("recipe", command, "--help");

    assertThat(help.out())
        .startsWith("Usage: demitasse recipe " + command)
        .contains("Examples:\n  demitasse recipe " + command);
    assertThat(help.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
  }

  @Test
  void compressTakesAReadyRecipeByName() throws IOException {
    Invocation run =
        Invocation.of(
            "compress",
            model(),
            "-o",
            folder.resolve("x.onnx"),
            "--dry-run",
            "--recipe",
            "portable");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("quantize-dynamic").doesNotContain("fuse-gelu");
    assertThat(List.of(folder.toFile().list())).containsExactly("model");
  }
}
