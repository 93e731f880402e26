package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.tune.PairsLearned;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Zeros go where the outputs of a model hardly feel them. */
final class LayerSensitivityTest extends PairsLearned {

  /** Two branches of the same weights, of which the second counts a hundredth of the first. */
  private static Model branches() {
    return TextGraph.parse(
        """
        ir 10, opset 17
        graph g(x: float[N,2]) -> (p: float[N,2]) {
          w = float[2,16] ~ 1
          v = float[16,2] ~ 2
          u = float[2,16] ~ 1
          z = float[16,2] ~ 2
          large = float[1] {10}
          small = float[1] {0.1}
          h = MatMul(x, w)
          t = Tanh(h)
          a = MatMul(t, v)
          b = Mul(a, large)
          g = MatMul(x, u)
          s = Tanh(g)
          c = MatMul(s, z)
          d = Mul(c, small)
          p = Add(b, d)
        }
        """);
  }

  private static long zeros(Model model, String name) {
    return Arrays.stream(model.graph().find(name).constant().orElseThrow().toDoubles())
        .filter(number -> number == 0)
        .count();
  }

  @Test
  void whatOutputsHardlyHangOnLosesMost() {
    PruneWeights pass =
        PassOptions.of(
            PruneWeights.class,
            Map.of("importance", "magnitude", "allocation", "sensitivity", "minimum-elements", 1));

    Model pruned =
        only(
            run(
                branches(),
                Step.of(pass, Where.EVERYWHERE),
                splits(false, 64),
                new KeptFindings()));

    assertThat(zeros(pruned, "u") + zeros(pruned, "z")).isEqualTo(48);
    assertThat(zeros(pruned, "w") + zeros(pruned, "v")).isEqualTo(16);
  }
}
