package io.demitasse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.cost.KernelCosts;
import io.demitasse.cost.KnownCosts;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.fuse.FuseGelu;
import io.demitasse.passes.fuse.FuseSkipLayerNorm;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Resolution;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.ScriptedCosts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What passes decide by costs is written down, so that a replay elsewhere gives the same. */
class DecidedByCostsTest {
  private static final KernelCosts SOFTMAX_GAINS =
      ScriptedCosts.of("Softmax", "quantize-static", .5);
  private static final KernelCosts CONVOLUTION_LOSES =
      ScriptedCosts.of("Conv", "quantize-static", 1.5);
  private static final KernelCosts BIAS_GELU_GAINS =
      ScriptedCosts.of("Gelu", "fuse-gelu form=bias-gelu", .9);

  private static final Bundle SOFTMAX =
      Bundle.of(
          TextGraph.parse(
              """
              ir 10, opset 17
              graph g(x: float[4,16]) -> (y: float[4,16]) {
                w = float[16,32] ~ 7
                v = float[32,16] ~ 8
                p = MatMul(x, w)
                s = Softmax(p)
                y = MatMul(s, v)
              }
              """));

  private static final Bundle GELU =
      Bundle.of(
          TextGraph.parse(
              """
              ir 10, opset 17
              graph g(x: float[4,16]) -> (y: float[4,32]) {
                w = float[16,32] ~ 7
                b = float[32] ~ 8
                root2 = float[] {1.4142135}
                one = float[] {1}
                half = float[] {0.5}
                p = MatMul(x, w)
                a = Add(p, b)
                d = Div(a, root2)
                e = Erf(d)
                s = Add(e, one)
                m = Mul(a, s)
                y = Mul(m, half)
              }
              """));

  private static StepResult apply(Bundle parent, Step step, KernelCosts costs) {
    return new Pipeline(Ports.find().runtime(), parent, null, 7).with(costs).apply(parent, step);
  }

  private static String text(StepResult result) {
    return TextGraph.print(result.bundle().part(Bundle.SINGLE));
  }

  /** A static quantization of which every range is known that could be asked for. */
  private static Step calibrated(Bundle of) {
    QuantizeStatic pass = PassOptions.defaults(QuantizeStatic.class);
    Map<String, List<Double>> ranges = new LinkedHashMap<>();
    for (KernelCosts costs : List.of(KnownCosts.INSTANCE, SOFTMAX_GAINS)) {
      pass.observations(of.part(Bundle.SINGLE), context(of, pass, costs))
          .forEach(wish -> ranges.put(Step.key(wish), List.of(-4., 4.)));
    }
    return new Step(pass, Where.EVERYWHERE, new Resolution(ranges, Map.of()));
  }

  private static PartContext context(Bundle of, Pass pass, KernelCosts costs) {
    return new PartContext(
            Bundle.SINGLE,
            of.part(Bundle.SINGLE),
            of.part(Bundle.SINGLE),
            Step.of(pass, Where.EVERYWHERE),
            1)
        .with(costs);
  }

  @Test
  void staticIntegersAreWhereTheyGainAndTheStepSaysWhere() {
    Step step = calibrated(SOFTMAX);

    StepResult known = apply(SOFTMAX, step, KnownCosts.INSTANCE);
    StepResult here = apply(SOFTMAX, step, SOFTMAX_GAINS);
    StepResult elsewhere = apply(SOFTMAX, here.steps().getLast(), KnownCosts.INSTANCE);

    assertThat(known.steps().getLast().pass()).as("an empty list").isEqualTo(step.pass());
    assertThat(text(here)).isNotEqualTo(text(known));
    assertThat(((QuantizeStatic) here.steps().getLast().pass()).operators())
        .contains("Softmax", "MatMul")
        .doesNotContain("AveragePool");
    assertThat(text(elsewhere)).isEqualTo(text(here));
    assertThat(elsewhere.steps()).isEqualTo(here.steps());
  }

  @Test
  void whatLosesHereIsLeftInFloat() {
    QuantizeStatic decided = PassOptions.defaults(QuantizeStatic.class).decided(CONVOLUTION_LOSES);

    assertThat(decided.operators()).contains("MatMul", "Gemm").doesNotContain("Conv", "Softmax");
  }

  @Test
  void operatorsThatWereAskedForAreQuantizedWhateverTheyCost() {
    QuantizeStatic asked =
        PassOptions.of(QuantizeStatic.class, Map.of("operators", List.of("Conv")));

    assertThat(asked.decided(CONVOLUTION_LOSES)).isEqualTo(asked);
  }

  @Test
  void theFasterGeluIsWrittenAndTheStepSaysWhich() {
    Step step = Step.of(PassOptions.defaults(FuseGelu.class), Where.EVERYWHERE);

    StepResult known = apply(GELU, step, KnownCosts.INSTANCE);
    StepResult here = apply(GELU, step, BIAS_GELU_GAINS);
    StepResult elsewhere = apply(GELU, here.steps().getLast(), KnownCosts.INSTANCE);

    assertThat(text(known)).contains("com.microsoft::Gelu");
    assertThat(known.steps())
        .extracting(Step::pass)
        .containsExactly(new FuseGelu(FuseGelu.Form.GELU));
    assertThat(text(here)).contains("com.microsoft::BiasGelu");
    assertThat(here.steps())
        .extracting(Step::pass)
        .containsExactly(new FuseGelu(FuseGelu.Form.BIAS_GELU));
    assertThat(text(elsewhere)).isEqualTo(text(here));
  }

  @Test
  void aPassThatIsAppliedByItselfAsksItsContext() {
    Bundle bundle = GELU.copy();
    ModelPass pass = PassOptions.defaults(FuseGelu.class);

    pass.apply(bundle.part(Bundle.SINGLE), context(bundle, pass, BIAS_GELU_GAINS));

    assertThat(TextGraph.print(bundle.part(Bundle.SINGLE))).contains("com.microsoft::BiasGelu");
  }

  @Test
  void sumAndNormalizationStayTwoNodesWhereOneIsSlower() {
    Bundle parent =
        Bundle.of(
            TextGraph.parse(
                """
                ir 10, opset 17
                graph g(x: float[1,4,16], s: float[1,4,16]) -> (y: float[1,4,16]) {
                  scale = float[16] ~ 7
                  t = Add(x, s)
                  y = LayerNormalization(t, scale)
                }
                """));
    FuseSkipLayerNorm pass = new FuseSkipLayerNorm();
    Map<String, List<Double>> seen = new LinkedHashMap<>();
    pass.observations(parent.part(Bundle.SINGLE), context(parent, pass, KnownCosts.INSTANCE))
        .forEach(wish -> seen.put(Step.key(wish), List.of(.5)));
    Step step = new Step(pass, Where.EVERYWHERE, new Resolution(seen, Map.of()));

    StepResult slower =
        apply(parent, step, ScriptedCosts.of("LayerNormalization", "fuse-skip-layer-norm", 1.2));

    assertThat(apply(parent, step, KnownCosts.INSTANCE).changedAnything()).isTrue();
    assertThat(slower.changedAnything()).isFalse();
    assertThat(slower.changes())
        .extracting(Change::text)
        .containsExactly("the one node takes longer than the two on this machine");
  }
}
