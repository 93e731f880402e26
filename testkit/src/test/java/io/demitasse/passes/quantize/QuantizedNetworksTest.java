package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.ModelPass;
import io.demitasse.passes.quantize.QuantizeDynamic.Form;
import io.demitasse.passes.quantize.QuantizeStatic.Calibration;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small random networks with odd pieces between their products: whatever a pass makes of them, the
 * runtime loads at every level and computes nearly the same.
 */
class QuantizedNetworksTest {
  private static final int NETWORKS = 12;

  /** Eight bits at each of at most a dozen layers in a row, at the least of whose signals. */
  private static final double BOUND = .1;

  private static List<Integer> seeds() {
    return IntStream.range(0, NETWORKS).boxed().toList();
  }

  private static List<ModelPass> passes() {
    return List.of(
        new QuantizeStatic(List.of(), true, Approximation.SATURATES, Calibration.MIN_MAX, 100),
        new QuantizeStatic(List.of(), false, Approximation.SATURATES, Calibration.MIN_MAX, 100),
        new QuantizeDynamic(Form.FUSED, true, true, Approximation.SATURATES, true, 16),
        new QuantizeDynamic(Form.STANDARD, false, false, Approximation.SATURATES, true, 16),
        new QuantizeWeights(true, true, 16),
        new QuantizeWeights(false, false, 16));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everythingThatIsWrittenLoadsAndComputesNearlyTheSame(int seed) {
    String text = OddNetworks.text(seed);
    Model model = TextGraph.parse(text);
    for (ModelPass pass : passes()) {
      PassRun run = PassChecks.applied(pass, model);
      assertThat(run.changes().isEmpty() && pass instanceof QuantizeStatic)
          .as("nothing told of%n%s", text)
          .isFalse();
      Approximation.checkAtAllLevels(run, BOUND, Map.of());
    }
  }
}
