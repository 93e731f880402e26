package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts the nodes of a graph in an order in which each value is made before it is read.
 *
 * <p>ONNX demands that order of a file and not every exporter keeps it. A file that keeps it is not
 * reordered: among the nodes that are ready, the one that stands first comes first.
 */
final class NodeOrder {
  private static final int NAMED_NODES = 5;

  private final List<NodeProto> nodes;
  private final Map<String, Integer> producers = new HashMap<>();
  private final List<List<Integer>> readers = new ArrayList<>();
  private final int[] unmet;

  private NodeOrder(List<NodeProto> nodes) {
    this.nodes = nodes;
    this.unmet = new int[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      readers.add(new ArrayList<>());
      for (String output : nodes.get(i).getOutputList()) {
        producers.putIfAbsent(output, i);
      }
    }
    producers.remove("");
  }

  /**
   * @throws io.demitasse.error.DemitasseException (bad model) when nodes read each other in a
   *     circle, naming some
   */
  static List<NodeProto> sorted(GraphProto graph, Source source, String within) {
    NodeOrder order = new NodeOrder(graph.getNodeList());
    order.count();
    List<NodeProto> sorted = order.sort();
    if (sorted.size() < graph.getNodeCount()) {
      throw source.bad(
          "the graph"
              + within
              + " has nodes that wait for each other's outputs: "
              + order.waiting()
              + ". Expected a graph without circles; the model is damaged, export it again.");
    }
    return sorted;
  }

  private void count() {
    for (int i = 0; i < nodes.size(); i++) {
      for (String name : read(nodes.get(i))) {
        Integer producer = producers.get(name);
        if (producer != null) {
          readers.get(producer).add(i);
          unmet[i]++;
        }
      }
    }
  }

  private List<NodeProto> sort() {
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < unmet.length; i++) {
      if (unmet[i] == 0) {
        ready.add(i);
      }
    }
    List<NodeProto> sorted = new ArrayList<>(unmet.length);
    while (!ready.isEmpty()) {
      int next = ready.remove();
      sorted.add(nodes.get(next));
      for (int reader : readers.get(next)) {
        if (--unmet[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    return sorted;
  }

  private String waiting() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < unmet.length; i++) {
      if (unmet[i] > 0) {
        names.add(GraphDecoder.place(nodes.get(i)));
      }
    }
    String more =
        names.size() > NAMED_NODES ? " and " + (names.size() - NAMED_NODES) + " more" : "";
    return names.stream().limit(NAMED_NODES).collect(Collectors.joining(", ")) + more;
  }

  /** The values a node reads itself and those its subgraphs capture. */
  private static Set<String> read(NodeProto node) {
    Set<String> names = new LinkedHashSet<>(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        captured(attribute.getG(), names);
      }
      attribute.getGraphsList().forEach(inner -> captured(inner, names));
    }
    return names;
  }

  private static void captured(GraphProto graph, Set<String> names) {
    Set<String> wanted = new LinkedHashSet<>();
    graph.getNodeList().forEach(node -> wanted.addAll(read(node)));
    graph.getOutputList().forEach(output -> wanted.add(output.getName()));
    wanted.removeAll(Scope.defined(graph));
    names.addAll(wanted);
  }
}
