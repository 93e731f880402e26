package io.demitasse.train;

import io.demitasse.augment.Augmentation;
import io.demitasse.objective.Batch;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Examples that are another in each epoch. What is random depends on seed, epoch and example alone,
 * so that a training that goes on in the midst of an epoch sees what it would have seen.
 */
record VariedExamples(Examples examples, Augmentation augmentation, long seed) implements Examples {
  private static final RandomGeneratorFactory<RandomGenerator> GENERATORS =
      RandomGeneratorFactory.of("L64X128MixRandom");

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public Batch get(int index) {
    return examples.get(index);
  }

  @Override
  public Batch get(int index, long epoch) {
    long place = epoch * Math.max(1, size()) + index;
    return augmentation.of(examples.get(index, epoch), GENERATORS.create(mixed(seed, place)));
  }

  /** Neighbors get seeds that have nothing to do with each other. */
  private static long mixed(long seed, long place) {
    long mixed = seed + place * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
