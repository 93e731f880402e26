package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.TextGraph;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What values, nodes and weights depend on. */
class InputFlowTest {
  private Graph graph = TextGraph.parse("ir 10, opset 21 graph g() -> () { }").graph();

  private InputFlow<String> flow(String statements) {
    graph =
        TextGraph.parse(
                "ir 10, opset 21 graph g(picture: float[2,4], words: int64[2], sound: float[2,4])"
                    + " -> () { "
                    + statements
                    + " }")
            .graph();
    return InputFlow.of(graph, input -> Set.of(input.name()));
  }

  private Set<String> of(InputFlow<String> flow, String value) {
    return flow.of(Objects.requireNonNull(graph.find(value), value));
  }

  private Set<String> ofWeight(InputFlow<String> flow, String value) {
    return flow.ofReaders(Objects.requireNonNull(graph.find(value), value));
  }

  private static List<String> names(List<Node> nodes) {
    return nodes.stream().map(node -> node.output().name()).toList();
  }

  @Test
  void branchesThatMeetLateAreOfOneModalityEachUpToThere() {
    InputFlow<String> flow =
        flow(
            """
            w = float[4,4] ~ 1  p = MatMul(picture, w)  q = Relu(p)
            table = float[9,4] ~ 2  t = Gather(table, words)
            both = Mul(q, t)
            head = float[4,3] ~ 3  logits = MatMul(both, head)
            """);

    assertThat(of(flow, "q")).containsExactly("picture");
    assertThat(of(flow, "t")).containsExactly("words");
    assertThat(of(flow, "logits")).containsExactly("picture", "words");
    assertThat(names(flow.meetings())).containsExactly("both");
    assertThat(ofWeight(flow, "w")).containsExactly("picture");
    assertThat(ofWeight(flow, "table")).containsExactly("words");
    assertThat(ofWeight(flow, "head")).containsExactly("picture", "words");
  }

  @Test
  void whatMeetsEarlyIsFusionFromThereOn() {
    InputFlow<String> flow =
        flow(
            """
            table = float[9,4] ~ 2  t = Gather(table, words)
            all = Concat(picture, t) <axis = 0>
            w = float[4,4] ~ 1  h = MatMul(all, w)  end = Relu(h)
            """);

    assertThat(of(flow, "all")).containsExactly("picture", "words");
    assertThat(of(flow, "end")).containsExactly("picture", "words");
    assertThat(names(flow.meetings())).containsExactly("all");
    assertThat(ofWeight(flow, "w")).containsExactly("picture", "words");
  }

  @Test
  void crossingBranchesMeetWhereEachFirstSeesTheOther() {
    InputFlow<String> flow =
        flow(
            """
            table = float[9,4] ~ 2  t = Gather(table, words)
            p = Add(picture, t)  q = Add(t, picture)
            r = Mul(p, q)
            s = Add(r, sound)
            """);

    assertThat(names(flow.meetings())).containsExactly("p", "q", "s");
    assertThat(of(flow, "s")).containsExactly("picture", "sound", "words");
  }

  @Test
  void sizesCarryNothingAndConstantsBelongToTheirReaders() {
    InputFlow<String> flow =
        flow(
            """
            sizes = Shape(picture)
            zeros = ConstantOfShape(sizes)
            table = float[9,4] ~ 2  scaled = Relu(table)
            t = Gather(scaled, words)
            sum = Add(t, zeros)
            """);

    assertThat(of(flow, "zeros")).isEmpty();
    assertThat(of(flow, "sum")).containsExactly("words");
    assertThat(flow.of(Objects.requireNonNull(graph.find("scaled")).producer()))
        .containsExactly("words");
    assertThat(ofWeight(flow, "table")).containsExactly("words");
    assertThat(flow.meetings()).isEmpty();
  }

  @Test
  void aWeightThatSeveralReadIsOfAllOfThem() {
    InputFlow<String> flow =
        flow("w = float[4,4] ~ 1  p = MatMul(picture, w)  s = MatMul(sound, w)");

    assertThat(ofWeight(flow, "w")).containsExactly("picture", "sound");
    assertThat(of(flow, "p")).containsExactly("picture");
  }

  @Test
  void aNodeDependsOnWhatItsNestedGraphsRead() {
    InputFlow<String> flow =
        flow(
            """
            wanted = bool[] {true}
            y = If(wanted) <
              then_branch = graph yes() -> (a) { w = float[2,4] ~ 1  a = Add(picture, w) },
              else_branch = graph no() -> (b) { b = Relu(sound) }>
            """);

    assertThat(of(flow, "y")).containsExactly("picture", "sound");
  }

  @Test
  void aDeepGraphIsFollowedInOnePass() {
    StringBuilder statements = new StringBuilder("v0 = Relu(picture) ");
    for (int i = 1; i < 20_000; i++) {
      statements.append("v").append(i).append(" = Relu(v").append(i - 1).append(") ");
    }
    InputFlow<String> flow = flow(statements.toString());

    assertThat(of(flow, "v19999")).containsExactly("picture");
  }
}
