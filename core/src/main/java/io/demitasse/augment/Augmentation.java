package io.demitasse.augment;

import io.demitasse.objective.Batch;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A random change after which an example is still an example of the same.
 *
 * <p>Those of this package are records, whose text says all that they do: where it is equal, the
 * same examples come of it.
 */
@FunctionalInterface
public interface Augmentation {
  /** Leaves every example as it is. */
  Augmentation NONE = all(List.of());

  /**
   * An example as it is seen once. What has not the form that is expected stays as it is.
   *
   * @param random decides all that is random
   */
  Batch of(Batch example, RandomGenerator random);

  /** One after the other. */
  static Augmentation all(List<Augmentation> steps) {
    return new Sequence(steps);
  }
}
