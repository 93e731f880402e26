package io.demitasse.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.Ports;
import io.demitasse.testkit.Numbers;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies under the windows of convolutions, on the real runtime. */
final class WindowGramTest {
  private static final int SAMPLES = 3;

  private static Model convolution(String attributes, String window) {
    return TextGraph.parse(
        """
        ir 10, opset 17
        graph g(x: float[1,2,6,7]) -> (y: float[...]) {
          w = float[4,2,%s] ~ 1
          y = Conv(x, w) <%s>
        }
        """
            .formatted(window, attributes));
  }

  private static Samples samples(Model model) {
    return SyntheticInputs.of(model.graph(), 5, SAMPLES, Map.of());
  }

  private static Gram seen(Model model) {
    Node node = model.graph().nodes().getFirst();
    Tensor weight = node.requiredInput(1).constant().orElseThrow();
    Observation<Gram> observation =
        WindowGram.observation(Bundle.SINGLE, node, weight).orElseThrow();
    return new Calibrator(Ports.find().runtime())
        .collect(Set.of(observation), Bundle.of(model), new IdentityProgram(), samples(model))
        .get(observation)
        .orElseThrow();
  }

  /** With G what was seen and w the weights of one output, its squares sum up to wᵀ·G·w. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pads=[0,0,0,0]",
        "pads=[1,0,2,1], strides=[2,1]",
        "dilations=[2,1], pads=[1,1,1,1]",
        "auto_pad=\"SAME_UPPER\", strides=[2,2]"
      })
  void itTellsTheSquaresOfAnyOutput(String attributes) {
    Model model = convolution(attributes, "3,2");
    Gram gram = seen(model);

    double[] expected = squares(model);

    double[] weights = model.graph().find("w").constant().orElseThrow().toDoubles();
    int inputs = gram.channels();
    assertThat(inputs).isEqualTo(2 * 3 * 2);
    for (int output = 0; output < expected.length; output++) {
      double energy = 0;
      for (int i = 0; i < inputs; i++) {
        for (int k = 0; k < inputs; k++) {
          energy += weights[output * inputs + i] * gram.of(i, k) * weights[output * inputs + k];
        }
      }
      assertThat(energy).isCloseTo(expected[output], within(1e-3 * expected[output]));
    }
  }

  private static double[] squares(Model model) {
    double[] squares = new double[4];
    for (int i = 0; i < SAMPLES; i++) {
      Map<String, Tensor> inputs = ((Sample.Tensors) samples(model).get(i)).inputs();
      double[] numbers = Numbers.run(model, inputs).get("y").toDoubles();
      int places = numbers.length / 4;
      for (int k = 0; k < numbers.length; k++) {
        squares[k / places] += numbers[k] * numbers[k];
      }
    }
    return squares;
  }

  @Test
  void rowsArePlacesOfTheOutput() {
    assertThat(seen(convolution("pads=[0,0,0,0]", "3,2")).rows()).isEqualTo(SAMPLES * 4 * 6);
  }

  @Test
  void tooManyProductsAreNotLookedAt() {
    Model model = convolution("pads=[40,40,40,40]", "60,60");
    Node node = model.graph().nodes().getFirst();

    assertThat(
            WindowGram.observation(
                Bundle.SINGLE, node, node.requiredInput(1).constant().orElseThrow()))
        .isEmpty();
  }
}
