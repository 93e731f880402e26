package io.demitasse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.clean.UpgradeOpset;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import org.junit.jupiter.api.Test;

final class PipelineTest {
  private static final Step WEIGHTS =
      Step.of(PassOptions.defaults(QuantizeWeights.class), Where.EVERYWHERE);

  private static StepResult apply(Step step, Bundle parent) {
    return new Pipeline(Ports.find().runtime(), parent, null, 7).apply(parent, step);
  }

  private static Bundle bundle(String body) {
    return Bundle.of(
        TextGraph.parse(
            """
            ir 4, opset 11
            graph g(x: float[N,64]) -> (y: float[...]) {
              w = float[64,96] ~ 1
              %s
            }
            """
                .formatted(body)));
  }

  @Test
  void everyChangeNamesThePassThatMadeIt() {
    StepResult result = apply(WEIGHTS, bundle("y = MatMul(x, w) # product"));

    assertThat(result.changes())
        .isNotEmpty()
        .allSatisfy(change -> assertThat(change.pass()).isEqualTo("quantize-weights"));
  }

  @Test
  void theOperatorSetIsRaisedByAStepOfItsOwnAndTheParentStaysAsItWas() {
    Bundle parent = bundle("y = MatMul(x, w)");
    String before = TextGraph.print(parent.part(Bundle.SINGLE));

    StepResult result = apply(WEIGHTS, parent);

    assertThat(result.steps())
        .extracting(Step::pass)
        .containsExactly(new UpgradeOpset(13), WEIGHTS.pass());
    assertThat(result.bundle().part(Bundle.SINGLE).opset()).isEqualTo(13);
    assertThat(TextGraph.print(parent.part(Bundle.SINGLE))).isEqualTo(before);
  }

  @Test
  void anOperatorSetThatCannotBeRaisedIsARefusalThatNamesTheNode() {
    StepResult result = apply(WEIGHTS, bundle("p = MatMul(x, w) y = MakeItSo(p) # odd"));

    assertThat(result.changedAnything()).isFalse();
    assertThat(result.refusals())
        .containsExactly(
            "quantize-weights needs opset 13 and part 'model' stays at 11: MakeItSo 'odd':"
                + " opset 13 is out of reach: its operator is unknown");
  }
}
