package io.demitasse.torch;

import io.demitasse.port.Trainer;
import io.demitasse.torch.kernel.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Sums up the gradients of the weights of one model, example by example, in double precision. */
final class GradientSums implements AutoCloseable {
  private final Map<String, Weight> weights;
  private final Map<String, Sums> all = new LinkedHashMap<>();

  /** Of one weight. */
  private record Sums(Tensor values, Tensor magnitudes, Tensor squares) {
    static Sums like(Tensor weight) {
      return new Sums(zeros(weight), zeros(weight), zeros(weight));
    }

    private static Tensor zeros(Tensor like) {
      Tensor zeros = torch.zeros(Tensors.sizes(like), Tensors.options(ScalarType.Double));
      zeros.retainReference();
      return zeros;
    }

    void add(Tensor gradient) {
      values.add_(gradient);
      magnitudes.add_(torch.abs(gradient));
      squares.add_(torch.square(gradient));
    }

    Trainer.Gradients ours() {
      return new Trainer.Gradients(
          Tensors.toOurs(values), Tensors.toOurs(magnitudes), Tensors.toOurs(squares));
    }

    void close() {
      values.close();
      magnitudes.close();
      squares.close();
    }
  }

  /** Sums of nothing. */
  GradientSums(Map<String, Weight> weights) {
    this.weights = weights;
    weights.forEach((key, weight) -> all.put(key, Sums.like(weight.current())));
  }

  /**
   * Adds what was recorded for an example; a weight that nothing depends on has a gradient of 0.
   */
  void add() {
    weights.forEach(
        (key, weight) -> {
          Tensor gradient = weight.gradient();
          Sums sums = all.get(key);
          if (gradient != null && sums != null) {
            sums.add(gradient.to(ScalarType.Double));
          }
        });
  }

  /** By the keys of the weights. */
  Map<String, Trainer.Gradients> ours() {
    Map<String, Trainer.Gradients> ours = new LinkedHashMap<>();
    all.forEach((key, sums) -> ours.put(key, sums.ours()));
    return ours;
  }

  @Override
  public void close() {
    all.values().forEach(Sums::close);
  }
}
