package io.demitasse.techniques;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.prune.PruneChannels;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Goal;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Step;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Reduction;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StructureTest {
  private static final Bundle BUNDLE =
      Bundle.of(TextGraph.parse("ir 10, opset 17\ngraph g(x: float[B,2]) -> (y) { y = Neg(x) }"));

  @Test
  void cutsGetDeeperAndAreFollowedByTrainingAndFewerBits() {
    Reduction reduction = plan(true).reductions(BUNDLE).getFirst();

    assertThat(reduction.cuts())
        .extracting(cut -> PassOptions.text(cut.step().pass()) + " leaves " + cut.left())
        .startsWith(
            "prune-channels ratio=0.02 leaves 0.98", "prune-channels ratio=0.04 leaves 0.96")
        .hasSize(40);
    assertThat(texts(reduction.recovery()))
        .singleElement()
        .satisfies(
            distill ->
                assertThat(distill)
                    .startsWith("distill rate=5.0E-4 labels=0.1 epochs=50.0 steps=1000000")
                    .contains("minutes=1440.0"));
    assertThat(texts(reduction.form()))
        .containsExactly("smooth-activations multiply=nowhere", "quantize-dynamic");
  }

  @Test
  void weightsComeApartWhereRemovingUnitsDoesNotDo() {
    List<Reduction> reductions = plan(true).reductions(BUNDLE);

    assertThat(reductions).hasSize(2);
    assertThat(reductions.getLast().cuts())
        .extracting(cut -> PassOptions.text(cut.step().pass()) + " leaves " + cut.left())
        .startsWith("factorize ratio=0.98 leaves 0.98", "factorize ratio=0.96 leaves 0.96")
        .endsWith("factorize ratio=0.2 leaves 0.2");
  }

  @Test
  void whatRunsThroughATransformerMayBecomeNarrower() {
    Bundle transformer =
        Bundle.of(
            TextGraph.parse(
                """
                ir 10, opset 17

                graph g(x: float[B,4]) -> (y) {
                  scale = float[4] {1, 1, 1, 1}
                  y = LayerNormalization(x, scale)
                }
                """));

    assertThat(plan(true).reductions(transformer))
        .extracting(reduction -> PassOptions.text(reduction.cuts().getFirst().step().pass()))
        .containsExactly(
            "prune-channels ratio=0.02",
            "prune-channels ratio=0.02 normalized=true",
            "factorize ratio=0.98");
  }

  @Test
  void nothingIsCutWhereNothingCanBeTrained() {
    assertThat(plan(false).reductions(BUNDLE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size<=20% | size",
        "size<=20%, latency<=300% | size",
        "latency<=40% | time",
        "latency(model)<=9ms | time",
        "size<=20%, latency<=40% | operations",
        "memory<=1GB | operations"
      })
  void unitsSaveWhatTheBudgetWantsLessOf(String budget, String saving) {
    Step cut =
        plan(Budget.parse(budget), true).reductions(BUNDLE).getFirst().cuts().getFirst().step();

    assertThat(((PruneChannels) cut.pass()).saving())
        .isEqualTo(PruneChannels.Saving.valueOf(saving.toUpperCase(Locale.ROOT)));
  }

  @Test
  void whatIsAskedOfARecoveryGoesBeforeWhatIsUsual() {
    Goal goal =
        new Goal(
            Budget.DEFAULT,
            Preset.SERVER,
            Preference.BALANCED,
            false,
            Map.of("flip", "true", "rate", "0.002"));

    assertThat(texts(plan(goal, true).reductions(BUNDLE).getFirst().recovery()))
        .singleElement()
        .asString()
        .startsWith("distill ")
        .contains("flip=true", "rate=0.002", "labels=0.1");
  }

  private static DefaultPlan plan(boolean trains) {
    return plan(Budget.DEFAULT, trains);
  }

  private static DefaultPlan plan(Budget budget, boolean trains) {
    return plan(Goal.of(budget, Preset.SERVER), trains);
  }

  private static DefaultPlan plan(Goal goal, boolean trains) {
    return DefaultPlan.of(
        goal,
        new Knowledge(new BundleFiles(Map.of(Bundle.SINGLE, Path.of("x"))), true, trains, false));
  }

  private static List<String> texts(List<Step> steps) {
    return steps.stream().map(step -> PassOptions.text(step.pass())).toList();
  }
}
