package io.demitasse.augment;

import io.demitasse.objective.Batch;
import java.util.List;
import java.util.random.RandomGenerator;

/** Augmentations one after the other. */
record Sequence(List<Augmentation> steps) implements Augmentation {
  Sequence {
    steps = List.copyOf(steps);
  }

  @Override
  public Batch of(Batch example, RandomGenerator random) {
    Batch varied = example;
    for (Augmentation step : steps) {
      varied = step.of(varied, random);
    }
    return varied;
  }
}
