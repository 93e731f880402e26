package io.demitasse.ops.axes;

import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Blocks of one axis belong to blocks of another. */
record BlockMap(int count, Blocks axis, Blocks source) implements IndexMap {
  BlockMap {
    if (count < 1) {
      throw new IllegalArgumentException(count + " blocks");
    }
    length(count, axis);
    length(count, source);
  }

  private static int length(int count, Blocks blocks) {
    return Math.multiplyExact(Math.multiplyExact(blocks.outer(), count), blocks.inner());
  }

  @Override
  public int size() {
    return length(count, axis);
  }

  @Override
  public int sources() {
    return length(count, source);
  }

  @Override
  public int[] gather(int... indices) {
    int size = size();
    BitSet blocks = new BitSet(count);
    for (int index : indices) {
      blocks.set(Objects.checkIndex(index, size) / axis.inner() % count);
    }
    int[] gathered = new int[blocks.cardinality() * source.outer() * source.inner()];
    int next = 0;
    for (int outer = 0; outer < source.outer(); outer++) {
      for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
        for (int inner = 0; inner < source.inner(); inner++) {
          gathered[next++] = (outer * count + block) * source.inner() + inner;
        }
      }
    }
    return gathered;
  }

  @Override
  public IndexMap inverse() {
    return new BlockMap(count, source, axis);
  }

  /**
   * In what lies between, a block number is a digit: that of this map and that of the next have a
   * part in common, and this part is the block number of the whole. Null where there is none, or
   * where the digits do not divide each other.
   */
  @Nullable IndexMap composed(BlockMap next) {
    int end = source.inner() * count;
    int nextEnd = next.axis.inner() * next.count;
    int low = Math.max(source.inner(), next.axis.inner());
    int high = Math.min(end, nextEnd);
    boolean divides =
        low < high
            && low % source.inner() == 0
            && low % next.axis.inner() == 0
            && high % low == 0
            && end % high == 0
            && nextEnd % high == 0;
    return divides
        ? IndexMap.blocks(
            high / low,
            part(axis, end / high, low / source.inner()),
            part(next.source, nextEnd / high, low / next.axis.inner()))
        : null;
  }

  /** Where a part of a block number lies that has as much before it and behind it. */
  private static Blocks part(Blocks whole, int before, int behind) {
    return new Blocks(whole.outer() * before, whole.inner() * behind);
  }
}
