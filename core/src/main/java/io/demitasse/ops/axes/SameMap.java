package io.demitasse.ops.axes;

import java.util.Arrays;
import java.util.Objects;

/** Index i belongs to index i. */
record SameMap(int size) implements IndexMap {
  SameMap {
    if (size < OPEN) {
      throw new IllegalArgumentException("a size of " + size);
    }
  }

  @Override
  public int sources() {
    return size;
  }

  @Override
  public int[] gather(int... indices) {
    int end = size == OPEN ? Integer.MAX_VALUE : size;
    return Arrays.stream(indices)
        .map(index -> Objects.checkIndex(index, end))
        .sorted()
        .distinct()
        .toArray();
  }

  @Override
  public IndexMap inverse() {
    return this;
  }

  @Override
  public boolean isSame() {
    return true;
  }
}
