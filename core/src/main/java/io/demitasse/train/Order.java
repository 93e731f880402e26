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
 *
 * @param size how many make a step; at least 1
 */
record Order(Examples examples, int size, long seed) {
  /** Steps whose examples are sorted among each other. */
  private static final int POOL = 16;

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
    long epoch = step / stepsOfEpoch();
    int place = (int) (step % stepsOfEpoch());
    List<Integer> shuffled = shuffled(epoch);
    int from = place / POOL * POOL * size;
    List<Integer> pool = shuffled.subList(from, Math.min(from + POOL * size, shuffled.size()));
    List<Batch> sorted =
        pool.stream().map(examples::get).sorted(Comparator.comparing(Stacking::form)).toList();
    // Short and long ones take turns, so that what is learned last is not always long.
    List<Integer> turns =
        new ArrayList<>(IntStream.range(0, Math.ceilDiv(sorted.size(), size)).boxed().toList());
    Collections.shuffle(turns, new Random(seed ^ epoch * 31 + from));
    int turn = turns.get(place % POOL) * size;
    return Stacking.stacked(sorted.subList(turn, Math.min(turn + size, sorted.size())));
  }

  private List<Integer> shuffled(long epoch) {
    List<Integer> all = new ArrayList<>(IntStream.range(0, examples.size()).boxed().toList());
    Collections.shuffle(all, new Random(seed + epoch));
    return all;
  }
}
