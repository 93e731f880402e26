package io.demitasse.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.demitasse.error.DemitasseException;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.stored.StoredTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RecipesTest {
  @TempDir private Path folder;

  static Stream<String> ready() {
    return BuiltInRecipes.NAMES.stream();
  }

  private static String complaint(String text) {
    return assertThatExceptionOfType(DemitasseException.class)
        .isThrownBy(() -> Recipes.parse(text, "mine.yaml"))
        .actual()
        .getMessage();
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThat(
            complaint(
                """
                demitasse: 2
                resolved: perhaps
                source: abc
                budgt: drop<=1%
                budget: size<30
                seed: lucky
                steps:
                - pass: quantize-dinamic
                  where: {node: x}
                - pass: quantize-dynamic
                  options: {form: own, minimum-elements: 0, symetric: true}
                  calibration: {"x": [1, many]}
                - options: {}
                - pass: quantize-static
                  options: {percentile: 0, operators: [Soft]}
                - hoist-constants
                """))
        .isEqualTo(
            """
            mine.yaml is not a valid recipe:
              - the recipe has an unknown key 'budgt'; it may have \
            [demitasse, resolved, source, task, budget, seed, steps]
              - it must say 'demitasse: 1', got 2
              - The budget has a limit that is not understood: 'size<30': it needs <= and a \
            number, such as size<=30%.
                Write them like "size<=30%, latency<=20ms, memory<=1GB, drop<=1%, \
            drop(recall@10)<=2%".
              - seed must be a whole number, got 'lucky'
              - resolved must be true or false, got 'perhaps'
              - source must be a map of keys and values, got 'abc'
              - step 1: there is no pass 'quantize-dinamic'; did you mean 'quantize-dynamic'?
              - step 1, where has an unknown key 'node'; it may have \
            [parts, operators, nodes, except-operators, except-nodes]
              - step 2: pass 'quantize-dynamic' has no option 'symetric'; it has \
            [form, per-channel, symmetric, reduce-range, embeddings, minimum-elements]
              - step 2: option 'form' of pass 'quantize-dynamic' takes one of [fused, standard], \
            got 'own'
              - step 2: pass 'quantize-dynamic': minimum-elements must be at least 1, got 0
              - step 2, calibration of x must be numbers, got 'many'
              - step 3 names no pass
              - step 4: pass 'quantize-static': a percentile is above 0 and at most 100, got 0.0
              - step 4: pass 'quantize-static': no integer kernel is known for operator 'Soft'
              - step 5 must be a map of keys and values, got 'hoist-constants'
            """
                .stripTrailing());
  }

  @Test
  void aRecipeWithoutStepsIsIncomplete() {
    assertThat(complaint("demitasse: 1\n"))
        .isEqualTo("mine.yaml is not a valid recipe:\n  - it has no steps");
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    Where where = new Where(List.of("text"), List.of(), List.of("a*"), List.of(), List.of("b"));
    Recipe recipe =
        new Recipe(
            List.of(
                new Step(
                    PassOptions.defaults(QuantizeDynamic.class),
                    where,
                    new Resolution(Map.of("k", List.of(.5)), Map.of()))),
            "retrieval",
            Budget.parse(
                "size<=25MB, latency<=2.5ms, memory<=62.5%, drop<=2%, drop(recall@10)<=0.7%"),
            11,
            true,
            Map.of("text", "abc"));

    assertThat(Recipes.parse(Recipes.text(recipe), "it")).isEqualTo(recipe);
  }

  @Test
  void whatWasFoundOutIsNamedByHashesAlone() throws IOException {
    String hash = "0123456789abcdef".repeat(4);
    String head = "demitasse: 1\nsteps:\n- pass: fold-constants\n  found:\n    model:w: ";

    Recipe recipe = Recipes.read(Files.writeString(folder.resolve("r.yaml"), head + hash + "\n"));

    assertThat(recipe.found()).containsExactly(new StoredTensors(hash, folder));
    assertThat(recipe.found().getFirst().file()).hasValue(folder.resolve(hash + ".tensors"));
    assertThat(Recipes.parse(Recipes.text(recipe), "it")).isEqualTo(recipe);
    assertThat(complaint(head + "../../etc/passwd\n"))
        .isEqualTo(
            "mine.yaml is not a valid recipe:\n  - step 1, found model:w must be the SHA-256 by"
                + " which a file beside the recipe is named, 64 digits from 0 to f, got"
                + " '../../etc/passwd'");
    assertThat(complaint(head + hash.toUpperCase(Locale.ROOT) + "\n"))
        .contains("must be the SHA-256");
    assertThat(complaint(head + "[a, b]\n")).contains("must be the SHA-256");
    assertThat(complaint(head.replace("\n    model:w: ", " nothing\n")))
        .contains("step 1, found must be a map of keys and values, got 'nothing'");
  }

  @Test
  void aRecipeNamesTheStepsWhoseFilesAreMissing() throws IOException {
    Recipe recipe =
        Recipes.read(
            Files.writeString(
                folder.resolve("r.yaml"),
                """
                demitasse: 1
                steps:
                - pass: fold-constants
                  found: {"a:w": %s}
                - pass: remove-identities
                - pass: fold-constants
                  found: {"b:w": %s}
                """
                    .formatted("a".repeat(64), "b".repeat(64))));

    assertThatExceptionOfType(DemitasseException.class)
        .isThrownBy(recipe::requireFound)
        .withMessageContaining("step 1 (fold-constants), found a:w: ")
        .withMessageContaining("step 3 (fold-constants), found b:w: ");
  }

  @ParameterizedTest
  @MethodSource("ready")
  void readyRecipesAreValidAndSayWhatTheyAreFor(String name) {
    Recipe recipe = Recipes.find(name);

    assertThat(recipe.steps()).isNotEmpty();
    assertThat(recipe.resolved()).isFalse();
    assertThat(BuiltInRecipes.purpose(name)).endsWith(".").hasSizeBetween(30, 70);
  }

  @Test
  void theExactRecipeHoldsEveryExactPassWithoutDataThatServesNoOther() {
    List<String> exact =
        Catalogue.PASSES.stream()
            .filter(pass -> PassOptions.info(pass).effect() == PassInfo.Effect.EXACT)
            .filter(pass -> !PassOptions.info(pass).needsData())
            .filter(pass -> !pass.getPackageName().endsWith(".tune"))
            .filter(pass -> !pass.getPackageName().endsWith(".factorize"))
            .map(PassOptions::name)
            .filter(name -> !name.equals("upgrade-opset"))
            .toList();

    assertThat(Recipes.find("exact").steps())
        .extracting(step -> PassOptions.name(step.pass().getClass()))
        .as("steps of core/src/main/resources/io/demitasse/recipe/exact.yaml")
        .containsExactlyInAnyOrderElementsOf(exact);
  }

  @Test
  void aKeyOfAnEarlierVersionIsReadAndWrittenAsItIsNow() {
    Recipe recipe = Recipes.parse("demitasse: 1\nsteps:\n- pass: carry-affine\n", "old.yaml");

    assertThat(Recipes.text(recipe)).contains("pass: push-affine-forward");
  }

  @Test
  void aFileGoesBeforeAReadyRecipeOfItsName() throws IOException {
    Path file = Files.writeString(folder.resolve("exact"), "demitasse: 1\nsteps: []\n");

    assertThat(Recipes.find(file.toString()).steps()).isEmpty();
    assertThatExceptionOfType(DemitasseException.class)
        .isThrownBy(() -> Recipes.find("exakt"))
        .withMessage(
            "There is no recipe file exakt; did you mean 'exact'? Ready recipes are: exact,"
                + " weights-only, int8-dynamic, int8-static, portable.");
  }
}
