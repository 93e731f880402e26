package io.demitasse.ops;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.ChangeListener;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes.Cause;
import io.demitasse.ops.InferredShapes.Gap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the values of a graph and of those nested in it. It is found when it is asked
 * for, from the nodes that lead there, and kept until one of them changes.
 *
 * <p>Branches of an If are both followed, and agree on what both give; bodies of loops are followed
 * from what their inputs declare, as far as that is believed.
 */
final class GraphFacts implements ChangeListener {
  /** Elements of all contents that are followed: 32 MB. */
  private static final int MOST_NUMBERS = 1 << 22;

  private final Graph graph;
  private final Declarations declarations;
  private final Symbols symbols;
  private final Map<Value, TensorFacts> facts = new HashMap<>();
  private final Map<Node, Gap> gaps = new LinkedHashMap<>();

  /** The nodes whose outputs were inferred, as far as they can be. */
  private final Set<Node> followed = new HashSet<>();

  /** The nodes that give out a value as the result of a branch. */
  private final Map<Value, Set<Node>> branching = new HashMap<>();

  private int numbersLeft = MOST_NUMBERS;

  GraphFacts(Graph graph, Map<String, long[]> inputShapes, Belief belief) {
    this.graph = graph;
    this.symbols = new Symbols();
    this.declarations = new Declarations(inputShapes, belief, symbols);
  }

  Symbols symbols() {
    return symbols;
  }

  /** What is known of a value; null when nothing is, or when it belongs to another graph. */
  @Nullable TensorFacts of(Value value) {
    Node producer = value.producer();
    if (!isInside(value.graph()) || (producer != null && producer.isRemoved())) {
      return null;
    }
    if (producer != null) {
      follow(producer);
    }
    return known(value);
  }

  private boolean isInside(Graph inner) {
    Graph each = inner;
    while (each.outer() != null && each != graph) {
      each = each.outer();
    }
    return each == graph;
  }

  /** Finds all there is. */
  Map<Value, TensorFacts> all() {
    follow(graph);
    return facts;
  }

  List<Gap> gaps() {
    follow(graph);
    return List.copyOf(gaps.values());
  }

  private void follow(Graph inner) {
    inner.initializers().forEach(this::known);
    inner.inputs().forEach(this::known);
    for (Node node : inner.nodes()) {
      node.subgraphs().forEach(this::follow);
      follow(node);
    }
  }

  /** Infers the outputs of a node, and before them those of all nodes that lead there. */
  private void follow(Node target) {
    if (followed.contains(target)) {
      return;
    }
    Set<Node> begun = new HashSet<>();
    Deque<Node> open = new ArrayDeque<>(List.of(target));
    while (!open.isEmpty()) {
      Node node = open.getLast();
      if (!followed.contains(node) && begun.add(node)) {
        for (Value value : read(node)) {
          Node before = value.producer();
          if (before != null && !followed.contains(before) && !begun.contains(before)) {
            open.addLast(before);
          }
        }
      } else {
        open.removeLast();
        if (followed.add(node)) {
          infer(node);
        }
      }
    }
  }

  /** The values that decide what is known of a node's outputs. */
  private List<Value> read(Node node) {
    List<Value> read = new ArrayList<>();
    for (Value input : node.inputs()) {
      if (input != null) {
        read.add(input);
      }
    }
    if (Op.IF.is(node)) {
      for (Graph branch : node.subgraphs()) {
        for (Value output : branch.outputs()) {
          branching.computeIfAbsent(output, _ -> new HashSet<>()).add(node);
          read.add(output);
        }
      }
    }
    return read;
  }

  private void infer(Node node) {
    Optional<Tensor> constant = constant(node);
    if (constant.isPresent()) {
      keep(node.output(), TensorFacts.of(constant.get()));
      return;
    }
    List<@Nullable TensorFacts> inferred = Op.IF.is(node) ? branches(node) : ruled(node);
    for (int i = 0; i < node.outputs().size(); i++) {
      Value output = node.output(i);
      if (output != null) {
        keep(output, declarations.completed(i < inferred.size() ? inferred.get(i) : null, output));
      }
    }
  }

