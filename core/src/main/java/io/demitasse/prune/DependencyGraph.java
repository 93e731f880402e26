package io.demitasse.prune;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Narrowing;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.ShapeInference;
import io.demitasse.ops.axes.Axis;
import io.demitasse.ops.axes.AxisMap;
import io.demitasse.ops.axes.IndexMap;
import io.demitasse.pass.Where;
import io.demitasse.prune.ChannelGroup.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Which parts of a model can be removed together.
 *
 * <p>Removing an output channel of a layer removes it from all that reads it, from all that is
 * added to it, and so from other layers that make what is added:
 *
 * <pre>
 *   x ─┬─ Conv a ─ Relu ─ Conv b ─ Add ─ Conv c      outputs of b and x's maker go together, with
 *      └───────────────────────────┘                 inputs of a and c; outputs of a go by themselves
 * </pre>
 *
 * <p>For whatever is grouped so, a unit can be removed where no way from it leads to an input or
 * output of the model or to a node of which it is not known how its axes belong together (Fang, Ma,
 * Song, Mi, Wang, "DepGraph: Towards Any Structural Pruning", CVPR 2023, for the idea of grouping
 * by dependency).
 */
public final class DependencyGraph {
  /** So many digits of a divided axis are tried: query, key or value; head; place in it. */
  private static final int DIGITS = 3;

  /**
   * Weights of which an axis cannot lose anything.
   *
   * @param reason in words
   */
  public record Blocked(Dimension dimension, String reason) {}

  private final Map<String, Model> models;
  private final Map<Graph, Before> before = new LinkedHashMap<>();
  private final TiedAxes tied;
  private final GraphAxes axes;
  private final List<ChannelGroup> groups = new ArrayList<>();
  private final List<Blocked> blocked = new ArrayList<>();
  private final Set<Dimension> seen = new HashSet<>();

  /** Which indices are in a group. */
  private final Map<Dimension, BitSet> taken = new HashMap<>();

  private DependencyGraph(Map<String, Model> models, TiedAxes tied) {
    this.models = models;
    this.tied = tied;
    models
        .values()
        .forEach(
            model ->
                before.put(model.graph(), new Before(ShapeInference.proved(model), model.opset())));
    this.axes = new GraphAxes(before, tied);
  }

  /**
   * Finds the groups of a model, which is not changed by it.
   *
   * <p>The main graph is looked at; what graphs inside of nodes read is not followed.
   */
  public static DependencyGraph of(Model model) {
    return new DependencyGraph(Map.of("", model), TiedAxes.NONE).visited();
  }

  /**
   * Finds the groups of some parts of a bundle, which go on through what ties the parts: a group
   * may have units in several of them. Each is called by its part and its first layer.
   *
   * @param parts those that may be changed
   * @param outputs whether sizes of outputs that no part takes may become less: they are what the
   *     program gives
   */
  public static DependencyGraph of(Bundle bundle, Set<String> parts, boolean outputs) {
    Map<String, Model> models = new LinkedHashMap<>(bundle.parts());
    models.keySet().retainAll(parts);
    return new DependencyGraph(models, TiedAxes.of(bundle, parts, outputs)).visited();
  }

  private DependencyGraph visited() {
    models.values().stream().flatMap(model -> model.graph().nodes().stream()).forEach(this::visit);
    return this;
  }

  private void visit(Node node) {
    for (int input = 0; input < node.inputs().size(); input++) {
      Value value = node.input(input);
      if (value != null && isWeight(value)) {
        visit(node, input);
      }
    }
  }

