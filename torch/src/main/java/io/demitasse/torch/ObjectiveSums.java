package io.demitasse.torch;

import io.demitasse.port.Trainer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Values of terms as they add up over batches. */
final class ObjectiveSums {
  private final Map<String, Double> terms = new TreeMap<>();
  private double objective;

  /** Adds what a term is for a batch that is such a share of all. */
  void add(String name, double value, double share, double weight) {
    terms.merge(name, value * share, Double::sum);
    objective += value * share * weight;
  }

  /** The sum of all, weighted. */
  double objective() {
    return objective;
  }

  /**
   * What is told of all batches.
   *
   * @param gradient length of the gradient; 0 where none was computed
   */
  Trainer.Losses losses(double gradient, Optional<String> firstNotFinite) {
    return new Trainer.Losses(terms, objective, gradient, firstNotFinite);
  }
}
