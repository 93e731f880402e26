package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.PassPorts;
import io.demitasse.pass.Where;
import io.demitasse.passes.tune.PairsLearned;
import io.demitasse.pipeline.PartContext;
import io.demitasse.recipe.Step;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How far changed models are off, whatever becomes of them. */
final class OutputErrorTest extends PairsLearned {
  private static Model model(String node) {
    return TextGraph.parse(
        """
        ir 10, opset 17
        graph g(x: float[N,2]) -> (p: float[...]) {
          w = float[2,2] {1, 0, 0, 2}
          %s
        }
        """
            .formatted(node));
  }

  private static double error(String node) {
    Model original = model("p = MatMul(x, w)");
    Step step = Step.of(PassOptions.of(RemoveBlocks.class, Map.of()), Where.EVERYWHERE);
    try (PartContext context =
        new PartContext(Bundle.SINGLE, original, original, step, 1)
            .with(PassPorts.of(RemoveBlocks.class).found())
            .with(trainingSamples(original))) {
      return new OutputError(original, 8, context).of(model(node));
    }
  }

  @Test
  void errorsAreRelativeToWhatTheModelGives() {
    assertThat(error("p = MatMul(x, w)")).isZero();
    assertThat(error("h = MatMul(x, w) p = Add(h, h)")).isCloseTo(1, within(1e-6));
  }

  @Test
  void whatDoesNotRunOrGivesOtherSizesHasLostAll() {
    assertThat(error("h = MatMul(x, w) p = Concat(h, h) <axis=0>")).isInfinite();
    assertThat(error("q = Transpose(x) <perm=[1,0]> p = MatMul(x, q)")).isInfinite();
    assertThat(error("q = Concat(x, x) <axis=1> p = MatMul(q, w)")).isInfinite();
  }
}
