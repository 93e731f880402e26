package io.demitasse.ops;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The most memory that values take at once when nodes run in order and each value is freed after
 * its last reader.
 *
 * <p>Sums that are beyond counting stay at {@link Long#MAX_VALUE}. A node that only views its input
 * under another shape takes nothing: its output is the same memory. Constants are weights and not
 * counted.
 */
final class Liveness {
  private static final Set<Op> VIEWS =
      Set.of(Op.FLATTEN, Op.IDENTITY, Op.RESHAPE, Op.SQUEEZE, Op.UNSQUEEZE);

  private final InferredShapes shapes;
  private final Set<Value> unknown = new LinkedHashSet<>();

  Liveness(InferredShapes shapes) {
    this.shapes = shapes;
  }

  /** Values that are missing in the peak, because their size is not known. */
  Set<Value> unknown() {
    return unknown;
  }

  /**
   * The peak of a graph in bytes; of graphs nested in a node, such as two branches, the largest
   * counts.
   */
  long peak(Graph graph) {
    List<Node> nodes = graph.nodes();
    Map<Value, Value> owners = owners(graph, nodes);
    List<List<Value>> freed = freedAfter(graph, nodes, owners);
    long live = graph.inputs().stream().mapToLong(this::bytes).reduce(0, Liveness::plus);
    long peak = live;
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      for (Value output : node.presentOutputs()) {
        live = plus(live, owners.get(output) == output ? bytes(output) : 0);
      }
      long nested = node.subgraphs().stream().mapToLong(this::peak).max().orElse(0);
      peak = Math.max(peak, plus(live, nested));
      live -= freed.get(i).stream().mapToLong(this::bytes).reduce(0, Liveness::plus);
    }
    return peak;
  }

  /** For each value of the graph, the value whose memory it is. */
  private static Map<Value, Value> owners(Graph graph, List<Node> nodes) {
    Map<Value, Value> owners = new HashMap<>();
    graph.inputs().forEach(input -> owners.put(input, input));
    for (Node node : nodes) {
      Value viewed = viewed(node);
      Value owner = viewed == null ? null : owners.get(viewed);
      for (Value output : node.presentOutputs()) {
        owners.put(output, owner == null ? output : owner);
      }
    }
    return owners;
  }

  private static @Nullable Value viewed(Node node) {
    return Op.of(node).filter(VIEWS::contains).isPresent() ? node.input(0) : null;
  }

  /** For each node, the values that nothing needs any more once it has run. */
  private static List<List<Value>> freedAfter(
      Graph graph, List<Node> nodes, Map<Value, Value> owners) {
    Map<Value, Integer> last = new HashMap<>();
    List<List<Value>> freed = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      freed.add(new ArrayList<>());
      for (Value touched : touched(nodes.get(i))) {
        Value owner = owners.get(touched);
        if (owner != null) {
          last.put(owner, i);
        }
      }
    }
    graph.outputs().forEach(output -> last.remove(owners.getOrDefault(output, output)));
    last.forEach((value, node) -> freed.get(node).add(value));
    return freed;
  }

  /** What a node and the graphs nested in it read or make. */
  private static Set<Value> touched(Node node) {
    Set<Value> touched = new LinkedHashSet<>(node.presentOutputs());
    touched.addAll(node.inputs());
    node.subgraphs().forEach(graph -> graph.forEachNode(inner -> touched.addAll(inner.inputs())));
    return touched;
  }

  private long bytes(Value value) {
    if (value.constant().isPresent()) {
      return 0;
    }
    long bytes = shapes.of(value).map(Liveness::bytes).orElse(TensorFacts.OPEN);
    if (bytes == TensorFacts.OPEN) {
      unknown.add(value);
      return 0;
    }
    return bytes;
  }

  private static long bytes(TensorFacts facts) {
    try {
      return facts.bytes();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  private static long plus(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }
}
