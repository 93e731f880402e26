package io.demitasse.app;

import io.demitasse.report.GraphNode;
import io.demitasse.report.GraphNode.Fate;
import java.util.ArrayList;
import java.util.List;

/** Graphs as runs give them: layers that are alike, nodes of every fate, names that attack. */
final class SampleGraph {
  private final List<GraphNode> nodes = new ArrayList<>();

  private SampleGraph() {}

  /** A text encoder of so many layers of 18 nodes, after an embedding and before a pooler. */
  static List<GraphNode> encoder(int layers) {
    SampleGraph graph = new SampleGraph();
    graph.add("/embeddings/word_embeddings/Gather", "Gather", Fate.QUANTIZED);
    graph.add("/embeddings/Add", "Add", Fate.UNCHANGED);
    graph.add("/embeddings/LayerNorm/Add_1", "com.microsoft.SkipLayerNormalization", Fate.CHANGED);
    for (int layer = 0; layer < layers; layer++) {
      graph.layer("/encoder/layer." + layer);
    }
    graph.add(SampleReport.HOSTILE, "MatMul", Fate.REMOVED);
    return graph.nodes;
  }

  private void layer(String name) {
    for (String product : List.of("query", "key", "value")) {
      add(name + "/attention/self/" + product + "/MatMul", "MatMulIntegerToFloat", Fate.QUANTIZED);
    }
    add(name + "/attention/self/MatMul", "MatMul", Fate.UNCHANGED);
    add(name + "/attention/self/Softmax", "Softmax", Fate.UNCHANGED);
    for (int i = 0; i < 5; i++) {
      add(name + "/attention/self/Shape_" + i, "Shape", Fate.REMOVED);
    }
    for (int i = 0; i < 6; i++) {
      add(name + "/attention/self/Transpose_" + i, "Transpose", Fate.UNCHANGED);
    }
    add(name + "/intermediate/Gelu", "com.microsoft.FastGelu", Fate.CHANGED);
    add(name + "/output/dense/MatMul_quantize", "DynamicQuantizeLinear", Fate.ADDED);
  }

  private void add(String name, String operator, Fate fate) {
    int place = nodes.size();
    nodes.add(
        new GraphNode(
            name,
            operator,
            fate,
            "float[1,32,384]",
            place == 0
                ? List.of()
                : place % 7 == 0 ? List.of(place - 1, place - 5) : List.of(place - 1)));
  }
}
