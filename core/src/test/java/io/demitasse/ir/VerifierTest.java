package io.demitasse.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private static final String GOOD =
      """
      opset 13, com.microsoft 1
      graph main(c: bool[], x: float[N], d: float[M] = float[1] {1}) -> (y, x) {
        w = float[1] {2}
        s = sparse [2] s float[1] {1} int64[1] {1}
        a = Add(x, w)
        b = com.microsoft::Gelu(a)
        t = my::Twice(b)
        z = Concat(t, s, d, d)
        y = If(c) <
          then_branch=graph yes() -> (p) { p = Add(a, w) },
          else_branch=graph no() -> (q) { q = If(c) <then_branch=graph deep() -> (r) { r = Neg(b) }> }
        >
      }
      function my::Twice(i) -> (o) opset 13 { o = Add(i, i) }
      """;

  private final Model model = TextGraph.parse(GOOD);
  private final Graph graph = model.graph();

  @Test
  void aWellFormedModelHasNoProblems() {
    assertThat(Verifier.problems(model)).isEmpty();
    assertThatCode(() -> Verifier.verify(model)).doesNotThrowAnyException();
  }

  @Test
  void nodesReadOnlyWhatIsMadeBefore() {
    Node add = value("a").producer();
    add.input(0, value("z"));

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'main': Add -> 'a' reads 'z' as input 0, which is made only later, by Concat ->"
                + " 'z'");
  }

  @Test
  void subgraphsReadOnlyWhatIsMadeBeforeTheNodeAroundThem() {
    Node late = graph.node("Relu").inputs(value("a")).outputs("late").append();
    Node inner = subgraph("then_branch").nodes().getFirst();
    inner.input(1, late.output());

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'yes': Add -> 'p' reads 'late' as input 1, which is made only later, by Relu ->"
                + " 'late'");
  }

  @Test
  void nodesDoNotReadWhatASiblingGraphMakes() {
    Value other = subgraph("else_branch").find("q");
    subgraph("then_branch").nodes().getFirst().input(1, other);

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'yes': Add -> 'p' reads 'q' as input 1, which belongs to graph 'no', not visible"
                + " from here");
  }

  @Test
  void everyDomainNeedsAnImport() {
    model.opsets().remove("com.microsoft");
    graph.node("other", "Thing").outputs("thing").append();

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'main': com.microsoft.Gelu -> 'b' is of domain 'com.microsoft', which is not"
                + " imported (imported: [])",
            "graph 'main': other.Thing -> 'thing' is of domain 'other', which is not imported"
                + " (imported: [])");
  }

  @Test
  void outputsAreDefinedInTheirOwnGraph() {
    graph.addOutput(graph.define("nowhere"));
    subgraph("then_branch").addOutput(value("a"));

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'yes': output 'a' belongs to graph 'main'; copy it by an Identity",
            "graph 'main': output 'nowhere' is defined by nothing");
  }

  @Test
  void valuesThatNodesReadAreDefined() {
    value("a").producer().input(0, graph.define("nowhere"));

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'main': Add -> 'a' reads 'nowhere' as input 0, which nothing defines",
            "graph 'main': 'nowhere' is not an input, initializer or output of a node");
  }

  @Test
  void aValueThatAnotherOfItsNameHidesIsNotRead() {
    Graph yes = subgraph("then_branch");
    yes.node("Neg").inputs(value("b")).outputs("w").prepend();

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'yes': Add -> 'p' reads 'w' as input 1, which a value of the same name hides",
            "graph 'yes': 'w' shadows a value of a graph around it");
  }

  @Test
  void nodesOfAGraphHaveDifferentNames() {
    value("a").producer().rename("same");
    value("z").producer().rename("same");
    subgraph("then_branch").nodes().getFirst().rename("same");

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'main': Concat 'same' has a name that another node has; runtimes refuse that");
  }

  @Test
  void innerNamesDoNotShadowOuterOnes() {
    subgraph("then_branch").node("Neg").inputs(value("a")).outputs("z").append();

    assertThat(Verifier.problems(model))
        .containsExactly("graph 'yes': 'z' shadows a value of a graph around it");
  }

  @Test
  void anInitializerHasTheTypeOfItsTensor() {
    value("w").type(ValueType.tensor(DataType.FLOAT, 3));

    assertThat(Verifier.problems(model))
        .containsExactly("graph 'main': initializer 'w' holds float[1] but its type is float[3]");
  }

  @Test
  void theDefaultOfAnInputFitsItsType() {
    value("d").type(ValueType.tensor(DataType.FLOAT, 2));

    assertThat(Verifier.problems(model))
        .containsExactly("graph 'main': initializer 'd' holds float[1] but its type is float[2]");
  }

  @Test
  void useDefLinksAgreeBothWays() {
    Value a = value("a");
    Node neg = subgraph("else_branch").nodes().getFirst();
    a.addUse(neg, 5);
    value("w").removeUse(a.producer(), 1);

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'main': 'w' is read at 2 places but lists 1",
            "graph 'main': 'a' lists a reader that does not read it there: If -> 'q', input 5");
  }

  @Test
  void aReaderThatWasRemovedIsReported() {
    Node stranger = new Graph("elsewhere", null).node("Neg").append();
    stranger.input(0, value("a"));

    assertThat(Verifier.problems(model))
        .containsExactly("graph 'main': 'a' lists a reader that is not in the model: Neg -> 'Neg'");
  }

  @Test
  void producersAgreeWithOutputs() {
    Value a = value("a");
    Node gelu = value("b").producer();
    a.producedBy(gelu);

    assertThat(Verifier.problems(model))
        .contains(
            "graph 'main': Add -> 'a' makes 'a', whose producer is com.microsoft.Gelu -> 'b'",
            "graph 'main': 'a' claims to be made by com.microsoft.Gelu -> 'b', which does not make"
                + " it");
  }

  @Test
  void functionBodiesUseTheirOwnImports() {
    model.functions().getFirst().opsets().clear();

    assertThat(Verifier.problems(model))
        .containsExactly(
            "graph 'Twice': Add -> 'o' is of domain 'ai.onnx', which is not imported (imported:"
                + " [])");
  }

  @Test
  void trainingGraphsAreChecked() {
    Graph algorithm = new Graph("step", graph);
    algorithm.node("Neg").inputs(value("a")).outputs("gradient").append();
    algorithm.addOutput(algorithm.define("loss"));
    model.training().add(new TrainingInfo(null, algorithm, Map.of(), Map.of()));

    assertThat(Verifier.problems(model))
        .containsExactly("graph 'step': output 'loss' is defined by nothing");
  }

  @Test
  void verifyListsEveryProblem() {
    model.opsets().clear();

    assertThatThrownBy(() -> Verifier.verify(model))
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.PASS_FAILED))
        .hasMessageStartingWith(
            "The model is not well formed, 7 problems:\n  graph 'main': Add -> 'a' is of domain");
  }

  private Value value(String name) {
    return graph.find(name);
  }

  private Graph subgraph(String attribute) {
    return ((Attribute.OfGraph) value("y").producer().attribute(attribute)).value();
  }
}
