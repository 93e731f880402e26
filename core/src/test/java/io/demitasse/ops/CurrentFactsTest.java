package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Facts of a model that is changed while they are asked for. */
class CurrentFactsTest {
  private final Model model =
      TextGraph.parse(
          """
          opset 17 graph g(x: float[N,8], z: float[N,8,3], c: bool[]) -> (y, b) {
            to = int64[2] {4, -1}
            r = Reshape(x, to)
            t = Transpose(r) <perm=[1, 0]>
            s = Shape(t)
            y = Relu(t)
            b = If(c) <
              then_branch = graph yes() -> (p) { p = Relu(r) },
              else_branch = graph no() -> (q) { q = Identity(r) }
            >
          }
          """);
  private final Graph graph = model.graph();
  private final InferredShapes shapes = ShapeInference.following(model, Belief.ENFORCED);

  private Value value(String name) {
    return Objects.requireNonNull(graph.find(name));
  }

  private Node node(String output) {
    return Objects.requireNonNull(value(output).producer());
  }

  private long[] sizes(String name) {
    return shapes.of(value(name)).map(TensorFacts::sizes).orElse(new long[] {-7});
  }

  /** All there is, so that it has to be forgotten. */
  private void askForAll() {
    assertThat(shapes.gaps()).isEmpty();
    assertThat(sizes("y")).containsExactly(-1, 4);
    assertThat(sizes("b")).containsExactly(4, -1);
  }

  @Test
  void aChangedWeightChangesWhatFollowsFromIt() {
    askForAll();
    graph.setInitializer(value("to"), Tensor.ofLongs(new long[] {2}, new long[] {2, -1}));
    assertThat(sizes("y")).containsExactly(-1, 2);
    assertThat(sizes("b")).containsExactly(2, -1);
    assertThat(shapes.of(value("s")).orElseThrow().numbers()).containsExactly(Double.NaN, 2);
  }

  @Test
  void aReplacedInputChangesWhatFollowsFromIt() {
    askForAll();
    graph.replaceUses(value("r"), value("z"));
    assertThat(sizes("b")).containsExactly(-1, 8, 3);
    assertThat(shapes.of(value("y"))).isEmpty();
    assertThat(shapes.gaps())
        .singleElement()
        .satisfies(gap -> assertThat(gap.node()).isEqualTo(node("t")));
    node("t").attribute("perm", Attribute.ofInts(2, 1, 0));
    assertThat(sizes("y")).containsExactly(3, 8, -1);
    assertThat(shapes.gaps()).isEmpty();
  }

  @Test
  void aChangedAttributeChangesWhatFollowsFromIt() {
    askForAll();
    node("t").attribute("perm", Attribute.ofInts(0, 1));
    assertThat(sizes("y")).containsExactly(4, -1);
    node("t").removeAttribute("perm");
    assertThat(sizes("y")).containsExactly(-1, 4);
  }

  @Test
  void aValueMadeLaterIsFoundFromItsProducer() {
    askForAll();
    Value one = graph.addInitializer("one", Tensor.ofLongs(new long[] {1}, new long[] {1}));
    Node wide = Op.UNSQUEEZE.in(graph).inputs(value("t"), one).insertAfter(node("t"));
    assertThat(shapes.of(wide.output()).orElseThrow().sizes()).containsExactly(-1, 1, 4);
    graph.replace(value("y"), wide.output());
    assertThat(sizes("y")).containsExactly(-1, 1, 4);
  }

  @Test
  void whatWasTakenOutIsNotKnown() {
    Value content = value("s");
    askForAll();
    graph.remove(node("s"));
    assertThat(shapes.of(content)).isEmpty();
    assertThat(shapes.gaps()).isEmpty();
  }

  @Test
  void aBranchThatGivesSomethingElseChangesTheResult() {
    askForAll();
    for (Graph branch : node("b").subgraphs()) {
      branch.setOutput(0, value("t"));
    }
    assertThat(sizes("b")).containsExactly(-1, 4);
    node("t").attribute("perm", Attribute.ofInts(0, 1));
    assertThat(sizes("b")).containsExactly(4, -1);
  }

  @Test
  void aNodeInsideABranchChangesTheResult() {
    askForAll();
    for (Graph branch : node("b").subgraphs()) {
      branch.nodes().getFirst().input(0, value("z"));
    }
    assertThat(sizes("b")).containsExactly(-1, 8, 3);
  }

  @Test
  void anotherTypeOfAnInputChangesWhatFollowsFromIt() {
    askForAll();
    value("x").type(new ValueType.OfTensor(DataType.FLOAT, Shape.of(8, 2)));
    assertThat(sizes("y")).containsExactly(4, 4);
  }

  @Test
  void anInputThatIsClosedIsAWeight() {
    Value weight = graph.addInput("w", null);
    graph.setInitializer(weight, Tensor.ofLongs(new long[] {2}, new long[] {8, -1}));
    node("r").input(1, weight);
    assertThat(sizes("y")).containsExactly(-1, -1);
    graph.closeInput(weight);
    assertThat(sizes("y")).containsExactly(-1, 8);
  }

  @Test
  void aLongChainIsFoundFromItsEnd() {
    Value last = value("t");
    for (int i = 0; i < 50_000; i++) {
      last = Op.RELU.in(graph).inputs(last).outputs("deep" + i).append().output();
    }
    assertThat(shapes.of(last).orElseThrow().sizes()).containsExactly(-1, 4);
  }

  @Test
  void aCircleEndsWithNothingKnown() {
    node("r").input(0, value("y"));
    assertThat(shapes.of(value("y"))).isEmpty();
  }

  @Test
  void anotherModelIsNotKnown() {
    Model copy = model.copy();
    Value same = Objects.requireNonNull(copy.graph().find("y"));
    assertThat(shapes.of(same)).isEmpty();
    assertThat(shapes.of(value("y"))).isPresent();
  }

  @Test
  void whatWasInferredOnceStaysAsItWas() {
    InferredShapes once = ShapeInference.proved(model);
    graph.setInitializer(value("to"), Tensor.ofLongs(new long[] {2}, new long[] {2, -1}));
    assertThat(once.shape(value("y")).orElseThrow().dims().getLast()).isEqualTo(Dim.of(4));
  }

  @Test
  void sizesThatAreEqualStayEqualWhenTheyAreFoundAnew() {
    askForAll();
    node("r").input(0, value("x"));
    List<Dim> result = shapes.shape(value("y")).orElseThrow().dims();
    List<Dim> before = shapes.shape(value("r")).orElseThrow().dims();
    assertThat(result).containsExactly(before.get(1), before.get(0));
  }
}
