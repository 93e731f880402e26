package io.demitasse.ops.axes;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.stream.IntStream;

/** For each index what belongs to it, in rising order. */
final class ListedMap implements IndexMap {
  private final int sources;
  private final int[][] lists;

  ListedMap(int sources, int[][] lists) {
    for (int[] list : lists) {
      Arrays.stream(list).forEach(source -> Objects.checkIndex(source, sources));
    }
    this.sources = sources;
    this.lists = lists;
  }

  @Override
  public int size() {
    return lists.length;
  }

  @Override
  public int sources() {
    return sources;
  }

  @Override
  public int[] gather(int... indices) {
    BitSet gathered = new BitSet(sources);
    for (int index : indices) {
      Arrays.stream(lists[Objects.checkIndex(index, lists.length)]).forEach(gathered::set);
    }
    return gathered.stream().toArray();
  }

  @Override
  public IndexMap inverse() {
    int[] counts = new int[sources];
    Arrays.stream(lists).flatMapToInt(Arrays::stream).forEach(source -> counts[source]++);
    int[][] inverse = IntStream.of(counts).mapToObj(int[]::new).toArray(int[][]::new);
    Arrays.fill(counts, 0);
    for (int index = 0; index < lists.length; index++) {
      for (int source : lists[index]) {
        inverse[source][counts[source]++] = index;
      }
    }
    return new ListedMap(lists.length, inverse);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof ListedMap other
        && sources == other.sources
        && Arrays.deepEquals(lists, other.lists);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(lists);
  }

  @Override
  public String toString() {
    return "ListedMap[sources=" + sources + ", lists=" + Arrays.deepToString(lists) + "]";
  }
}
