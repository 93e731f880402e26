package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.demitasse.error.DemitasseException;
import java.util.HashMap;
import java.util.Map;

/**
 * Who defines each name of a graph: one input, initializer or node. Only an input and an
 * initializer may share a name, which makes the one the default of the other.
 */
final class Definitions {
  private final Source source;
  private final String within;
  private final Map<String, String> owners = new HashMap<>();

  private Definitions(Source source, String within) {
    this.source = source;
    this.within = within;
  }

  /**
   * @throws DemitasseException (bad model) when a name is defined twice, telling by whom
   */
  static void requireUnique(GraphProto graph, Source source, String within) {
    Definitions inputs = new Definitions(source, within);
    graph.getInputList().forEach(input -> inputs.define(input.getName(), "an input"));
    Definitions all = new Definitions(source, within);
    graph.getInitializerList().forEach(each -> all.define(each.getName(), "an initializer"));
    graph
        .getSparseInitializerList()
        .forEach(each -> all.define(each.getValues().getName(), "a sparse initializer"));
    inputs.owners.forEach(all.owners::putIfAbsent);
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> all.define(output, GraphDecoder.place(node)));
    }
  }

  private void define(String name, String owner) {
    String other = name.isEmpty() ? null : owners.putIfAbsent(name, owner);
    if (other != null) {
      throw source.bad(
          "the name '"
              + name
              + "' is defined twice"
              + within
              + ": by "
              + other
              + " and "
              + (other.equals(owner) ? "again by " : "by ")
              + owner
              + ", expected each name once. The model is damaged; export it again.");
    }
  }
}
