package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that draw random numbers, on the real runtime. */
final class NoiseTest {
  private static final Runtime RUNTIME = Ports.find().runtime();

  private static Model model(String body) {
    return TextGraph.parse(
        "ir 8, opset 17\ngraph g(x: float[N,S]) -> (y: float[...]) {\n" + body + "\n}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "z = RandomNormalLike(x) <dtype=1> y = Add(x, z)",
        "z = RandomUniformLike(x) y = Add(x, z)",
        "z = RandomNormal() <shape=[3, 400]> y = Add(x, z)",
        "z = RandomUniform() <shape=[3, 400]> y = Add(x, z)",
        "p = Sigmoid(x) b = Bernoulli(p) y = Mul(b, x)",
        "m = Multinomial(x) <sample_size=5> y = Cast(m) <to=1>",
        "r = float[] {0.5} t = bool[] {true} y = Dropout(x, r, t)",
        "y = RandomNormalLike(x) <mean=1.0>"
      })
  void aPinnedCopyAgreesWithItselfAtEverySessionAndSize(String body) {
    Model model = model(body);
    Model pinned = Noise.pinned(model);

    assertThat(Noise.in(model)).hasSize(1);
    assertThat(Noise.in(pinned)).isEmpty();
    assertThat(TextGraph.print(model)).as("the model is as it was").isEqualTo(print(body));
    Tensor first = run(pinned, 400);
    assertThat(run(pinned, 400).contentEquals(first)).isTrue();
    assertThat(run(model, 400).sizes()).containsExactly(first.sizes());
    if (!body.contains("shape=")) {
      assertThat(run(pinned, 7).sizes()).containsExactly(run(model, 7).sizes());
    }
  }

  private static String print(String body) {
    return TextGraph.print(model(body));
  }

  @Test
  void whatIsDrawnIsAsItShouldBe() {
    float[] normal =
        run(Noise.pinned(model("y = RandomNormalLike(x) <mean=1.0, scale=2.0>")), 20_000)
            .toFloats();
    float[] uniform =
        run(Noise.pinned(model("y = RandomUniformLike(x) <low=-1.0, high=3.0>")), 20_000)
            .toFloats();
    assertThat(mean(normal)).isBetween(.95, 1.05);
    assertThat(deviation(normal)).isBetween(1.95, 2.05);
    assertThat(mean(uniform)).isBetween(.95, 1.05);
    assertThat(deviation(uniform)).isBetween(1.14, 1.17);
    float[] two =
        run(
                Noise.pinned(
                    model("a = RandomNormalLike(x) b = RandomNormalLike(x) y = Sub(a, b)")),
                20_000)
            .toFloats();
    assertThat(deviation(two)).as("two nodes draw differently").isBetween(1.3, 1.5);
  }

  @Test
  void aDropoutThatIsSwitchedOffIsNoNoise() {
    assertThat(Noise.in(model("y = Dropout(x)"))).isEmpty();
    assertThat(Noise.in(model("r = float[] {0.5} t = bool[] {false} y = Dropout(x, r, t)")))
        .isEmpty();
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double deviation(float[] values) {
    double mean = mean(values);
    double sum = 0;
    for (float value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / values.length);
  }

  private static Tensor run(Model model, int width) {
    double[] numbers = new double[3 * width];
    Arrays.setAll(numbers, i -> Math.sin(i) + .5);
    Tensor x = Tensor.ofNumbers(DataType.FLOAT, new long[] {3, width}, numbers);
    try (Runtime.Session session = RUNTIME.open(model, Runtime.SessionOptions.of(1))) {
      return session.run(Map.of("x", x)).values().iterator().next();
    }
  }
}
