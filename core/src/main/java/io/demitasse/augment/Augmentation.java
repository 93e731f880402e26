package io.demitasse.augment;

import io.demitasse.objective.Batch;
import java.util.List;
import java.util.random.RandomGenerator;

/** A random change after which an example is still an example of the same. */
@FunctionalInterface
public interface Augmentation {

  /**
   * An example as it is seen once. What has not the form that is expected stays as it is.
   *
   * @param random decides all that is random
   */
  Batch of(Batch example, RandomGenerator random);

  /** One after the other. */
  static Augmentation all(List<Augmentation> steps) {
    List<Augmentation> copy = List.copyOf(steps);
    return (example, random) -> {
      Batch varied = example;
      for (Augmentation step : copy) {
        varied = step.of(varied, random);
      }
      return varied;
    };
  }
}
