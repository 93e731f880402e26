package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.fuse.FuseMatMulAdd;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Step;
import io.demitasse.search.ScriptedWorkers.Form;
import io.demitasse.search.ScriptedWorkers.ScriptedLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which settings of a form are tried. */
final class GridSearcherTest {
  @TempDir private Path folder;

  @Test
  void everySettingWorthTryingIsTriedTheUsualOneFirst() {
    List<Pass> settings = GridSearcher.settings(PassOptions.defaults(QuantizeStatic.class));

    assertThat(settings.getFirst()).isEqualTo(PassOptions.defaults(QuantizeStatic.class));
    assertThat(settings)
        .extracting(PassOptions::text)
        .containsExactlyInAnyOrder(
            "quantize-static",
            "quantize-static calibration=min-max",
            "quantize-static calibration=entropy",
            "quantize-static calibration=least-error");
  }

  @Test
  void whatWasAskedForStaysAsItIs() {
    Pass asked =
        PassOptions.of(QuantizeDynamic.class, Map.of("reduce-range", "true", "symmetric", "false"));

    assertThat(GridSearcher.settings(asked))
        .extracting(PassOptions::text)
        .containsExactly(
            "quantize-dynamic symmetric=false reduce-range=true",
            "quantize-dynamic symmetric=false reduce-range=true embeddings=false");
  }

  @Test
  void aPassWithoutRangesIsTriedAsItIs() {
    assertThat(GridSearcher.settings(PassOptions.defaults(FuseMatMulAdd.class))).hasSize(1);
  }

  @Test
  void theOtherSearcherChoosesAmongAll() {
    List<ScriptedLayer> layers =
        List.of(
            new ScriptedLayer("a", 1000, Map.of("quantize-weights", new Form(.0001, .25))),
            new ScriptedLayer("b", 1000, Map.of("quantize-weights", new Form(.0001, .25))));
    ScriptedWorkers workers =
        new ScriptedWorkers(folder, layers, Budget.parse("drop<=1%"), errors -> errors, Map.of());
    Pass weights = PassOptions.defaults(QuantizeWeights.class);
    Choice choice =
        Choice.of(List.of(Bundle.SINGLE), Step.of(weights, Where.ofPart(Bundle.SINGLE)));

    Round round = new GridSearcher(new GreedySearcher()).decide(choice, workers);

    assertThat(round.attempts())
        .extracting(attempt -> attempt.candidate().title())
        .containsExactly("quantize-weights", "quantize-weights symmetric=false");
    assertThat(round.winner()).isPresent();
  }
}
