package io.demitasse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.passes.clean.RemoveIdentities;
import io.demitasse.passes.clean.UpgradeOpset;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.RealModels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @Test
  void constantsThatAPassLeftWithoutReadersAreGoneInSubgraphsToo() {
    Bundle parent =
        Bundle.of(
            TextGraph.parse(
                """
                ir 8, opset 17
                graph g(x: float[4,64], flag: bool[]) -> (y: float[...]) {
                  nobody = float[3] ~ 2
                  zero = float[] {0}
                  one = Constant() <value_float=1.0>
                  same = Sub(x, zero)
                  scaled = Mul(same, one)
                  y = If(flag) <then_branch = graph then() -> (a) {
                    nothing = float[] {0}
                    less = Sub(scaled, nothing)
                    a = Relu(less)
                  }, else_branch = graph otherwise() -> (b) { b = Tanh(scaled) }>
                }
                """));

    StepResult result =
        apply(Step.of(PassOptions.defaults(RemoveIdentities.class), Where.EVERYWHERE), parent);

    assertThat(unread(result.bundle().part(Bundle.SINGLE)))
        .as("what nobody read before is not the pass's to remove")
        .containsExactly("nobody");
  }

  @ParameterizedTest
  @ValueSource(strings = {RealModels.OCR_ANGLE, RealModels.OCR_DETECTOR_V3})
  void noStepOfTheFusionsLeavesAConstantOfARealModelUnread(String file) {
    Bundle bundle = Bundle.of(RealModels.read(file));
    Pipeline pipeline = new Pipeline(Ports.find().runtime(), bundle, null, 7);
    List<String> before = unread(bundle.part(Bundle.SINGLE));
    for (Class<? extends Pass> pass : Catalogue.PASSES) {
      if (!PassOptions.info(pass).needsData()) {
        bundle =
            pipeline.apply(bundle, Step.of(PassOptions.defaults(pass), Where.EVERYWHERE)).bundle();
        assertThat(before)
            .as(PassOptions.name(pass))
            .containsAll(unread(bundle.part(Bundle.SINGLE)));
      }
    }
  }

  private static List<String> unread(Model model) {
    List<String> unread = new ArrayList<>();
    model.forEachGraph(
        graph -> {
          graph.initializers().stream()
              .filter(weight -> weight.uses().isEmpty() && !weight.isOutput())
              .forEach(weight -> unread.add(weight.name()));
          graph.nodes().stream()
              .filter(node -> node.opType().equals("Constant") && node.output().uses().isEmpty())
              .forEach(node -> unread.add(node.output().name()));
        });
    return unread;
  }
}