  private static Optional<Tensor> constant(Node node) {
    Value first = node.output(0);
    return first == null || !Op.CONSTANT.is(node) ? Optional.empty() : first.constant();
  }

  /** Notes what is known; contents only as long as all of them together are small. */
  private void keep(Value value, @Nullable TensorFacts known) {
    if (known != null) {
      int count = count(known);
      boolean room = count <= numbersLeft;
      numbersLeft -= room ? count : 0;
      facts.put(value, symbols.named(room ? known : known.with(null)));
    }
  }

  private static int count(TensorFacts known) {
    Content content = known.content();
    return content == null ? 0 : content.length() * (content.symbols() == null ? 1 : 2);
  }

  /** What was found of a value; of one that no node makes it is found here. */
  private @Nullable TensorFacts known(Value value) {
    if (value.producer() == null && !facts.containsKey(value)) {
      keep(value, declarations.ofSource(value));
    }
    return facts.get(value);
  }

  private List<@Nullable TensorFacts> ruled(Node node) {
    List<@Nullable TensorFacts> inputs = new ArrayList<>();
    boolean complete = true;
    for (Value input : node.inputs()) {
      TensorFacts known = input == null ? null : known(input);
      inputs.add(known);
      complete &= input == null || known != null;
    }
    NodeFacts of = new NodeFacts(node, inputs, symbols);
    Op op = Op.of(node).orElse(null);
    Optional<String> misfit = op == null ? Optional.empty() : Fit.problem(op, of);
    if (misfit.isPresent()) {
      gaps.put(node, new Gap(node, misfit.get(), Cause.MISFIT));
      return List.of();
    }
    Gap gap = new Gap(node, "its operator is unknown", Cause.UNKNOWN);
    try {
      if (op != null) {
        return OutputShapes.outputs(op, of);
      }
    } catch (NotInferable e) {
      gap = new Gap(node, e.reason(), e.cause());
    }
    if (complete) {
      gaps.put(node, gap);
    }
    return List.of();
  }

  private List<@Nullable TensorFacts> branches(Node node) {
    List<List<@Nullable TensorFacts>> branches = new ArrayList<>();
    TensorFacts known = node.input(0) == null ? null : known(node.requiredInput(0));
    double[] condition = known == null ? null : known.numbers();
    for (String name : List.of("then_branch", "else_branch")) {
      boolean taken =
          condition == null
              || condition.length != 1
              || Double.isNaN(condition[0])
              || (condition[0] != 0) == name.startsWith("then");
      if (taken && node.attribute(name) instanceof Attribute.OfGraph(Graph branch)) {
        branches.add(branch.outputs().stream().map(this::known).toList());
      }
    }
    if (branches.isEmpty()) {
      return List.of();
    }
    List<@Nullable TensorFacts> common = new ArrayList<>(branches.getFirst());
    for (int i = 0; i < common.size(); i++) {
      TensorFacts one = common.get(i);
      TensorFacts other = i < branches.getLast().size() ? branches.getLast().get(i) : null;
      common.set(i, one == null || other == null ? null : one.or(other));
    }
    return common;
  }

  /** Forgets what followed from the value, to find it anew when it is asked for. */
  @Override
  public void changed(Value value) {
    Deque<Node> stale = new ArrayDeque<>();
    Node producer = value.producer();
    if (producer != null) {
      stale.add(producer);
    }
    if (forget(value) || producer == null) {
      stale.addAll(readers(value));
    }
    while (!stale.isEmpty()) {
      Node node = stale.remove();
      if (followed.remove(node)) { // nothing was inferred behind one that was not
        gaps.remove(node);
        for (Value output : node.presentOutputs()) {
          forget(output);
          stale.addAll(readers(output));
        }
      }
    }
  }

  private boolean forget(Value value) {
    TensorFacts known = facts.remove(value);
    numbersLeft += known == null ? 0 : count(known);
    return known != null;
  }

  private List<Node> readers(Value value) {
    List<Node> readers = new ArrayList<>(branching.getOrDefault(value, Set.of()));
    value.uses().forEach(use -> readers.add(use.node()));
    return readers;
  }
}
