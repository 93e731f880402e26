package io.demitasse.train;

import io.demitasse.objective.Batch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * In which order examples are seen: all of them once an epoch, shuffled by seed. Of some at a time
 * those of a size are put together, so that a batch is computed at once where lengths differ.
 */
final class Order {
  /** Steps whose examples are sorted among each other. */
  private static final int POOL = 16;

  private final Examples examples;
  private final int size;
  private final long seed;

  /** The steps that were loaded last, and the first of them: examples may be slow to get. */
  private List<List<Batch>> pool = List.of();

  private long first = -1;

  /**
   * An order.
   *
   * @param size how many examples make a step; at least 1
   */
  Order(Examples examples, int size, long seed) {
    this.examples = examples;
    this.size = size;
    this.seed = seed;
  }

  /** How many steps see all examples once. */
  int stepsOfEpoch() {
    return Math.ceilDiv(examples.size(), size);
  }

  /**
   * What a step learns from.
   *
   * @param step from 0 on, over all epochs
   * @return batches that are computed one after the other
   */
  List<Batch> batches(long step) {
    int place = (int) (step % stepsOfEpoch()) % POOL;
    if (step - place != first) {
      pool = pool(step - place);
      first = step - place;
    }
    return pool.get(place);
  }

  /** Short and long examples take turns, so that what is learned last is not always long. */
  private List<List<Batch>> pool(long step) {
    long epoch = step / stepsOfEpoch();
    int from = (int) (step % stepsOfEpoch()) * size;
    List<Integer> shuffled = shuffled(examples.size(), seed + epoch);
    List<Batch> sorted =
        shuffled.subList(from, Math.min(from + POOL * size, shuffled.size())).stream()
            .map(index -> examples.get(index, epoch))
            .sorted(Comparator.comparing(Stacking::form))
            .toList();
    List<List<Batch>> steps = new ArrayList<>();
    for (int turn : shuffled(Math.ceilDiv(sorted.size(), size), seed ^ epoch * 31 + from)) {
      int start = turn * size;
      steps.add(Stacking.stacked(sorted.subList(start, Math.min(start + size, sorted.size()))));
    }
    return steps;
  }

  private static List<Integer> shuffled(int count, long seed) {
    List<Integer> all = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    Collections.shuffle(all, new Random(seed));
    return all;
  }
}
