package io.demitasse.torch;

import io.demitasse.port.Trainer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** One step of many weights: those that move alike in one go, all others one by one. */
final class WeightSteps {

  /**
   * What weights have in common that move in one go.
   *
   * @param steps with this one
   */
  record Alike(Trainer.Optimizer.AdamW adam, long steps, double decay) {}

  private WeightSteps() {}

  /**
   * Moves weights down their gradients; those without one stay.
   *
   * @param factor that gradients are multiplied by
   */
  static void take(Collection<Weight> weights, double learningRate, double factor) {
    Map<Alike, FusedAdamW> together = new HashMap<>();
    for (Weight weight : weights) {
      Tensor gradient = weight.gradient();
      if (gradient != null) {
        Alike alike = weight.begin();
        if (alike == null) {
          weight.step(gradient, learningRate, factor);
        } else {
          weight.addTo(
              together.computeIfAbsent(alike, key -> new FusedAdamW(key.steps())), gradient);
        }
      }
    }
    together.forEach(
        (alike, fused) -> fused.step(alike.adam(), learningRate, alike.decay(), factor));
  }
}
