package io.demitasse.ops.axes;

import java.util.Arrays;
import java.util.Objects;

/** Index first + k belongs to index source + k, for k below a count. */
record OffsetMap(int size, int sources, int first, int source, int count) implements IndexMap {
  OffsetMap {
    Objects.checkFromIndexSize(first, count, size);
    Objects.checkFromIndexSize(source, count, sources);
  }

  @Override
  public int[] gather(int... indices) {
    return Arrays.stream(indices)
        .map(index -> Objects.checkIndex(index, size) - first)
        .filter(place -> place >= 0 && place < count)
        .map(place -> place + source)
        .sorted()
        .distinct()
        .toArray();
  }

  @Override
  public IndexMap inverse() {
    return new OffsetMap(sources, size, source, first, count);
  }

  /** The part of the run that lies in the run of the next. */
  IndexMap composed(OffsetMap next) {
    int from = Math.max(source, next.first);
    int left = Math.min(source + count, next.first + next.count) - from;
    return left <= 0
        ? IndexMap.offset(size, next.sources, 0, 0, 0)
        : IndexMap.offset(
            size, next.sources, first + from - source, next.source + from - next.first, left);
  }
}
