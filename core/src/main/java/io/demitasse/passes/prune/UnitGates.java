package io.demitasse.passes.prune;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.DependencyGraph;
import io.demitasse.prune.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A copy of a model in which every layer sees the units of groups through gates: a factor for each
 * unit, 1 where it is open, the same one for all layers that read it, so that its gradient is that
 * of the unit as a whole.
 *
 * <pre>
 *   h[N,8] ─ MatMul v[8,6]      becomes   h[N,8] ─ Mul ─ MatMul v[8,6]
 *                                         gate[8 + 1] ─ Gather ─┘
 * </pre>
 *
 * <p>The last number of a gate is for channels of what is read that are in no unit of the group.
 */
final class UnitGates {
  private final Model model;
  private final List<Optional<String>> keys = new ArrayList<>();

  /**
   * Of a model that is not changed.
   *
   * @param shut units whose factor is 0, by the names of their groups
   */
  UnitGates(Model original, Map<String, int[]> shut) {
    this.model = original.copy();
    DependencyGraph graph = DependencyGraph.of(model);
    InferredShapes shapes = ShapeInference.proved(model);
    Map<Reader, Integer> ranks = new LinkedHashMap<>();
    graph
        .groups()
        .forEach(
            group ->
                graph
                    .readers(group)
                    .forEach(
                        reader -> rank(reader, shapes).ifPresent(rank -> ranks.put(reader, rank))));
    for (ChannelGroup group : graph.groups()) {
      Set<Reader> readers = new LinkedHashSet<>(graph.readers(group));
      readers.retainAll(ranks.keySet());
      if (!readers.isEmpty()) {
        Value gate = gate(group, shut.getOrDefault(group.id(), new int[0]));
        keys.add(Optional.of(gate.name()));
        readers.forEach(reader -> insert(gate, group, reader, ranks.getOrDefault(reader, 0)));
      } else {
        keys.add(Optional.empty());
      }
    }
  }

  /** Whether a layer that reads the units of a group can be given a gate. */
  static boolean fit(DependencyGraph graph, ChannelGroup group, InferredShapes shapes) {
    return graph.readers(group).stream().anyMatch(reader -> rank(reader, shapes).isPresent());
  }

  private static OptionalInt rank(Reader reader, InferredShapes shapes) {
    boolean known = reader.data().map().sources() > 0;
    return known ? shapes.rank(reader.data().dimension().value()) : OptionalInt.empty();
  }

  private Value gate(ChannelGroup group, int... shut) {
    float[] factors = new float[group.units() + 1];
    Arrays.fill(factors, 1);
    for (int unit : shut) {
      factors[unit] = 0;
    }
    Graph graph = model.graph();
    return graph.addInitializer(
        graph.freeName("gate_" + group.id()),
        Tensor.ofFloats(new long[] {factors.length}, factors));
  }

  private void insert(Value gate, ChannelGroup group, Reader reader, int rank) {
    Graph graph = model.graph();
    Value data = reader.data().dimension().value();
    Value places = graph.addInitializer(graph.freeName("gate_places"), places(group, reader, rank));
    Value gathered = graph.node("Gather").inputs(gate, places).insertBefore(reader.node()).output();
    Value through = graph.node("Mul").inputs(data, gathered).insertBefore(reader.node()).output();
    for (int input = 0; input < reader.node().inputs().size(); input++) {
      if (reader.node().input(input) == data) {
        reader.node().input(input, through);
      }
    }
  }

  /** For each channel its unit, with axes behind it, so that it lies along the axis of channels. */
  private static Tensor places(ChannelGroup group, Reader reader, int rank) {
    long[] units = new long[reader.data().map().sources()];
    Arrays.fill(units, group.units());
    for (int unit = 0; unit < group.units(); unit++) {
      for (int channel : reader.data().map().gather(unit)) {
        units[channel] = unit;
      }
    }
    long[] sizes = new long[rank - reader.data().dimension().axis()];
    Arrays.fill(sizes, 1);
    sizes[0] = units.length;
    return Tensor.ofNumbers(DataType.INT64, sizes, Arrays.stream(units).asDoubleStream().toArray());
  }

  Model model() {
    return model;
  }

  /**
   * Of each group of the original, in order, the key of its gate among the parameters of this
   * model; empty where no layer could be given one.
   */
  List<Optional<String>> keys() {
    return keys;
  }
}
