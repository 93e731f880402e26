package io.demitasse.prune;

import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.ops.axes.Axis;
import io.demitasse.ops.axes.AxisMap;
import io.demitasse.ops.axes.AxisMap.Kind;
import io.demitasse.ops.axes.IndexMap;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * All that has to go with one index of one dimension.
 *
 * <p>Where a Reshape divides an axis, an index of it has several digits, and what goes has to go
 * for all values of one digit:
 *
 * <pre>
 *   hidden = (head, place)      by the first digit:  (2, 0) (2, 1) (2, 2) ...   a head
 *                               by the second:       (0, 1) (1, 1) (2, 1) ...   a place of each head
 * </pre>
 *
 * Both may be possible, so the caller says which digit comes first.
 */
final class Closure {
  private static final Set<Op> RECURRENT = Set.of(Op.LSTM, Op.GRU, Op.RNN);
  private static final Set<Op> CONVOLUTIONS =
      Set.of(Op.CONV, Op.CONV_TRANSPOSE, Op.CONTRIB_FUSED_CONV);

  private static final Set<Op> ATTENTION =
      Set.of(Op.CONTRIB_ATTENTION, Op.CONTRIB_MULTI_HEAD_ATTENTION);

  private final GraphAxes axes;
  private final int digit;
  private final Map<Dimension, BitSet> removed = new LinkedHashMap<>();
  private final Deque<Dimension> open = new ArrayDeque<>();
  private boolean exact = true;

  private Closure(GraphAxes axes, int digit) {
    this.axes = axes;
    this.digit = digit;
  }

  /**
   * Follows an index through the graph.
   *
   * @param digit which digit of a divided axis to take where it has several, from 0; the last where
   *     it has fewer
   * @throws NotRemovable where it leads to what cannot lose an index
   */
  static Closure of(GraphAxes axes, Dimension dimension, int index, int digit) {
    Closure closure = new Closure(axes, digit);
    closure.remove(dimension, index);
    while (!closure.open.isEmpty()) {
      closure.follow(closure.open.remove());
    }
    return closure;
  }

  /** What goes along each dimension. */
  Map<Dimension, BitSet> removed() {
    return removed;
  }

  /** What goes along one dimension. */
  BitSet removed(Dimension dimension) {
    return removed.getOrDefault(dimension, new BitSet());
  }

  /** Whether nothing changes where all weights of it are zero. */
  boolean isExact() {
    return exact;
  }

  private void remove(Dimension dimension, int... indices) {
    BitSet gone = removed.computeIfAbsent(dimension, _ -> new BitSet());
    int before = gone.cardinality();
    Arrays.stream(indices).forEach(gone::set);
    if (gone.cardinality() > before && !open.contains(dimension)) {
      open.add(dimension);
    }
  }

  private int[] gone(Dimension dimension) {
    return removed(dimension).stream().toArray();
  }

  private void follow(Dimension dimension) {
    Value value = dimension.value();
    axes.tied().with(dimension).forEach(other -> remove(other, gone(dimension)));
    if (value.constant().filter(tensor -> tensor.dataType().bits() < Byte.SIZE).isPresent()) {
      throw new NotRemovable("'" + value.name() + "' has several numbers in a byte");
    }
    Node producer = value.producer();
    if (producer != null && value.constant().isEmpty()) {
      int position = producer.outputs().indexOf(value);
      follow(producer, Axis.ofOutput(position, dimension.axis()), dimension);
    }
    for (Value.Use use : value.uses()) {
      if (use.node().graph() != value.graph()) {
        throw new NotRemovable("a graph inside of another node reads '" + value.name() + "'");
      }
      follow(use.node(), Axis.ofInput(use.index(), dimension.axis()), dimension);
    }
  }

  private void follow(Node node, Axis axis, Dimension dimension) {
    if (SizeReaders.isIndifferent(node, dimension.axis())) {
      return;
    }
    List<AxisMap> maps = axes.at(node, axis);
    for (AxisMap map : maps) {
      exact &= map.kind() != Kind.MIXED || isRecurrent(node);
      carry(node, map, dimension);
    }
    if (maps.stream().noneMatch(map -> map.map().isSame())) {
      completeDigits(node, maps, dimension);
    }
    maps.stream()
        .filter(map -> isGrouped(node, map))
        .forEach(map -> balance(node, dimension, map.map()));
  }

