package io.demitasse.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.cost.Processor;
import io.demitasse.recipe.Recipes;
import io.demitasse.recipe.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OtherProcessorsTest {
  private static final Processor WITH_VNNI = processor("amd64", Map.of("VNNI", true));
  private static final Processor WITHOUT_VNNI = processor("amd64", Map.of("VNNI", false));
  private static final Processor ARM = processor("aarch64", Map.of("NEON", true));
  private static final Processor UNKNOWN = new Processor("unknown", "amd64", false, Map.of());

  private static Processor processor(String architecture, Map<String, Boolean> features) {
    return new Processor("some", architecture, true, features);
  }

  @ParameterizedTest
  @ValueSource(strings = {"quantize-dynamic", "quantize-static"})
  void eightBitsThatAreMultipliedAreToldOfWhereSumsAreNotCutOff(String pass) {
    List<Step> steps = steps("{pass: fuse-gelu}", "{pass: " + pass + "}");

    for (Processor here : List.of(WITH_VNNI, ARM, UNKNOWN)) {
      assertThat(OtherProcessors.remark(steps, here))
          .hasValueSatisfying(
              told -> assertThat(told).contains("without VNNI", "--any-processor", "reduce-range"));
    }
    assertThat(OtherProcessors.remark(steps, WITHOUT_VNNI)).isEmpty();
  }

  @Test
  void sevenBitsAndWhatIsOnlyStoredAreRightEverywhere() {
    List<Step> steps =
        steps(
            "{pass: fuse-gelu}",
            "{pass: quantize-dynamic, options: {reduce-range: true}}",
            "{pass: quantize-weights}");

    assertThat(OtherProcessors.remark(steps, WITH_VNNI)).isEmpty();
  }

  private static List<Step> steps(String... steps) {
    String recipe = "demitasse: 1\nsteps:\n- " + String.join("\n- ", steps) + "\n";
    return Recipes.parse(recipe, "the test").steps();
  }
}
