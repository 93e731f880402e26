package io.demitasse.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NodeTest {
  private final Graph graph = new Graph("g", null);
  private final Value x = graph.addInput("x", ValueType.tensor(DataType.FLOAT, 2));
  private final Value y = graph.addInput("y", null);

  @Test
  void inputsKeepTheirReadersUpToDate() {
    Node node = graph.node("Add").inputs(x, x).append();

    node.input(1, y);
    node.input(3, x);

    assertThat(node.inputs()).containsExactly(x, y, null, x);
    assertThat(x.uses()).containsExactly(new Value.Use(node, 0), new Value.Use(node, 3));
    assertThat(y.uses()).containsExactly(new Value.Use(node, 1));

    node.truncateInputs(1);

    assertThat(node.inputs()).containsExactly(x);
    assertThat(y.uses()).isEmpty();
    assertThat(x.isUsedOnce()).isTrue();
  }

  @Test
  void aGraphOutputIsNotUsedOnce() {
    graph.node("Neg").inputs(x).append();
    graph.addOutput(x);

    assertThat(x.isUsedOnce()).isFalse();
    graph.removeOutput(0);
    assertThat(x.isUsedOnce()).isTrue();
  }

  @Test
  void whatIsAbsentIsNullOrRefused() {
    Node node = graph.node("Clip").inputs(x, null).outputs("a", "").append();

    assertThat(node.input(1)).isNull();
    assertThat(node.input(9)).isNull();
    assertThat(node.output(1)).isNull();
    assertThat(node.presentOutputs()).extracting(Value::name).containsExactly("a");
    assertThat(node.constantInput(1)).isEmpty();
    assertThatThrownBy(() -> node.requiredInput(1)).hasMessage("Clip -> 'a' lacks its input 1");
    assertThatThrownBy(() -> graph.node("Foo").name("n").outputs("").append().output())
        .hasMessage("Foo 'n' has no first output");
  }

  @Test
  void attributesAreReadWithADefault() {
    Node node =
        graph
            .node("Op")
            .attribute("axis", 2)
            .attribute("alpha", 0.5f)
            .attribute("mode", "fast")
            .attribute("pads", Attribute.ofInts(1, 2))
            .append();

    assertThat(node.intAttribute("axis", 0)).isEqualTo(2);
    assertThat(node.intAttribute("alpha", 7)).isEqualTo(7);
    assertThat(node.realAttribute("alpha", 0)).isEqualTo(0.5f);
    assertThat(node.realAttribute("beta", 3)).isEqualTo(3);
    assertThat(node.textAttribute("mode", "")).isEqualTo("fast");
    assertThat(node.textAttribute("none", "slow")).isEqualTo("slow");
    assertThat(node.intsAttribute("pads")).containsExactly(1, 2);
    assertThat(node.intsAttribute("none", 9)).containsExactly(9);
    assertThat(node.attribute("none")).isNull();
  }

  @Test
  void theNameOfOnnxItselfIsEmpty() {
    assertThat(graph.node("ai.onnx", "Neg").inputs(x).append().is("Neg")).isTrue();
    assertThat(graph.node("com.microsoft", "Neg").inputs(x).append().is("Neg")).isFalse();
  }

  @Test
  void aNodeTellsItsDomainTypeAndName() {
    assertThat(graph.node("Neg").name("n").inputs(x).append()).hasToString("Neg 'n'");
    assertThat(graph.node("my", "Neg").inputs(x).outputs("a").append())
        .hasToString("my.Neg -> 'a'");
  }

  @Test
  void aNodeWithoutOutputNamesIsNamedAfterItselfOrItsOperator() {
    assertThat(graph.node("Neg").inputs(x).append().output().name()).isEqualTo("Neg");
    assertThat(graph.node("Neg").name("n").inputs(x).append().output().name()).isEqualTo("n");
    assertThat(graph.node("Neg").inputs(x).append().output().name()).startsWith("Neg_");
  }

  @Test
  void aSubgraphThatIsReplacedReadsNothingAnyMore() {
    Graph first = subgraph("first");
    Node node = graph.node("If").attribute("then_branch", Attribute.of(first)).append();
    assertThat(first.owner()).isSameAs(node);
    assertThat(x.uses()).hasSize(1);

    Graph second = subgraph("second");
    node.attribute("then_branch", Attribute.of(second));

    assertThat(x.uses()).extracting(Value.Use::node).containsExactly(second.nodes().getFirst());

    node.removeAttribute("then_branch");
    assertThat(x.uses()).isEmpty();
    assertThat(node.subgraphs()).isEmpty();
  }

  @Test
  void aSubgraphMovesToTheNodeThatTakesItOver() {
    Graph inner = subgraph("inner");
    Node old =
        graph.node("If").attribute("then_branch", new Attribute.Graphs(List.of(inner))).append();
    Node successor = graph.node("If").attributes(old.attributes()).append();

    graph.remove(old);

    assertThat(inner.owner()).isSameAs(successor);
    assertThat(x.uses()).extracting(Value.Use::node).containsExactly(inner.nodes().getFirst());
  }

  private Graph subgraph(String name) {
    Graph inner = new Graph(name, graph);
    inner.addOutput(inner.node("Neg").inputs(x).append().output());
    return inner;
  }
}