  /** What belongs to nothing but indices that go, goes with them. */
  private void carry(Node node, AxisMap map, Dimension from) {
    IndexMap inverse = map.map().inverse();
    BitSet gone = removed(from);
    int[] going =
        Arrays.stream(map.map().gather(gone(from)))
            .filter(index -> Arrays.stream(inverse.gather(index)).allMatch(gone::get))
            .toArray();
    remove(GraphAxes.dimension(node, map.source()), going);
  }

  /** Where an index goes and no digit of it does, one has to. */
  private void completeDigits(Node node, List<AxisMap> maps, Dimension dimension) {
    BitSet related = new BitSet();
    BitSet explained = new BitSet();
    for (AxisMap map : maps) {
      IndexMap inverse = map.map().inverse();
      set(related, inverse.gather(all(inverse.size())));
      set(explained, inverse.gather(gone(GraphAxes.dimension(node, map.source()))));
    }
    for (int index : gone(dimension)) {
      if (related.get(index) && !explained.get(index)) {
        complete(dimension, maps, index);
      }
    }
  }

  private static void set(BitSet bits, int... indices) {
    Arrays.stream(indices).forEach(bits::set);
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** Lets all go that has one digit in common with an index. */
  private void complete(Dimension dimension, List<AxisMap> maps, int index) {
    Set<List<Integer>> blocks = new LinkedHashSet<>();
    for (AxisMap map : maps) {
      int[] block = map.map().inverse().gather(map.map().gather(index));
      if (block.length > 0) {
        blocks.add(Arrays.stream(block).boxed().toList());
      }
    }
    List<Integer> block = List.copyOf(blocks).get(Math.min(digit, blocks.size() - 1));
    remove(dimension, block.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Groups have one size, so they go whole, or the same place of each goes.
   *
   * @param map from the axis to groups
   */
  private void balance(Node node, Dimension dimension, IndexMap map) {
    BitSet gone = removed(dimension);
    Map<List<Integer>, BitSet> groups = new LinkedHashMap<>();
    for (int index : map.inverse().gather(all(map.sources()))) {
      List<Integer> group = Arrays.stream(map.gather(index)).boxed().toList();
      groups.computeIfAbsent(group, _ -> new BitSet()).set(index);
    }
    boolean whole = groups.values().stream().allMatch(group -> isWhole(group, gone));
    if (whole) {
      return;
    }
    for (BitSet group : groups.values()) {
      int[] places = group.stream().toArray();
      for (int place = 0; place < places.length; place++) {
        if (gone.get(places[place])) {
          remove(dimension, takesWhole(node) ? places : samePlace(groups, place));
        }
      }
    }
  }

  /** Fused attention scales by the size of a head, which therefore stays. */
  private boolean takesWhole(Node node) {
    return digit == 0 || Op.of(node).filter(ATTENTION::contains).isPresent();
  }

  private static boolean isWhole(BitSet group, BitSet gone) {
    BitSet going = (BitSet) group.clone();
    going.and(gone);
    return going.isEmpty() || going.equals(group);
  }

  private static int[] samePlace(Map<List<Integer>, BitSet> groups, int place) {
    return groups.values().stream()
        .map(group -> group.stream().toArray())
        .filter(places -> place < places.length)
        .mapToInt(places -> places[place])
        .toArray();
  }

  private static boolean isGrouped(Node node, AxisMap map) {
    boolean channels = map.axis().isOutput() != map.source().isOutput();
    boolean data = map.axis().position() == 0 && map.source().position() == 0;
    return map.kind() == Kind.GROUPED
        || (channels && data && Op.of(node).filter(CONVOLUTIONS::contains).isPresent());
  }

  private static boolean isRecurrent(Node node) {
    return Op.of(node).filter(RECURRENT::contains).isPresent();
  }
}
