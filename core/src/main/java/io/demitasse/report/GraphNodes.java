package io.demitasse.report;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.ops.TensorFacts;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.pipeline.Change;
import io.demitasse.report.GraphNode.Fate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sets the graph of a result against that of the original, node by node. Nodes are the same where
 * their labels are; constants are weights and left out.
 */
public final class GraphNodes {
  /** Where nodes stand that are gone and that nothing which is left stands before. */
  private static final String BEGINNING = "";

  private final Map<String, Node> before;
  private final Map<String, Node> after;
  private final Set<String> lossy;
  private final Set<String> exact;
  private final InferredShapes sizesBefore;
  private final InferredShapes sizesAfter;

  private GraphNodes(Model before, Model after, List<Change> changes) {
    this.before = nodes(before);
    this.after = nodes(after);
    this.lossy = changed(changes, false);
    this.exact = changed(changes, true);
    this.sizesBefore = ShapeInference.infer(before, Map.of());
    this.sizesAfter = ShapeInference.infer(after, Map.of());
  }

  /**
   * The nodes of the result in order of execution, and those that are gone where they were.
   *
   * @param changes what the kept steps did
   */
  public static List<GraphNode> of(Model before, Model after, List<Change> changes) {
    return new GraphNodes(before, after, changes).all();
  }

  private static Map<String, Node> nodes(Model model) {
    Map<String, Node> nodes = new LinkedHashMap<>();
    model.forEachNode(
        node -> {
          if (!node.is("Constant")) {
            nodes.putIfAbsent(Where.label(node), node);
          }
        });
    return nodes;
  }

  private static Set<String> changed(List<Change> changes, boolean exact) {
    Map<String, Boolean> known = new HashMap<>();
    return changes.stream()
        .filter(change -> change.applied() && !change.node().isEmpty())
        .filter(change -> known.computeIfAbsent(change.pass(), GraphNodes::isExact) == exact)
        .map(Change::node)
        .collect(Collectors.toSet());
  }

  private static boolean isExact(String pass) {
    return Catalogue.find(pass)
        .map(found -> PassOptions.info(found).effect() == PassInfo.Effect.EXACT)
        .orElse(true);
  }

  private List<GraphNode> all() {
    Map<String, List<String>> gone = gone();
    List<String> order = new ArrayList<>(gone.getOrDefault(BEGINNING, List.of()));
    for (String label : after.keySet()) {
      order.add(label);
      order.addAll(gone.getOrDefault(label, List.of()));
    }
    Map<String, Integer> places = new HashMap<>();
    order.forEach(label -> places.putIfAbsent(label, places.size()));
    return order.stream().map(label -> node(label, places)).toList();
  }

  /** What is gone, by what is left and stood before it. */
  private Map<String, List<String>> gone() {
    Map<String, List<String>> gone = new HashMap<>();
    String left = BEGINNING;
    for (String label : before.keySet()) {
      if (after.containsKey(label)) {
        left = label;
      } else {
        gone.computeIfAbsent(left, any -> new ArrayList<>()).add(label);
      }
    }
    return gone;
  }

  private GraphNode node(String label, Map<String, Integer> places) {
    Node there = after.get(label);
    Node node = there != null ? there : Objects.requireNonNull(before.get(label));
    List<Integer> inputs =
        node.inputs().stream()
            .flatMap(input -> producer(input).stream())
            .flatMap(producer -> Stream.ofNullable(places.get(Where.label(producer))))
            .distinct()
            .toList();
    return new GraphNode(
        label,
        Where.operator(node),
        fate(label),
        output(node, there != null ? sizesAfter : sizesBefore),
        inputs);
  }

  private static Optional<Node> producer(@Nullable Value input) {
    return input == null ? Optional.empty() : Optional.ofNullable(input.producer());
  }

  private Fate fate(String label) {
    Node was = before.get(label);
    Node is = after.get(label);
    if (is == null) {
      return Fate.REMOVED;
    }
    if (lossy.contains(label)) {
      return Fate.QUANTIZED;
    }
    if (was == null) {
      return Fate.ADDED;
    }
    return exact.contains(label) || !Where.operator(was).equals(Where.operator(is))
        ? Fate.CHANGED
        : Fate.UNCHANGED;
  }

  private static String output(Node node, InferredShapes sizes) {
    Value first = node.output(0);
    if (first == null) {
      return "";
    }
    ValueType declared = first.type();
    TensorFacts known = sizes.of(first).orElse(null);
    if (known == null || (!known.isFixed() && declared != null)) {
      return declared == null ? "" : declared.toString();
    }
    return known.dataType().text()
        + Arrays.stream(known.sizes())
            .mapToObj(size -> size == TensorFacts.OPEN ? "?" : Long.toString(size))
            .collect(Collectors.joining(",", "[", "]"));
  }
}
