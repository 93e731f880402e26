package io.demitasse.ops.axes;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What two index maps make together, in closed form where there is one. */
final class IndexMaps {
  private IndexMaps() {}

  static IndexMap composed(IndexMap first, IndexMap second) {
    if (first.isSame()) {
      return second.isSame() && second.size() == IndexMap.OPEN ? first : second;
    }
    if (second.isSame()) {
      return first;
    }
    IndexMap closed =
        switch (first) {
          case OffsetMap one when second instanceof OffsetMap other -> one.composed(other);
          case BlockMap one when second instanceof BlockMap other -> one.composed(other);
          default -> null;
        };
    return closed != null
        ? closed
        : listed(second.sources(), first.size(), i -> second.gather(first.gather(i)));
  }

  static IndexMap met(IndexMap one, IndexMap other) {
    return listed(one.sources(), one.size(), i -> common(one.gather(i), other.gather(i)));
  }

  private static int[] common(int[] one, int[] other) {
    return Arrays.stream(one).filter(i -> Arrays.binarySearch(other, i) >= 0).toArray();
  }

  static IndexMap listed(int sources, int size, IntFunction<int[]> lists) {
    int[][] all = IntStream.range(0, size).mapToObj(lists).toArray(int[][]::new);
    boolean same =
        size == sources
            && IntStream.range(0, size).allMatch(i -> all[i].length == 1 && all[i][0] == i);
    return same ? IndexMap.same(size) : new ListedMap(sources, all);
  }
}
