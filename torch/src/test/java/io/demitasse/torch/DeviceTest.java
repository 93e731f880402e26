package io.demitasse.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.port.Trainer;
import io.demitasse.torch.library.Libtorch;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** What computes the gradients of a small network. */
final class DeviceTest {
  private static final Model NETWORK =
      TextGraph.parse(
          """
          ir 10, opset 17
          graph g(x: float[N,1,6,6]) -> (y: float[N,3]) {
            w = float[4,1,3,3] ~ 1
            u = float[64,3] ~ 2
            c = Conv(x, w)
            r = Relu(c)
            f = Flatten(r)
            z = MatMul(f, u)
            y = Softmax(z)
          }
          """);

  @Test
  void aGpuThatCannotBeUsedIsRefusedByTheProcessThatTrains() {
    assumeThat(isUsable()).as("a GPU for CUDA").isFalse();

    assertThatThrownBy(() -> learned(Trainer.Device.CUDA))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("GPU");
  }

  @Test
  void aGpuLearnsWhatTheProcessorLearns() {
    assumeThat(isUsable()).as("a GPU for CUDA").isTrue();

    Map<String, Tensor> cpu = learned(Trainer.Device.CPU);

    learned(Trainer.Device.CUDA)
        .forEach(
            (key, weight) ->
                assertThat(weight.toDoubles())
                    .containsExactly(cpu.get(key).toDoubles(), within(1e-4)));
  }

  private static boolean isUsable() {
    Libtorch.load();
    return torch.cuda_is_available();
  }

  private static Map<String, Tensor> learned(Trainer.Device device) {
    Trainer.Settings settings =
        new Trainer.Settings(
            1,
            5,
            false,
            1,
            new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01),
            Long.MAX_VALUE,
            false,
            device);
    Objective objective = Objective.of(new Term.Labels(new Loss.CrossEntropy(0), "z", "label", 1));
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(new Trainer.Student("student", NETWORK, Set.of("w", "u"), objective)),
            Map.of(),
            settings);
    float[] pixels = new float[2 * 36];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(i);
    }
    Batch batch =
        new Batch(
            Map.of("x", Tensor.ofFloats(new long[] {2, 1, 6, 6}, pixels)),
            Map.of("label", Tensor.ofLongs(new long[] {2}, 0, 2)));
    try (Trainer.Session session = new TorchTrainer().open(setup)) {
      for (int step = 0; step < 5; step++) {
        session.step(List.of(batch), .01);
      }
      return session.weights(Trainer.Version.CURRENT).get("student");
    }
  }
}