  /** The part that a graph is of. */
  public String part(Graph graph) {
    return models.entrySet().stream()
        .filter(entry -> entry.getValue().graph() == graph)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(graph + " is of no part"));
  }

  /** Whether units of a group lie in several parts. */
  public boolean isTied(ChannelGroup group) {
    return group.slices().stream()
            .map(slice -> slice.dimension().value().graph())
            .distinct()
            .count()
        > 1;
  }

  /** Whether other parts hold the same weight. */
  public boolean isTied(Value weight) {
    return tied.contains(weight);
  }

  /** The groups, in the order in which their first weights are read. */
  public List<ChannelGroup> groups() {
    return groups;
  }

  /**
   * The group of an id.
   *
   * @throws IllegalArgumentException when there is none
   */
  public ChannelGroup group(String id) {
    return groups.stream()
        .filter(group -> group.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no group '" + id + "'"));
  }

  /** The axes of weights that are in no group, each with a reason. */
  public List<Blocked> blocked() {
    return blocked;
  }

  /**
   * What goes with the indices of one axis of an activation, each of them a unit, whether or not
   * weights are in other groups too: with an axis that heads have in common, a place of all heads.
   *
   * @param dimension of what a node makes, of a size that is known
   * @param refused is told the reason where there is no such group
   */
  public Optional<ChannelGroup> around(Dimension dimension, Consumer<String> refused) {
    Node maker = dimension.value().producer();
    long size = size(dimension);
    if (maker == null || !before.containsKey(maker.graph()) || size < 2) {
      refused.accept(
          dimension + " is not in the main graph, or its size is not known or cannot become less");
      return Optional.empty();
    }
    try {
      List<Closure> units = units(dimension, (int) size, 0);
      Set<Dimension> all = new LinkedHashSet<>();
      units.forEach(unit -> all.addAll(unit.removed().keySet()));
      return Optional.of(group(maker, all, units));
    } catch (NotRemovable e) {
      refused.accept(e.reason());
      return Optional.empty();
    }
  }

  /** The layers that multiply the units of a group by float weights and sum up over them. */
  public List<Reader> readers(ChannelGroup group) {
    List<Reader> readers = new ArrayList<>();
    for (Slice weight : group.constants()) {
      Dimension dimension = weight.dimension();
      for (Value.Use use : dimension.value().uses()) {
        Axis axis = Axis.ofInput(use.index(), dimension.axis());
        for (AxisMap map : axes.of(use.node()).at(axis)) {
          Dimension data = GraphAxes.dimension(use.node(), map.source());
          if (map.kind() == AxisMap.Kind.CONTRACTED && isFloat(dimension.value())) {
            group
                .slice(data)
                .filter(slice -> !slice.isConstant())
                .ifPresent(
                    slice -> readers.add(new Reader(use.node(), use.index(), slice, weight)));
          }
        }
      }
    }
    return readers;
  }

  private static boolean isFloat(Value value) {
    return value.constant().filter(tensor -> tensor.dataType() == DataType.FLOAT).isPresent();
  }

  /** A constant as it is once units are removed, whatever it holds. */
  public Tensor kept(Value value, Tensor content, Map<ChannelGroup, int[]> units) {
    return new Cut(value.graph(), axes.before(value.graph()), new RemovedIndices(units))
        .kept(value, content);
  }

  /** The nodes that lose something with a group. */
  public Set<Node> nodes(ChannelGroup group) {
    Set<Node> nodes = new LinkedHashSet<>();
    for (Slice slice : group.slices()) {
      Value value = slice.dimension().value();
      if (value.producer() != null && value.constant().isEmpty()) {
        nodes.add(value.producer());
      }
      value.uses().forEach(use -> nodes.add(use.node()));
    }
    return nodes;
  }

  /**
   * Removes units from the model. Groups that were found are not to be used afterwards.
   *
   * @param units of each group, at least one of which stays
   */
  public void remove(Map<ChannelGroup, int[]> units) {
    units.forEach(
        (group, some) -> {
          if (IntStream.of(some).distinct().count() >= group.units()) {
            throw new IllegalArgumentException("nothing would be left of " + group.id());
          }
        });
    RemovedIndices removal = new RemovedIndices(units);
    before.forEach((graph, known) -> new Cut(graph, known, removal).apply());
    tied.weights().stream()
        .filter(weights -> weights.stream().anyMatch(each -> removal.axes(each).length > 0))
        .forEach(DependencyGraph::unite);
  }

  /** What holds the same numbers is one tensor, so that a folder can hold it once. */
  private static void unite(Set<Value> weights) {
    Tensor first = null;
    for (Value weight : weights) {
      Tensor own = weight.initializer();
      first = first == null ? own : first;
      if (own != null && first != null && own != first) {
        weight.graph().setInitializer(weight, first);
      }
    }
  }

  /** What becomes smaller of the inputs and outputs by which parts are tied. */
  public Map<Dimension, Narrowing> narrowings(Map<ChannelGroup, int[]> units) {
    RemovedIndices removal = new RemovedIndices(units);
    Map<Dimension, Narrowing> narrowings = new LinkedHashMap<>();
    tied.sizes()
        .forEach(
            (dimension, size) -> {
              Value value = dimension.value();
              int axis = dimension.axis();
              if (removal.touches(value, axis)) {
                int[] kept = removal.kept(value, axis, size);
                narrowings.put(dimension, new Narrowing(value, axis, size, kept));
              }
            });
    return narrowings;
  }

  private long size(Dimension dimension) {
    return axes.before(dimension.value().graph()).size(dimension.value(), dimension.axis());
  }

  private static boolean isWeight(Value value) {
    Optional<Tensor> constant = value.constant();
    return constant.isPresent()
        && constant.get().rank() > 1
        && constant.get().elementCount() > 1
        && (constant.get().dataType().isFloatingPoint()
            || value.uses().stream().anyMatch(use -> use.node().is("DequantizeLinear")));
  }

  /** Axes along which a window is moved are none of units. */
  private void visit(Node node, int input) {
    Value weight = node.requiredInput(input);
    Tensor tensor = weight.constant().orElseThrow();
    for (int axis = 0; axis < tensor.rank(); axis++) {
      Dimension dimension = new Dimension(weight, axis);
      boolean belongs = !axes.of(node).at(Axis.ofInput(input, axis)).isEmpty();
      if (tensor.size(axis) > 1
          && (belongs || axes.of(node).reason().isPresent())
          && seen.add(dimension)
          && taken(dimension).isEmpty()) {
        group(node, dimension, (int) tensor.size(axis));
      }
    }
  }

  private void group(Node node, Dimension dimension, int size) {
    String reason = "";
    for (int digit = 0; digit < DIGITS; digit++) {
      try {
        List<Closure> units = units(dimension, size, digit);
        if (units.size() > 1) {
          add(node, dimension, units);
          return;
        }
        reason = reason.isEmpty() ? "all of it goes together" : reason;
      } catch (NotRemovable e) {
        reason = reason.isEmpty() ? e.reason() : reason;
      }
    }
    blocked.add(new Blocked(dimension, reason));
  }

  /** What goes together, for all indices of a dimension. */
  private List<Closure> units(Dimension dimension, int size, int digit) {
    List<Closure> units = new ArrayList<>();
    BitSet covered = new BitSet();
    for (int index = 0; index < size; index = covered.nextClearBit(index)) {
      Closure unit = Closure.of(axes, dimension, index, digit);
      BitSet indices = unit.removed(dimension);
      if (indices.intersects(covered)) {
        throw new NotRemovable("what goes together differs from one index to the other");
      }
      covered.or(indices);
      units.add(unit);
      if (indices.cardinality() == size) {
        return units;
      }
    }
    return units;
  }

  private void add(Node node, Dimension seed, List<Closure> units) {
    Map<Dimension, BitSet> all = new LinkedHashMap<>();
    for (Closure unit : units) {
      unit.removed()
          .forEach(
              (dimension, indices) ->
                  all.computeIfAbsent(dimension, _ -> new BitSet()).or(indices));
    }
    if (all.entrySet().stream()
        .anyMatch(entry -> taken(entry.getKey()).intersects(entry.getValue()))) {
      blocked.add(new Blocked(seed, "it overlaps another group"));
      return;
    }
    all.forEach((dimension, indices) -> taken(dimension).or(indices));
    groups.add(group(node, all.keySet(), units));
  }

  private ChannelGroup group(Node node, Set<Dimension> all, List<Closure> units) {
    List<Slice> slices =
        all.stream().map(dimension -> new Slice(dimension, map(dimension, units))).toList();
    boolean exact = units.stream().allMatch(Closure::isExact);
    String part = part(node.graph());
    String id = part.isEmpty() ? Where.label(node) : part + ":" + Where.label(node);
    return new ChannelGroup(id, units.size(), slices, exact);
  }

  private BitSet taken(Dimension dimension) {
    return taken.computeIfAbsent(dimension, _ -> new BitSet());
  }

  private IndexMap map(Dimension dimension, List<Closure> units) {
    int[][] lists =
        units.stream()
            .map(unit -> unit.removed(dimension).stream().toArray())
            .toArray(int[][]::new);
    int size = (int) size(dimension);
    int known = Arrays.stream(lists).flatMapToInt(Arrays::stream).max().orElse(0) + 1;
    return IndexMap.listed(Math.max(size, known), lists);
  }
}
