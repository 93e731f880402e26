package io.demitasse.ops.axes;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which indices along one axis belong to which along another, its source.
 *
 * <p>It is a relation: to an index may belong one index of the source, several, or none. Relations
 * are composed, inverted and met, and stay in closed form where they can:
 *
 * <ul>
 *   <li>same: index i belongs to index i, of axes whose size may be open;
 *   <li>offset: a run of indices belongs to a run of as many, as in Concat, Slice and Split;
 *   <li>blocks: both axes are divided into the same number of blocks, and blocks belong together,
 *       as where a Reshape splits or merges axes;
 *   <li>listed: for each index what belongs to it, such as the picks of a Gather or a permutation.
 * </ul>
 */
public sealed interface IndexMap permits SameMap, OffsetMap, BlockMap, ListedMap {
  /** A size that is not known. */
  int OPEN = -1;

  /** How many indices there are along the axis; {@link #OPEN} only where the map is the same. */
  int size();

  /** How many indices there are along the source; {@link #OPEN} only where the map is the same. */
  int sources();

  /**
   * The indices of the source that belong to any of some indices.
   *
   * @param indices in any order, each from 0 to {@link #size()} - 1
   * @return in rising order, each once
   * @throws IndexOutOfBoundsException when there is no such index
   */
  int[] gather(int... indices);

  /** The same relation, seen from the source. */
  IndexMap inverse();

  /** Whether every index belongs to the same index and to no other. */
  default boolean isSame() {
    return false;
  }

  /**
   * The relation of this axis to the source of a source.
   *
   * @param next its size is the number of sources of this map
   * @throws IllegalArgumentException when it is not
   */
  default IndexMap then(IndexMap next) {
    if (sources() != next.size() && sources() != OPEN && next.size() != OPEN) {
      throw new IllegalArgumentException(
          "a map from " + sources() + " sources cannot be followed by one of " + next.size());
    }
    return IndexMaps.composed(this, next);
  }

  /**
   * What belongs together by both of two relations: where an axis reaches a source on two ways, as
   * through the two parts that it was split into, only that does.
   *
   * @param other of the same sizes
   * @throws IllegalArgumentException when it is not
   */
  default IndexMap and(IndexMap other) {
    if (size() != other.size() || sources() != other.sources()) {
      throw new IllegalArgumentException(
          "a map of "
              + size()
              + " from "
              + sources()
              + " cannot meet one of "
              + other.size()
              + " from "
              + other.sources());
    }
    return equals(other) ? this : IndexMaps.met(this, other);
  }

  /**
   * Index i belongs to index i.
   *
   * @param size at least 0, or {@link #OPEN}
   */
  static IndexMap same(int size) {
    return new SameMap(size);
  }

  /**
   * A run of indices belongs to a run of the source; the others to none.
   *
   * @param size at least 0
   * @param sources at least 0
   * @param first where the run begins
   * @param source where it begins in the source
   * @param count how long it is
   */
  static IndexMap offset(int size, int sources, int first, int source, int count) {
    return count == size && count == sources
        ? same(size)
        : new OffsetMap(size, sources, first, source, count);
  }

  /**
   * Index i is block (i / inner) % count of its axis, and belongs to all that is the same block of
   * the source.
   *
   * @param count the number of blocks, at least 1
   * @param axis how blocks lie in the axis
   * @param source how they lie in the source
   */
  static IndexMap blocks(int count, Blocks axis, Blocks source) {
    return axis.equals(Blocks.SINGLE) && source.equals(Blocks.SINGLE)
        ? same(count)
        : new BlockMap(count, axis, source);
  }

  /**
   * How blocks lie along an axis, which has outer · count · inner indices.
   *
   * @param outer how often all blocks follow each other, at least 1
   * @param inner how many indices behind each other are of one block, at least 1
   */
  record Blocks(int outer, int inner) {
    /** Each index is a block. */
    static final Blocks SINGLE = new Blocks(1, 1);

    public Blocks {
      if (outer < 1 || inner < 1) {
        throw new IllegalArgumentException("blocks of " + inner + ", " + outer + " times");
      }
    }

    /** Blocks of several indices. */
    static Blocks of(int inner) {
      return new Blocks(1, inner);
    }

    /** Blocks of one index, all of them several times. */
    static Blocks repeated(int outer) {
      return new Blocks(outer, 1);
    }
  }

  /**
   * Index i belongs to one index of the source.
   *
   * @param sources how many there are
   * @param picks for each index the one of the source, which may be picked several times or never
   */
  static IndexMap picked(int sources, int... picks) {
    return IndexMaps.listed(sources, picks.length, i -> new int[] {picks[i]});
  }

  /**
   * To index i belong those of the source that its list has.
   *
   * @param sources how many there are
   * @param lists each in rising order
   */
  static IndexMap listed(int sources, int[]... lists) {
    return IndexMaps.listed(sources, lists.length, i -> lists[i].clone());
  }

  /**
   * Index i belongs to one index of the source, and to each of them one.
   *
   * @param order each of the first whole numbers once
   * @throws IllegalArgumentException when it is not
   */
  static IndexMap permuted(int... order) {
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, IntStream.range(0, order.length).toArray())) {
      throw new IllegalArgumentException(
          "expected each of 0 to " + (order.length - 1) + " once, got " + Arrays.toString(order));
    }
    return picked(order.length, order);
  }
}
