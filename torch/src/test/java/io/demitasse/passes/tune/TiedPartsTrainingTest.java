package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Tie;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.prune.PruneWeights;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Parts learn one at a time, and what several hold stays what it is. */
final class TiedPartsTrainingTest {
  private static final Tie TIE =
      new Tie.OfTensors(List.of(new Tie.Place("model", "w"), new Tie.Place("other", "w")));

  private static Bundle bundle() {
    return new Bundle(
        Map.of(
            "model",
            TextGraph.parse(PairsLearned.CLASSIFIER),
            "other",
            TextGraph.parse(PairsLearned.CLASSIFIER)),
        List.of(TIE));
  }

  private static StepResult run(Pass pass, Where where) {
    Model original = TextGraph.parse(PairsLearned.CLASSIFIER);
    return PairsLearned.run(
        original,
        bundle(),
        Step.of(pass, where),
        PairsLearned.splits(true, 256),
        new KeptFindings());
  }

  private static Tensor weight(Bundle bundle, String part, String name) {
    return Objects.requireNonNull(bundle.part(part).graph().find(name)).constant().orElseThrow();
  }

  @Test
  void weightsThatOthersHoldAreNotTrained() {
    StepResult result = run(PairsLearned.pass(FineTune.class, Map.of()), Where.ofPart("model"));

    assertThat(result.changedAnything()).isTrue();
    assertThat(TIE.problems(result.bundle())).isEmpty();
    assertThat(weight(result.bundle(), "model", "v").contentEquals(weight(bundle(), "model", "v")))
        .isFalse();
    assertThat(result.changes())
        .extracting(Change::text)
        .contains(
            "weights that other parts hold as well stay as they are, for one part learns at a"
                + " time: 1");
  }

  @Test
  void theSameWeightsLoseTheSameOfBoth() {
    Map<String, Object> options =
        Map.of("importance", "magnitude", "ratio", .5, "minimum-elements", 1);
    StepResult result =
        new Pipeline(Ports.find().runtime(), bundle(), null, 1)
            .with(new KeptFindings())
            .apply(
                bundle(), Step.of(PassOptions.of(PruneWeights.class, options), Where.EVERYWHERE));

    assertThat(Arrays.stream(weight(result.bundle(), "model", "w").toDoubles()))
        .filteredOn(number -> number == 0)
        .hasSize(8);
    assertThat(TIE.problems(result.bundle())).isEmpty();
  }
}
