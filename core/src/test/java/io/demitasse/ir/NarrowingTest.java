package io.demitasse.ir;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Parts take and give what they did until they are published. */
final class NarrowingTest {
  private static final String ENCODER =
      """
      ir 10, opset 17
      graph encoder(x: float[N,3]) -> (states: float[N,3]) {
        states = Relu(x)
      }
      """;
  private static final String DECODER =
      """
      ir 10, opset 17
      graph decoder(states: float[N,3]) -> (y: float[N,3]) {
        y = Tanh(states)
      }
      """;

  private static Value value(Model model, String name) {
    return Objects.requireNonNull(model.graph().find(name));
  }

  /** Both parts as if they had lost numbers 1 and 3 of five. */
  private static Bundle bundle() {
    Bundle bundle =
        new Bundle(
            Map.of("encoder", TextGraph.parse(ENCODER), "decoder", TextGraph.parse(DECODER)));
    for (String part : List.of("encoder", "decoder")) {
      Model model = bundle.part(part);
      Narrowing narrowing = new Narrowing(value(model, "states"), 1, 5, 0, 2, 4);
      narrowing.widen(model);
      bundle = bundle.narrowed(part, List.of(narrowing));
    }
    return bundle;
  }

  private static String shape(Bundle bundle, String part) {
    return value(bundle.part(part), "states").shape().orElseThrow().toString();
  }

  private static String text(String graph) {
    return TextGraph.print(TextGraph.parse(graph));
  }

  @Test
  void outsideTheSizeIsWhatItWas() {
    Bundle bundle = bundle();

    bundle.parts().values().forEach(Verifier::verify);
    assertThat(shape(bundle, "encoder")).isEqualTo("[N,5]");
    assertThat(shape(bundle, "decoder")).isEqualTo("[N,5]");
  }

  @Test
  void whatIsPublishedIsAsSmallAsItBecame() {
    Bundle published = bundle().published();

    assertThat(TextGraph.print(published.part("encoder"))).isEqualTo(text(ENCODER));
    assertThat(TextGraph.print(published.part("decoder"))).isEqualTo(text(DECODER));
    assertThat(published.narrowings()).isEmpty();
  }

  @Test
  void publishingLeavesTheBundleAsItIs() {
    Bundle bundle = bundle();
    String before = TextGraph.print(bundle.part("decoder"));

    bundle.published();

    assertThat(TextGraph.print(bundle.part("decoder"))).isEqualTo(before);
  }

  /** Half precision inside is between an input and what picks of it. */
  @Test
  void whatIsCastInBetweenIsNarrowToo() {
    Bundle bundle = bundle();
    Graph graph = bundle.part("decoder").graph();
    Value states = value(bundle.part("decoder"), "states");
    Node cast =
        graph.node("Cast").attribute("to", DataType.FLOAT16.code()).inputs(states).prepend();
    cast.output().type(ValueType.tensor(DataType.FLOAT16, 2, 5));
    Node gather =
        graph.nodes().stream().filter(node -> node.is("Gather")).findFirst().orElseThrow();
    gather.input(0, cast.output());

    Model published = bundle.published().part("decoder");

    Verifier.verify(published);
    assertThat(published.graph().nodes()).extracting(Node::opType).containsExactly("Cast", "Tanh");
    assertThat(cast.output().shape()).hasToString("Optional[[2,5]]");
    assertThat(published.graph().nodes().getFirst().output().shape())
        .hasToString("Optional[[2,3]]");
  }

  /** One part alone cannot give fewer numbers than the other takes. */
  @Test
  void whereOnePartCannotBeNarrowNoneIs() {
    Bundle bundle = bundle();
    Graph graph = bundle.part("decoder").graph();
    Node other = graph.node("Abs").inputs(value(bundle.part("decoder"), "states")).append();
    graph.addOutput(other.output());

    Bundle published = bundle.published();

    assertThat(shape(published, "encoder")).isEqualTo("[N,5]");
    assertThat(shape(published, "decoder")).isEqualTo("[N,5]");
  }
}
