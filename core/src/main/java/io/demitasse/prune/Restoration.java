package io.demitasse.prune;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Removal;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.rewrite.ConstantContent;
import io.demitasse.rewrite.Unread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Puts what was removed from a model back to what has become of the rest of it.
 *
 * <pre>
 *   before    x[2] ─ MatMul w[2,3] ─ Relu ─ MatMul v[3,2]
 *   after     x[2] ─ MatMul w[2,2] ─ Relu ─ MatMul v[2,2]     the unit in the middle is gone
 *   now       x[2] ─ MatMul w'[2,2] ─ Relu ─ MatMul v'[2,2]   and the others have learned
 *
 *   whole     x[2] ─ MatMul [w'0 w1 w'2] ─ Relu ─ MatMul [v'0 v1 v'2]
 * </pre>
 *
 * <p>Where weights took over for what went, what they took over is given back, and what they
 * learned since is kept: each is what it was before, and what it is now less what it was after.
 */
public final class Restoration {
  private final Model whole;
  private final Map<String, Node> after;
  private final Map<String, Node> now;
  private final RemovedIndices removed;
  private final boolean givenBack;

  private Restoration(Removal removal, Model now, boolean givenBack) {
    this.whole = removal.before().copy();
    this.after = SameNodes.of(removal.after());
    this.now = SameNodes.of(now);
    this.removed = new RemovedIndices(units(whole, removal));
    this.givenBack = givenBack;
  }

  /** The units of groups of a model, by what their groups are called; blocks are in none. */
  private static Map<ChannelGroup, int[]> units(Model model, Removal removal) {
    DependencyGraph graph = DependencyGraph.of(model);
    Map<ChannelGroup, int[]> units = new LinkedHashMap<>();
    for (RemovedUnits gone : removal.units()) {
      if (gone.kind() != RemovedUnits.Kind.BLOCK) {
        units.put(graph.group(gone.group()), gone.indices());
      }
    }
    return units;
  }

  /**
   * Why what was removed cannot be put back to a model; empty where it can.
   *
   * @param now what has become of what the removal left
   */
  public static Optional<String> misfit(Removal removal, Model now) {
    Map<String, Node> left = SameNodes.of(removal.after());
    Map<String, Node> there = SameNodes.of(now);
    for (Map.Entry<String, Node> entry : left.entrySet()) {
      Node node = entry.getValue();
      Node other = there.get(entry.getKey());
      if (other == null || !fits(node, other)) {
        return Optional.of(
            node
                + " was changed since the removal: bring back what went before a later step"
                + " changes operators or sizes");
      }
    }
    return there.size() == left.size()
        ? Optional.empty()
        : Optional.of(
            "later steps added "
                + (there.size() - left.size())
                + " nodes: bring back what went before they do");
  }

  private static boolean fits(Node node, Node other) {
    if (!node.opType().equals(other.opType())
        || !node.domain().equals(other.domain())
        || node.inputs().size() != other.inputs().size()) {
      return false;
    }
    for (int input = 0; input < node.inputs().size(); input++) {
      if (!type(node, input).equals(type(other, input))) {
        return false;
      }
    }
    return true;
  }

  /** What kind of constant a node reads, if it is one. */
  private static Optional<ValueType> type(Node node, int input) {
    return node.input(input) == null
        ? Optional.empty()
        : node.constantInput(input).map(Tensor::type);
  }

  /**
   * The model with all that it had.
   *
   * @param now what has become of what the removal left; it {@linkplain #misfit fits}
   * @param givenBack whether what weights took over is given back; else they stay as they are now
   */
  public static Model whole(Removal removal, Model now, boolean givenBack) {
    Restoration restoration = new Restoration(removal, now, givenBack);
    restoration.readers().forEach(restoration::restore);
    return restoration.whole;
  }

  /** A node that reads a constant of the whole, in all three models. */
  private record Reader(Node node, int input, Value after, Value now) {}

  /** Who reads each constant and was not removed. */
  private Map<Value, List<Reader>> readers() {
    Map<Value, List<Reader>> readers = new LinkedHashMap<>();
    SameNodes.of(whole)
        .forEach(
            (key, node) -> {
              Node left = after.get(key);
              for (int input = 0; left != null && input < node.inputs().size(); input++) {
                if (type(node, input).isPresent()) {
                  Value there = Objects.requireNonNull(now.get(key)).requiredInput(input);
                  readers
                      .computeIfAbsent(node.requiredInput(input), _ -> new ArrayList<>())
                      .add(new Reader(node, input, left.requiredInput(input), there));
                }
              }
            });
    return readers;
  }

  /** Training may have split what several read. */
  private void restore(Value constant, List<Reader> readers) {
    Map<Value, List<Reader>> split = new LinkedHashMap<>();
    readers.forEach(
        reader -> split.computeIfAbsent(reader.now(), _ -> new ArrayList<>()).add(reader));
    Tensor before = constant.constant().orElseThrow();
    split.forEach(
        (value, some) -> {
          Tensor content =
              content(
                  constant,
                  before,
                  some.getFirst().after().constant().orElseThrow(),
                  value.constant().orElseThrow());
          if (split.size() == 1) {
            ConstantContent.replace(constant, content);
          } else {
            Graph graph = constant.graph();
            Value own = graph.addInitializer(graph.freeName(constant.name()), content);
            some.forEach(reader -> reader.node().input(reader.input(), own));
          }
        });
    Unread.remove(constant);
  }

  /** What was removed as it was, and among it what is there now. */
  private Tensor content(Value constant, Tensor before, Tensor left, Tensor there) {
    if (there == before || !before.dataType().isFloatingPoint()) {
      return before;
    }
    double[] all = before.toDoubles();
    double[] then = left.toDoubles();
    double[] learned = there.toDoubles();
    int[] places = kept(constant, before);
    for (int i = 0; i < places.length; i++) {
      double taken = givenBack ? then[i] - all[places[i]] : 0;
      all[places[i]] = learned[i] - taken;
    }
    return Tensor.ofNumbers(before.dataType(), before.sizes(), all);
  }

  /** Where the elements that stayed were before, in order. */
  private int[] kept(Value constant, Tensor before) {
    int[] places = {0};
    for (int axis = 0; axis < before.rank(); axis++) {
      int size = (int) before.size(axis);
      int[] indices = removed.kept(constant, axis, size);
      places =
          Arrays.stream(places)
              .flatMap(place -> Arrays.stream(indices).map(index -> place * size + index))
              .toArray();
    }
    return places;
  }
}
