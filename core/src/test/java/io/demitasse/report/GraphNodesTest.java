package io.demitasse.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pipeline.Change;
import io.demitasse.report.GraphNode.Fate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GraphNodesTest {
  private static final Model BEFORE =
      TextGraph.parse(
          """
          ir 8, opset 17

          graph before(x: float[1,4]) -> (y: float[1,2]) {
            weights = float[4,2] ~ 1
            same = Identity(x)
            gone = Identity(same)
            cut = Relu(gone)
            product = MatMul(cut, weights)
            y = Sigmoid(product)
          }
          """);

  private static final Model AFTER =
      TextGraph.parse(
          """
          ir 8, opset 17

          graph after(x: float[1,4]) -> (y: float[1,2]) {
            weights = float[4,2] ~ 1
            same = Identity(x)
            cut = Clip(same)
            new = Relu(cut)
            product = MatMul(new, weights)
            y = Sigmoid(product)
          }
          """);

  @Test
  void tellsWhatBecameOfEachNodeWhereItWas() {
    List<GraphNode> nodes =
        GraphNodes.of(
            BEFORE,
            AFTER,
            List.of(
                new Change("quantize-dynamic", true, "model", "product", "MatMul", "in integers"),
                new Change("quantize-dynamic", false, "model", "y", "Sigmoid", "has no weights")));

    assertThat(nodes)
        .extracting(GraphNode::name, GraphNode::fate)
        .containsExactly(
            tuple("same", Fate.UNCHANGED),
            tuple("gone", Fate.REMOVED),
            tuple("cut", Fate.CHANGED),
            tuple("new", Fate.ADDED),
            tuple("product", Fate.QUANTIZED),
            tuple("y", Fate.UNCHANGED));
    assertThat(nodes.get(4).output()).isEqualTo("float[1,2]");
    assertThat(nodes.get(4).inputs()).containsExactly(3);
    assertThat(nodes.get(1).inputs()).containsExactly(0);
  }

  @Test
  void blocksFollowThePathsInNamesAndThoseThatAreAlikeStandAsOne() {
    List<GraphNode> nodes =
        IntStream.range(0, 400)
            .mapToObj(i -> node("/encoder/layer." + i / 80 + "/part/Add_" + i, "Add"))
            .toList();

    List<GraphBlocks.Block> blocks = GraphBlocks.of(nodes);

    assertThat(blocks).hasSize(1);
    assertThat(blocks.getFirst().names())
        .containsExactly(
            "encoder/layer.0",
            "encoder/layer.1",
            "encoder/layer.2",
            "encoder/layer.3",
            "encoder/layer.4");
    assertThat(blocks.getFirst().nodes()).hasSize(80);
  }

  @Test
  void namesWithoutPathsAreDividedByPosition() {
    List<GraphNode> nodes =
        IntStream.range(0, 1000).mapToObj(i -> node("Conv." + i, "Conv" + i % 7)).toList();

    List<GraphBlocks.Block> blocks = GraphBlocks.of(nodes);

    assertThat(blocks).allMatch(block -> block.nodes().size() <= 96);
    assertThat(blocks.stream().mapToInt(block -> block.nodes().size()).sum()).isEqualTo(1000);
    assertThat(blocks.getFirst().names()).containsExactly("nodes 1 to 96");
  }

  private static GraphNode node(String name, String operator) {
    return new GraphNode(name, operator, Fate.UNCHANGED, "", List.of());
  }
}
