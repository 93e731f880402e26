package io.demitasse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.ir.Model;
import io.demitasse.pass.Where;
import io.demitasse.passes.fuse.FuseSkipLayerNorm;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.PartContext;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.PassRun;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exact passes find in Whisper what is there, and change nothing that it computes. */
final class WhisperFusionTest {

  /** Each layer has a normalization for each of its parts, and one stands behind the last. */
  @ParameterizedTest
  @CsvSource({"encoder, 5, 0", "decoder, 7, 0", "decoder, 7, 3"})
  void everySumGoesIntoTheNormalizationBehindIt(String part, int sums, long past) {
    Model model = Zoo.make("whisper", SmallSizes.of("whisper"), 5).part(part);

    PassRun run = PassRun.of(new FuseSkipLayerNorm(), model, Where.EVERYWHERE, seen(model));

    assertThat(run.changes()).hasSize(sums).allMatch(Change::applied);
    run.computesTheSame(
        1e-5,
        part.equals(Whisper.ENCODER)
            ? Map.of("batch", 2L, "frames", 12L)
            : Map.of("batch", 2L, "tokens", 4L, "past", past, "places", 6L));
  }

  /** What data would show: rows whose means are near zero. */
  private static Statistics seen(Model model) {
    FuseSkipLayerNorm pass = new FuseSkipLayerNorm();
    Step step = Step.of(pass, Where.EVERYWHERE);
    Map<Observation<?>, double[]> answers = new LinkedHashMap<>();
    pass.observations(model, new PartContext("model", model, model, step, 1))
        .forEach(observation -> answers.put(observation, new double[] {1}));
    return new Statistics(answers);
  }
}
