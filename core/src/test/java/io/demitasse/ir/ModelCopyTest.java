package io.demitasse.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelCopyTest {
  private final Model model =
      TextGraph.parse(
          """
          ir 9, opset 13, my 1
          graph main(x: float[N], c: bool[], d = float[1] {1}) -> (y, x) {
            s = sparse [2] s float[1] {1} int64[1] {1}
            w = float[1] {2}
            a, _ = my::Two(x, _, w) <mode="m"> # two
            y = If(c) <
              then_branch=graph yes() -> (p) { v = float[1] {3} p = Add(a, v) },
              else_branch=graph no() -> (q) { q = If(c) <then_branch=graph deep() -> (r) { r = Mul(a, d) }> }
            >
          }
          function my::Two <k, j=1> (i) -> (o) opset 13 { o = Neg(i) <k=@k:2> }
          """);

  @Test
  void aCopyIsEqual() {
    Model copy = model.copy();

    assertThat(SameModel.differences(model, copy)).isEmpty();
    assertThat(TextGraph.print(copy)).isEqualTo(TextGraph.print(model));
    assertThat(Verifier.problems(copy)).isEmpty();
  }

  @Test
  void tensorsAreShared() {
    assertThat(model.copy().graph().find("w").initializer())
        .isSameAs(model.graph().find("w").initializer());
  }

  @Test
  void changingTheCopyLeavesTheOriginalAsItWas() {
    model.graph().quantizationAnnotations().put("a", new HashMap<>(Map.of("SCALE_TENSOR", "w")));
    String before = TextGraph.print(model);
    Model copy = model.copy();

    copy.opsets().put("", 21L);
    copy.metadata().put("k", "v");
    copy.functions().getFirst().opsets().clear();
    copy.functions().getFirst().body().nodes().getFirst().rename("changed");
    Graph graph = copy.graph();
    graph.metadata().put("k", "v");
    graph.quantizationAnnotations().get("a").clear();
    graph.setInitializer(graph.find("w"), Tensor.scalar(3f));
    graph.sparseInitializers().clear();
    Value a = graph.find("a");
    a.metadata().put("k", "v");
    a.producer().attribute("mode", Attribute.of("other")).rename("renamed");
    Value abs = graph.node("Abs").inputs(graph.find("x")).outputs("abs").prepend().output();
    graph.replace(a, abs);
    graph.find("x").rename("input");

    assertThat(TextGraph.print(model)).isEqualTo(before);
    assertThat(model.metadata()).isEmpty();
    assertThat(model.graph().metadata()).isEmpty();
    assertThat(model.graph().find("a").metadata()).isEmpty();
    assertThat(model.graph().quantizationAnnotations())
        .containsEntry("a", Map.of("SCALE_TENSOR", "w"));
    assertThat(Verifier.problems(model)).isEmpty();
  }

  @Test
  void nestedGraphsOfTheCopyReadTheCopy() {
    Model copy = model.copy();
    Value a = copy.graph().find("a");

    assertThat(a.uses()).extracting(use -> use.node().opType()).containsExactly("Add", "Mul");
    copy.forEachGraph(
        graph -> {
          for (Node node : graph.nodes()) {
            for (Value input : node.inputs()) {
              assertThat(input == null || root(input.graph()) == root(graph)).isTrue();
            }
          }
        });
    assertThat(model.graph().find("a").uses()).hasSize(2);
  }

  @Test
  void whatTheFileSaysOfItselfIsCopied() {
    model.producer("exporter", "1.2");
    model.domain("org.example");
    model.modelVersion(4);
    model.doc("what it is for");
    model.metadata().put("license", "MIT");
    model.graph().doc("main");

    Model copy = model.copy();

    assertThat(copy.producerName() + copy.producerVersion()).isEqualTo("exporter1.2");
    assertThat(copy.domain()).isEqualTo("org.example");
    assertThat(copy.modelVersion()).isEqualTo(4);
    assertThat(copy.doc()).isEqualTo("what it is for");
    assertThat(copy.metadata()).containsEntry("license", "MIT");
    assertThat(copy.graph().doc()).isEqualTo("main");
    assertThat(copy.irVersion()).isEqualTo(9);
  }

  @Test
  void trainingGraphsOfTheCopyReadTheCopy() {
    Graph algorithm = new Graph("step", model.graph());
    algorithm.addOutput(algorithm.node("Neg").inputs(model.graph().find("w")).append().output());
    model.training().add(new TrainingInfo(null, algorithm, Map.of("a", "b"), Map.of()));

    Model copy = model.copy();

    Graph copied = copy.training().getFirst().algorithm();
    assertThat(copied.outer()).isSameAs(copy.graph());
    assertThat(copied.nodes().getFirst().input(0)).isSameAs(copy.graph().find("w"));
    assertThat(Verifier.problems(copy)).isEmpty();
  }

  @Test
  void aModelOutOfOrderIsCopiedAsItIs() {
    Node two = model.graph().find("a").producer();
    two.input(1, model.graph().find("y"));

    Model copy = model.copy();

    assertThat(Verifier.problems(copy)).isEqualTo(Verifier.problems(model)).hasSize(1);
  }

  @Test
  void aValueOfAnotherModelIsNotCopied() {
    Value stranger = new Graph("elsewhere", null).addInput("stranger", null);
    model.graph().find("a").producer().input(1, stranger);

    assertThatThrownBy(model::copy)
        .hasMessage(
            "value 'stranger' of graph 'elsewhere' of 0 nodes is read where it is not visible");
  }

  @Test
  void partsOfABundleAreCopied() {
    Bundle bundle = Bundle.of(model);

    Bundle copy = bundle.copy();
    copy.parts().get(Bundle.SINGLE).opsets().clear();

    assertThat(model.opsets()).hasSize(2);
  }

  private static Graph root(Graph graph) {
    return graph.outer() == null ? graph : root(graph.outer());
  }
}
