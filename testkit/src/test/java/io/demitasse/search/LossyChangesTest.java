package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.fuse.FuseMatMulAdd;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.sensitivity.LayerError;
import io.demitasse.sensitivity.OutputErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LossyChangesTest {
  private static final Step EXACT =
      Step.of(PassOptions.defaults(FuseMatMulAdd.class), Where.EVERYWHERE);
  private static final Step WEIGHTS =
      Step.of(
          PassOptions.defaults(QuantizeWeights.class), Where.EVERYWHERE.except(List.of("second")));
  private static final Step DYNAMIC =
      Step.of(PassOptions.defaults(QuantizeDynamic.class), Where.EVERYWHERE.only("second"));

  private static final Model ORIGINAL =
      TextGraph.parse(
          """
          ir 4, opset 11
          graph g(x: float[6,64]) -> (y: float[...]) {
            w = float[64,96] ~ 1
            b = float[96] ~ 2
            v = float[96,64] ~ 3
            p = MatMul(x, w) # first
            s = Add(p, b) # bias
            r = Softmax(s)
            y = MatMul(r, v) # second
          }
          """);

  /** A bundle on its way, with the steps that were resolved. */
  private static final class Way {
    private final Pipeline pipeline;
    private final List<Step> steps = new ArrayList<>();
    private Bundle bundle = Bundle.of(ORIGINAL);
    private Map<String, LossyChanges> changes = Map.of();

    Way(List<Step> taken) {
      pipeline = new Pipeline(Ports.find().runtime(), bundle, null, 7);
      taken.forEach(this::take);
    }

    void take(Step step) {
      StepResult result = pipeline.apply(bundle, step);
      changes = LossyChanges.followedBy(changes, pipeline, bundle, result);
      bundle = result.bundle();
      steps.addAll(result.steps());
    }

    LossyChanges model() {
      return changes.get(Bundle.SINGLE);
    }

    List<LayerError> errors() {
      Samples samples = SyntheticInputs.of(ORIGINAL.graph(), 1, 2, Map.of());
      List<Map<String, Tensor>> inputs =
          IntStream.range(0, 2).mapToObj(i -> ((Sample.Tensors) samples.get(i)).inputs()).toList();
      return new OutputErrors(Ports.find().runtime(), inputs)
          .measure(model().before(), bundle.part(Bundle.SINGLE), model().nodes());
    }
  }

  @Test
  void exactStepsAreNone() {
    assertThat(new Way(List.of(EXACT)).changes).isEmpty();
  }

  @Test
  void theMeasureIsThePartBeforeItsFirstLossyStep() {
    Way exact = new Way(List.of(EXACT));
    Way both = new Way(List.of(EXACT, WEIGHTS, DYNAMIC));

    assertThat(both.model().nodes()).contains("second").hasSize(2);
    assertThat(both.model().before().opset()).isEqualTo(13);
    assertThat(both.model().before().graph().nodes())
        .extracting(Where::label)
        .containsExactlyElementsOf(
            exact.bundle.part(Bundle.SINGLE).graph().nodes().stream().map(Where::label).toList());
  }

  @Test
  void aReplayGivesTheSameErrors() {
    Way made = new Way(List.of(EXACT, WEIGHTS, DYNAMIC));
    Way replayed = new Way(made.steps);

    assertThat(made.errors())
        .hasSize(2)
        .allSatisfy(layer -> assertThat(layer.error()).isBetween(1e-9, 1e-2))
        .isEqualTo(replayed.errors());
  }
}
