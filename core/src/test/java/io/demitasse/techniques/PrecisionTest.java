package io.demitasse.techniques;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Step;
import io.demitasse.search.Choice;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Option;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PrecisionTest {
  private static final Bundle BUNDLE =
      Bundle.of(
          TextGraph.parse(
              """
              ir 10, opset 17

              graph main(x: float[B,2]) -> (y) {
                y = Neg(x)
              }
              """));

  @ParameterizedTest
  @EnumSource(Preset.class)
  void weightsHaveSevenBitsWhereThisProcessorCutsSumsOff(Preset preset) {
    assertThat(steps(Goal.of(Budget.DEFAULT, preset), true)).allMatch(PrecisionTest::isSevenBits);
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void elsewhereOnlyAResultForUnknownMachinesHasThem(Preset preset) {
    assertThat(steps(Goal.of(Budget.DEFAULT, preset), false))
        .allMatch(step -> isSevenBits(step) == (preset == Preset.BROWSER));
  }

  @ParameterizedTest
  @EnumSource(Preset.class)
  void whoeverAsksForAnyProcessorGetsThemWithEveryPreset(Preset preset) {
    Goal goal = new Goal(Budget.DEFAULT, preset, Preference.BALANCED, true, Map.of());

    assertThat(steps(goal, false)).allMatch(PrecisionTest::isSevenBits);
  }

  @Test
  void weightsThatAreOnlyStoredKeepEightBits() {
    Goal goal = new Goal(Budget.DEFAULT, Preset.SMALLEST, Preference.SIZE, true, Map.of());

    assertThat(all(goal, false))
        .map(Step::pass)
        .map(PassOptions::values)
        .anySatisfy(options -> assertThat(options).doesNotContainKey("reduce-range"));
  }

  @Test
  void whereThereAreDataActivationsAreMadeSmoothBeforeDynamicProducts() {
    Choice choice = choice(Preset.SERVER, true);

    assertThat(choice.preparation().orElseThrow().steps())
        .singleElement()
        .satisfies(
            step ->
                assertThat(PassOptions.text(step.pass()))
                    .isEqualTo("smooth-activations multiply=nowhere"));
    assertThat(choice.options()).extracting(Option::title).containsExactly("quantize-dynamic");
    assertThat(choice.fallbacks())
        .extracting(Option::title)
        .containsExactly(
            "smooth-activations, quantize-dynamic", "quantize-weights", "quantize-static");
  }

  @Test
  void withoutDataOrWhereRangesAreSeenNothingIsMadeSmooth() {
    assertThat(choice(Preset.SERVER, false).preparation()).isEmpty();
    assertThat(choice(Preset.SERVER, false).fallbacks())
        .extracting(Option::title)
        .containsExactly("quantize-weights", "quantize-static");
    assertThat(choice(Preset.MOBILE, true).preparation()).isEmpty();
  }

  @Test
  void whatIsAskedOfARecoveryIsWhatAQuantizedModelIsTrainedWith() {
    Goal goal =
        new Goal(Budget.DEFAULT, Preset.SERVER, Preference.BALANCED, false, Map.of("flip", "true"));
    Knowledge trains =
        new Knowledge(new BundleFiles(Map.of(Bundle.SINGLE, Path.of("x"))), true, true, false);

    assertThat(new Precision(goal).choices(Bundle.SINGLE, BUNDLE, trains).getFirst().recovery())
        .extracting(step -> PassOptions.text(step.pass()))
        .containsExactly("train-quantized flip=true");
  }

  @Test
  void convolutionsBesideProductsOfMatricesAreGivenRangesThatWereSeen() {
    Bundle hybrid =
        Bundle.of(
            TextGraph.parse(
                """
                ir 10, opset 17

                graph main(x: float[B,3,8,8]) -> (y) {
                  w = float[4,3,3,3] ~ 1
                  v = float[6,6] ~ 2
                  u = float[6,6] ~ 3
                  c = Conv(x, w)
                  m = MatMul(c, v)
                  y = MatMul(m, u)
                }
                """));
    Precision precision = new Precision(Goal.of(Budget.DEFAULT, Preset.SERVER));

    List<Choice> choices = precision.choices(Bundle.SINGLE, hybrid, known(true, false));
    assertThat(choices).hasSize(2);
    assertThat(choices.getLast().options().getFirst().steps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(PassOptions.text(step.pass())).isEqualTo("quantize-static");
              assertThat(step.where().operators()).containsExactly("Conv", "ConvTranspose");
            });
    assertThat(precision.choices(Bundle.SINGLE, hybrid, known(false, false))).hasSize(1);
    assertThat(precision.unmeasured(Bundle.SINGLE, hybrid, known(true, false)))
        .extracting(step -> PassOptions.text(step.pass()))
        .containsExactly(
            "smooth-activations multiply=nowhere", "quantize-dynamic", "quantize-static");
  }

  private static Choice choice(Preset preset, boolean calibrated) {
    return new Precision(Goal.of(Budget.DEFAULT, preset))
        .choices(Bundle.SINGLE, BUNDLE, known(calibrated, false))
        .getFirst();
  }

  private static Knowledge known(boolean calibrated, boolean saturates) {
    return new Knowledge(
        new BundleFiles(Map.of(Bundle.SINGLE, Path.of("x"))), calibrated, false, saturates);
  }

  /** Steps that multiply integers, of all that is tried and of what is taken unmeasured. */
  private static List<Step> steps(Goal goal, boolean saturates) {
    List<Step> steps =
        all(goal, saturates).stream()
            .filter(step -> PassOptions.values(step.pass()).containsKey("reduce-range"))
            .toList();
    assertThat(steps).hasSizeGreaterThanOrEqualTo(3);
    return steps;
  }

  private static List<Step> all(Goal goal, boolean saturates) {
    Knowledge known = known(true, saturates);
    Precision precision = new Precision(goal);
    Stream<Step> tried =
        precision.choices(Bundle.SINGLE, BUNDLE, known).stream().flatMap(PrecisionTest::steps);
    return Stream.concat(tried, precision.unmeasured(Bundle.SINGLE, BUNDLE, known).stream())
        .toList();
  }

  private static Stream<Step> steps(Choice choice) {
    return Stream.of(choice.preparation().stream().toList(), choice.options(), choice.fallbacks())
        .flatMap(List::stream)
        .flatMap(option -> option.steps().stream());
  }

  private static boolean isSevenBits(Step step) {
    return Objects.equals(PassOptions.values(step.pass()).get("reduce-range"), true);
  }
}
