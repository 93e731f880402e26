package io.demitasse.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTest {
  private final Model model =
      TextGraph.parse(
          """
          opset 13
          graph main(x: float[N], c: bool[]) -> (y: float[N], z) {
            w = float[1] {2}
            a: float[N] = Add(x, w) # first
            b = Mul(a, w) # second
            d = Neg(a)
            y = If(c) <
              then_branch=graph yes() -> (p) { p = Add(a, b) # inner
              },
              else_branch=graph no() -> (q) { q = Neg(d) }
            >
            z = Neg(y)
          }
          """);
  private final Graph graph = model.graph();

  @Test
  void aNodeWithReadersIsNotRemovedAndTheReadersAreNamed() {
    assertThatThrownBy(() -> graph.remove(node("a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "cannot remove Add 'first': 'a' is read by Mul 'second', Neg -> 'd', Add 'inner'");
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void aNodeThatMakesAGraphOutputIsNotRemoved() {
    assertThatThrownBy(() -> graph.remove(node("z")))
        .hasMessage("cannot remove Neg -> 'z': 'z' is a graph output");
  }

  @Test
  void aNodeWhoseOutputOnlyANestedGraphGivesOutIsNotRemoved() {
    Node late = graph.node("Neg").inputs(value("a")).outputs("late").insertBefore(node("y"));
    subgraph("then_branch").addOutput(late.output());

    assertThatThrownBy(() -> graph.remove(late)).hasMessageEndingWith("'late' is a graph output");
  }

  @Test
  void initializersWithReadersAreNotRemoved() {
    assertThatThrownBy(() -> graph.remove(value("w")))
        .hasMessage("cannot remove value 'w': 'w' is read by Add 'first', Mul 'second'");
    assertThatThrownBy(
            () -> {
              node("b").input(0, null);
              subgraph("then_branch").nodes().getFirst().input(1, null);
              graph.remove(value("b"));
            })
        .hasMessage("value 'b' is made by Mul 'second'; remove that");
  }

  @Test
  void aRemovedNodeLetsGoOfWhatItsSubgraphsRead() {
    graph.removeOutput(0);
    graph.removeOutput(0);
    graph.remove(node("z"));
    graph.remove(node("y"));

    assertThat(value("d").uses()).isEmpty();
    assertThat(value("a").uses()).hasSize(2);
    assertThat(graph.find("y")).isNull();
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void aNodeIsRemovedOnce() {
    Node extra = graph.node("Neg").inputs(value("a")).append();
    graph.remove(extra);

    assertThatThrownBy(() -> graph.remove(extra)).hasMessageContaining("is not in graph 'main'");
    assertThat(graph.nodeCount()).isEqualTo(5);
  }

  @Test
  void nodesAreInsertedAnywhere() {
    Node second = node("b");
    graph.node("Abs").name("before").inputs(value("a")).insertBefore(second);
    graph.node("Abs").name("after").inputs(value("b")).insertAfter(second);
    graph.node("Abs").name("start").inputs(value("x")).prepend();
    graph.node("Abs").name("end").inputs(value("z")).append();

    assertThat(graph.nodes().stream().map(Node::toString))
        .containsExactly(
            "Abs 'start'",
            "Add 'first'",
            "Abs 'before'",
            "Mul 'second'",
            "Abs 'after'",
            "Neg -> 'd'",
            "If -> 'y'",
            "Neg -> 'z'",
            "Abs 'end'");
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void nothingIsInsertedBesideANodeOfAnotherGraph() {
    Node inner = subgraph("then_branch").nodes().getFirst();

    assertThatThrownBy(() -> graph.node("Abs").inputs(value("x")).insertBefore(inner))
        .hasMessage(
            "Add 'inner' is not in graph 'main' of 5 nodes: nothing can be inserted beside it");
  }

  @Test
  void changingTheGraphDoesNotDisturbAListOfItsNodes() {
    for (Node node : graph.nodes()) {
      graph.node("Abs").inputs(node.output()).insertAfter(node);
    }

    assertThat(graph.nodeCount()).isEqualTo(10);
  }

  @Test
  void replacingKeepsTheNameTypeAndReaders() {
    Node fused = graph.node("Fused").inputs(value("x")).outputs("fused").insertBefore(node("a"));
    Value old = value("a");

    graph.replace(old, fused.output());

    assertThat(fused.output()).hasToString("a: float[N]");
    assertThat(value("a")).isSameAs(fused.output());
    assertThat(old.uses()).isEmpty();
    assertThat(fused.output().uses()).hasSize(3);
    graph.remove(node(old.name()));
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void replacingAGraphOutputKeepsItsNameAndPlace() {
    Node fused = graph.node("Fused").inputs(value("y")).append();
    Value old = value("z");

    graph.replace(old, fused.output());

    assertThat(graph.outputs()).extracting(Value::name).containsExactly("y", "z");
    assertThat(graph.outputs().get(1)).isSameAs(fused.output());
    graph.remove(old.producer());
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void anInputThatReplacesAGraphOutputIsCopiedUnderItsName() {
    graph.replace(value("z"), value("x"));

    assertThat(graph.outputs()).extracting(Value::name).containsExactly("y", "z");
    assertThat(node("z").opType()).isEqualTo("Identity");
    assertThat(node("z").input(0)).isSameAs(value("x"));
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void anOutputThatReplacesAnotherKeepsBothNames() {
    graph.replace(value("z"), value("y"));

    assertThat(graph.outputs()).extracting(Value::name).containsExactly("y", "z");
    assertThat(node("z").opType()).isEqualTo("Identity");
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void anOuterValueThatReplacesASubgraphsOutputIsCopied() {
    Graph inner = subgraph("then_branch");

    inner.replace(inner.find("p"), value("a"));

    assertThat(inner.outputs()).extracting(Value::name).containsExactly("p");
    assertThat(inner.find("p").producer().input(0)).isSameAs(value("a"));
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void anInitializerThatReplacesAnInnerValueKeepsItsName() {
    graph.replace(value("d"), value("w"));

    assertThat(value("w").uses()).hasSize(3);
    assertThat(value("d").uses()).isEmpty();
    assertThat(graph.nodeCount()).isEqualTo(5);
  }

  @Test
  void quantizationAnnotationsFollowTheNameThatIsKept() {
    graph.quantizationAnnotations().put("a", Map.of("SCALE_TENSOR", "w"));
    Node fused = graph.node("Fused").inputs(value("x")).outputs("fused").insertBefore(node("a"));

    graph.replace(value("a"), fused.output());
    assertThat(graph.quantizationAnnotations()).containsOnlyKeys("a");

    fused.output().rename("b2");
    assertThat(graph.quantizationAnnotations()).containsOnlyKeys("b2");
  }

  @Test
  void aFreeNameIsTakenNeitherOutsideNorInside() {
    assertThat(graph.freeName("fresh")).isEqualTo("fresh");
    assertThat(graph.freeName("a")).startsWith("a_");
    assertThat(graph.freeName("p")).startsWith("p_");
    assertThat(subgraph("then_branch").freeName("a")).startsWith("a_");
    assertThat(subgraph("then_branch").freeName("q")).isEqualTo("q");
  }

  @Test
  void aFreeNodeNameIsOneThatNoOtherNodeHas() {
    assertThat(graph.freeNodeName("first")).startsWith("first_");
    assertThat(graph.freeNodeName("inner")).isEqualTo("inner");
    assertThat(graph.freeNodeName("")).isEmpty();

    node("a").rename("third");
    assertThat(graph.freeNodeName("first")).isEqualTo("first");
    assertThat(graph.freeNodeName("third")).startsWith("third_");

    Node extra = graph.node("Abs").name("extra").inputs(value("a")).append();
    graph.remove(extra);
    extra.rename("other");
    assertThat(graph.freeNodeName("extra")).isEqualTo("extra");
    assertThat(graph.freeNodeName("other")).isEqualTo("other");
  }

  @Test
  void aNameIsDefinedOnce() {
    assertThatThrownBy(() -> graph.addInitializer("w", Tensor.scalar(1f)))
        .hasMessage("graph 'main' of 5 nodes already defines a value 'w'");
    assertThatThrownBy(() -> value("a").rename("b"))
        .hasMessageContaining("already defines a value 'b'");
    assertThatThrownBy(() -> graph.addInput("", null)).hasMessage("a value needs a name");
    assertThatThrownBy(() -> graph.addInput(value("x")))
        .hasMessageContaining("cannot become an input");
  }

  @Test
  void anInputWithADefaultIsClosedAndOneWithoutIsNot() {
    graph.addInput(value("w"));
    graph.closeInput(value("w"));

    assertThat(value("w").isInput()).isFalse();
    assertThat(value("w").constant()).isPresent();
    assertThatThrownBy(() -> graph.closeInput(value("x")))
        .hasMessage("input 'x' has no initializer");
  }

  @Test
  void renamingKeepsTheWiring() {
    value("a").rename("alpha");

    assertThat(graph.find("a")).isNull();
    assertThat(value("alpha").uses()).hasSize(3);
    assertThat(node("b").input(0).name()).isEqualTo("alpha");
  }

  @Test
  void aSparseInitializerIsAValueUntilItIsRemoved() {
    Tensor one = Tensor.ofFloats(new long[] {1}, 1);
    Value value =
        graph.addSparseInitializer(
            new SparseTensor("s", one, Tensor.ofLongs(new long[] {1}, 2), List.of(4L)));

    value.rename("sparse weight");
    assertThat(value).hasToString("sparse weight: sparse(float[4])");
    assertThat(graph.sparseInitializers().getFirst().name()).isEqualTo("sparse weight");

    graph.remove(value);
    assertThat(graph.sparseInitializers()).isEmpty();
  }

  @Test
  void nestedGraphsAreVisitedBehindTheNodeThatHoldsThem() {
    StringBuilder seen = new StringBuilder();
    graph.forEachNode(node -> seen.append(node.opType()).append(' '));
    StringBuilder graphs = new StringBuilder();
    graph.forEachGraph(each -> graphs.append(each.name()).append(' '));

    assertThat(seen).hasToString("Add Mul Neg If Add Neg Neg ");
    assertThat(graphs).hasToString("main yes no ");
  }

  private Value value(String name) {
    return graph.find(name);
  }

  private Node node(String output) {
    return value(output).producer();
  }

  private Graph subgraph(String attribute) {
    return ((Attribute.OfGraph) node("y").attribute(attribute)).value();
  }
}
