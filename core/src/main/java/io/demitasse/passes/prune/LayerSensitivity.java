package io.demitasse.passes.prune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How much the outputs of a model err where the weights of one layer are off, told by running it
 * with random noise on them: no gradient is needed, and no more memory than to run (Sung, Yoon,
 * Bansal, "ECoFLaP: Efficient Coarse-to-Fine Layer-Wise Pruning for Vision-Language Models", ICLR
 * 2024).
 */
final class LayerSensitivity {
  /** Length of the noise relative to that of the weights: felt, and small enough to be linear. */
  private static final double NOISE = .01;

  /** Samples that are run for each layer, at most. */
  private static final int SAMPLES = 32;

  private final Model model;
  private final PassContext context;

  LayerSensitivity(Model model, PassContext context) {
    this.model = model;
    this.context = context;
  }

  /**
   * Of each layer the error of the outputs, relative to their size, for each part of the square of
   * its weights that is off; of layers in nested graphs what layers have on average.
   */
  double[] of(List<PrunedLayer> layers) {
    OutputError error = new OutputError(model, SAMPLES, context);
    double[] errors = new double[layers.size()];
    double sum = 0;
    int known = 0;
    for (int i = 0; i < errors.length; i++) {
      context.progress(i, errors.length);
      Model noisy = model.copy();
      Value weight = noisy.graph().find(layers.get(i).weight().name());
      errors[i] = -1;
      if (weight != null && layers.get(i).weight().graph() == model.graph()) {
        noisy.graph().setInitializer(weight, noisy(layers.get(i).tensor()));
        errors[i] = error.of(noisy) / (NOISE * NOISE);
        sum += errors[i];
        known++;
      }
    }
    for (int i = 0; i < errors.length; i++) {
      errors[i] = errors[i] < 0 ? sum / Math.max(1, known) : errors[i];
    }
    return errors;
  }

  private Tensor noisy(Tensor weight) {
    double[] numbers = weight.toDoubles();
    double square = 0;
    for (double number : numbers) {
      square += number * number;
    }
    double deviation = NOISE * Math.sqrt(square / Math.max(1, numbers.length));
    RandomGenerator random = context.random();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] += deviation * random.nextGaussian();
    }
    return Tensor.ofNumbers(weight.dataType(), weight.sizes(), numbers);
  }
}
