package io.demitasse.prune;

import io.demitasse.ir.Value;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which indices are removed along which dimensions. */
final class RemovedIndices {
  private final Map<Dimension, BitSet> removed = new LinkedHashMap<>();

  RemovedIndices(Map<ChannelGroup, int[]> units) {
    units.forEach(
        (group, some) ->
            group
                .slices()
                .forEach(
                    slice -> {
                      BitSet gone = removed.computeIfAbsent(slice.dimension(), _ -> new BitSet());
                      for (int index : slice.map().gather(some)) {
                        gone.set(index);
                      }
                    }));
    removed.values().removeIf(BitSet::isEmpty);
  }

  Set<Dimension> dimensions() {
    return removed.keySet();
  }

  /** The axes of a value that lose indices. */
  int[] axes(Value value) {
    return removed.keySet().stream()
        .filter(dimension -> dimension.value() == value)
        .mapToInt(Dimension::axis)
        .toArray();
  }

  boolean touches(Value value, int axis) {
    return removed.containsKey(new Dimension(value, axis));
  }

  boolean contains(Value value, int axis, int index) {
    BitSet gone = removed.get(new Dimension(value, axis));
    return gone != null && gone.get(index);
  }

  /** How many of the first indices are removed. */
  int before(Value value, int axis, long index) {
    BitSet gone = removed.get(new Dimension(value, axis));
    return gone == null ? 0 : gone.get(0, (int) index).cardinality();
  }

  /** How many are removed in all. */
  int count(Value value, int axis) {
    BitSet gone = removed.get(new Dimension(value, axis));
    return gone == null ? 0 : gone.cardinality();
  }

  /** The indices that stay, of so many. */
  int[] kept(Value value, int axis, int size) {
    BitSet gone = removed.getOrDefault(new Dimension(value, axis), new BitSet());
    BitSet kept = new BitSet();
    kept.set(0, size);
    kept.andNot(gone);
    return kept.stream().toArray();
  }
}
