package io.demitasse.train;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The blocks that a model is a sequence of. One ends where all that flows on is a single value, so
 * that a block has few inputs and one output, and what runs beside each other is in one block: a
 * residual block, the attention of a transformer, its feed-forward network.
 *
 * <pre>
 *        ┌───────────── one block ─────────────┐
 *   x ─┬─│─ Conv ─ Relu ─ Conv ─ Add ─ Relu ───│─ y ─ ...
 *      └─│───────────────────────┘             │
 *        └─────────────────────────────────────┘
 * </pre>
 *
 * <p>What is behind a layer and has none itself, such as a normalization, an activation or pooling,
 * goes with the layer. Towers that run beside each other, as those of pictures and of texts, have
 * blocks of their own up to where they meet.
 */
public final class Blocks {

  /**
   * A block.
   *
   * @param inputs names of the ends of earlier blocks that it reads; inputs of the model and what
   *     is made of them alone are not among them
   * @param outputs names of what it gives to later blocks, and of outputs of the model
   */
  public record Span(Set<String> inputs, List<String> outputs) {
    public Span {
      inputs = Set.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }

    /**
     * This block as a model of its own.
     *
     * @param model that it was found in, or another one that has its values by name
     * @throws io.demitasse.error.DemitasseException (bad request) where it cannot be cut out of it
     */
    public Model of(Model model) {
      Set<String> sources = ActivationFlow.sources(model.graph(), inputs, outputs);
      return Block.of(model, List.copyOf(sources), outputs);
    }
  }

  private final ActivationFlow flow;
  private final Predicate<String> ends;
  private final int layers;
  private final InferredShapes shapes;

  /** How many nodes still read an activation. */
  private final Map<Value, Integer> readers = new HashMap<>();

  private final Map<Value, Tower> towers = new HashMap<>();
  private final List<List<Node>> blocks = new ArrayList<>();
  private final Set<String> narrow = new LinkedHashSet<>();

  private Blocks(Model model, Predicate<String> ends, int layers) {
    this.flow = new ActivationFlow(model);
    this.ends = ends;
    this.layers = layers;
    this.shapes = ShapeInference.proved(model);
    for (Node node : flow.graph().nodes()) {
      flow.readBy(node).forEach(value -> readers.merge(value, 1, Integer::sum));
    }
    flow.graph().nodes().forEach(this::pass);
    new LinkedHashSet<>(towers.values()).forEach(this::finish);
    blocks.sort(Comparator.comparing(this::last));
  }

  /**
   * The blocks of a model, in an order in which each comes after those that it reads from.
   *
   * @param ends says at which values a block may end, by name
   * @param layers that a block has at least, where there are so many: matrices that are multiplied
   *     by and windows that are convolved with
   */
  public static List<Span> of(Model model, Predicate<String> ends, int layers) {
    Blocks found = new Blocks(model, ends, layers);
    return found.blocks.stream().map(found::span).filter(span -> !span.outputs.isEmpty()).toList();
  }

  /** The names of all values of floats at which a block of a model may end, in order. */
  public static Set<String> ends(Model model) {
    return new Blocks(model, _ -> true, 1).narrow;
  }

  /** What flows side by side until it meets. */
  private static final class Tower {
    /** Nodes since the last end. */
    private List<Node> nodes = new ArrayList<>();

    /** What came before it and belongs to no block yet. */
    private List<List<Node>> pending = new ArrayList<>();

    /** Values that are read further on. */
    private final Set<Value> open = new HashSet<>();

    private void join(Tower other) {
      nodes.addAll(other.nodes);
      pending.addAll(other.pending);
      open.addAll(other.open);
    }
  }

  private void pass(Node node) {
    List<Value> made = flow.madeBy(node);
    if (made.isEmpty()) {
      return;
    }
    Tower tower = tower(flow.readBy(node));
    tower.nodes.add(node);
    for (Value value : made) {
      towers.put(value, tower);
      if (readers.containsKey(value)) {
        tower.open.add(value);
      }
    }
    flow.readBy(node)
        .forEach(
            value -> {
              if (readers.merge(value, -1, Integer::sum) == 0) {
                tower.open.remove(value);
              }
            });
    if (tower.open.size() == 1) {
      Value end = tower.open.iterator().next();
      if (isFloat(end) && ends.test(end.name())) {
        narrow.add(end.name());
        end(tower);
      }
    }
  }

  /** The tower of all of these values, which meet here. */
  private Tower tower(Set<Value> read) {
    Set<Tower> meeting = new LinkedHashSet<>();
    read.forEach(value -> meeting.add(Objects.requireNonNull(towers.get(value))));
    if (meeting.size() == 1) {
      return meeting.iterator().next();
    }
    Tower met = new Tower();
    meeting.forEach(met::join);
    towers.replaceAll((_, tower) -> meeting.contains(tower) ? met : tower);
    return met;
  }

  private boolean isFloat(Value value) {
    return shapes.dataType(value).filter(DataType::isFloatingPoint).isPresent();
  }

  /**
   * Ends what has come since the last end. What came before it is a block where it has layers
   * enough, and another layer begins or several towers meet; else it goes on.
   */
  private void end(Tower tower) {
    List<Node> nodes = new ArrayList<>();
    boolean another = layers(tower.nodes) > 0 || tower.pending.size() > 1;
    for (List<Node> before : tower.pending) {
      if (another && layers(before) >= layers) {
        blocks.add(before);
      } else {
        nodes.addAll(before);
      }
    }
    nodes.addAll(tower.nodes);
    tower.nodes = new ArrayList<>();
    tower.pending = new ArrayList<>(List.of(nodes));
  }

  private void finish(Tower tower) {
    if (!tower.nodes.isEmpty()) {
      end(tower);
    }
    blocks.addAll(tower.pending);
  }

  private static int layers(List<Node> nodes) {
    return nodes.stream().mapToInt(ActivationFlow::layers).sum();
  }

  private final Map<Node, Integer> places = new LinkedHashMap<>();

  private int last(List<Node> block) {
    if (places.isEmpty()) {
      flow.graph().nodes().forEach(node -> places.put(node, places.size()));
    }
    return block.stream()
        .mapToInt(node -> Objects.requireNonNull(places.get(node)))
        .max()
        .orElse(0);
  }

  private Span span(List<Node> block) {
    Set<Node> inside = new HashSet<>(block);
    Set<String> inputs = new LinkedHashSet<>();
    Set<String> outputs = new LinkedHashSet<>();
    for (Node node : flow.graph().nodes()) {
      boolean within = inside.contains(node);
      for (Value value : flow.readBy(node)) {
        if (within && !inside.contains(value.producer())) {
          inputs.add(value.name());
        } else if (!within && inside.contains(value.producer())) {
          outputs.add(value.name());
        }
      }
      if (within) {
        flow.madeBy(node).stream().filter(Value::isOutput).map(Value::name).forEach(outputs::add);
      }
    }
    return new Span(inputs, List.copyOf(outputs));
  }
}
