package io.demitasse.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Tie;
import io.demitasse.ir.Value;
import io.demitasse.ir.Verifier;
import io.demitasse.testkit.Numbers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Units that lie in several parts of a bundle. */
final class TiedPartsTest {
  private static final String ENCODER =
      """
      ir 10, opset 17
      graph encoder(x: float[N,3,5]) -> (states: float[N,3,8]) {
        w = float[5,6] ~ 1
        u = float[6,8] ~ 2
        b = float[8] ~ 3
        h = MatMul(x, w)
        r = Relu(h)
        m = MatMul(r, u)
        states = Add(m, b)
      }
      """;
  private static final String DECODER =
      """
      ir 10, opset 17
      graph decoder(t: float[N,3,4], states: float[N,3,8]) -> (y: float[N,3,7]) {
        v = float[8,4] ~ 4
        o = float[4,7] ~ 5
        k = MatMul(states, v)
        s = Add(t, k)
        a = Tanh(s)
        y = MatMul(a, o)
      }
      """;

  private static Bundle bundle(List<Tie> ties, String... texts) {
    Map<String, Model> parts = new LinkedHashMap<>();
    for (int i = 0; i < texts.length; i++) {
      Model model = TextGraph.parse(texts[i]);
      parts.put(i == 0 ? "encoder" : i == 1 ? "decoder" : "part" + i, model);
    }
    return new Bundle(parts, ties);
  }

  private static Tie sizes(String... axes) {
    return new Tie.OfDimensions(
        List.of(axes).stream().map(axis -> Tie.Axis.parse(axis).orElseThrow()).toList());
  }

  private static Tie weights(String... places) {
    return new Tie.OfTensors(
        List.of(places).stream().map(place -> Tie.Place.parse(place).orElseThrow()).toList());
  }

  private static DependencyGraph graph(Bundle bundle, boolean outputs) {
    return DependencyGraph.of(bundle, bundle.parts().keySet(), outputs);
  }

  private static List<String> tied(DependencyGraph graph) {
    return graph.groups().stream()
        .filter(graph::isTied)
        .map(group -> group.id() + " " + group.units())
        .toList();
  }

  private static Tensor some(long seed, long... sizes) {
    Random random = new Random(seed);
    float[] numbers = new float[(int) Tensor.elementCount(sizes)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(sizes, numbers);
  }

  private static Tensor run(Bundle bundle) {
    Tensor states =
        Objects.requireNonNull(
            Numbers.run(bundle.part("encoder"), Map.of("x", some(1, 2, 3, 5))).get("states"));
    return Objects.requireNonNull(
        Numbers.run(bundle.part("decoder"), Map.of("t", some(2, 2, 3, 4), "states", states))
            .get("y"));
  }

  private static final List<Tie> STATES = List.of(sizes("encoder:states[2]", "decoder:states[2]"));

  @Test
  void aStateThatOnePartGivesAndAnotherTakesIsOneGroup() {
    DependencyGraph graph = graph(bundle(STATES, ENCODER, DECODER), false);

    assertThat(tied(graph)).containsExactly("encoder:m 8");
    assertThat(graph.groups()).hasSize(2);
  }

  /** What the whole program gives, not what one part does. */
  @Test
  void aUnitWhoseWeightsAreZeroCanGoFromAllParts() {
    Bundle zeroed = bundle(STATES, ENCODER, DECODER);
    DependencyGraph before = graph(zeroed, false);
    before.group("encoder:m").constants().forEach(slice -> zero(slice, 5));
    Bundle cut = bundle(STATES, ENCODER, DECODER);
    DependencyGraph graph = graph(cut, false);

    graph.remove(Map.of(graph.group("encoder:m"), new int[] {5}));

    cut.parts().values().forEach(Verifier::verify);
    assertThat(weight(cut, "encoder", "u").sizes()).containsExactly(6, 7);
    assertThat(weight(cut, "decoder", "v").sizes()).containsExactly(7, 4);
    assertThat(cut.ties()).allSatisfy(tie -> assertThat(tie.problems(cut)).isEmpty());
    Numbers.assertClose(Map.of("y", run(zeroed)), Map.of("y", run(cut)), 1e-6);
  }

  private static Tensor weight(Bundle bundle, String part, String name) {
    return Objects.requireNonNull(bundle.part(part).graph().find(name)).constant().orElseThrow();
  }

  private static void zero(ChannelGroup.Slice slice, int unit) {
    Value value = slice.dimension().value();
    Tensor tensor = value.constant().orElseThrow();
    double[][] rows = AxisRows.of(tensor, slice.dimension().axis());
    for (int index : slice.map().gather(unit)) {
      Arrays.fill(rows[index], 0);
    }
    value.graph().setInitializer(value, AxisRows.tensor(rows, tensor, slice.dimension().axis()));
  }

  @Test
  void whatIsTiedToAPartThatMayNotChangeStays() {
    Bundle bundle = bundle(STATES, ENCODER, DECODER);

    DependencyGraph graph = DependencyGraph.of(bundle, Set.of("encoder"), false);

    assertThat(graph.groups()).extracting(ChannelGroup::id).containsExactly("encoder:h");
    assertThat(graph.blocked())
        .extracting(DependencyGraph.Blocked::reason)
        .contains("'states' stays: it is tied to 'decoder:states', which the step does not select");
  }

  @Test
  void whoTakesTheSameAndIsNotTiedIsNotGivenLess() {
    Bundle bundle = bundle(STATES, ENCODER, DECODER, DECODER);

    DependencyGraph graph = graph(bundle, false);

    assertThat(tied(graph)).isEmpty();
    assertThat(graph.blocked())
        .extracting(DependencyGraph.Blocked::reason)
        .contains(
            "'states' stays: 'part2:states' has its name and is not tied to it: tie it in"
                + " bundle.yaml");
  }

  private static String tower(String input, int seed) {
    return """
    ir 10, opset 17
    graph tower(%s: float[N,5]) -> (embedding: float[N,8]) {
      w = float[5,6] ~ %d
      u = float[6,8] ~ %d
      h = MatMul(%s, w)
      r = Relu(h)
      embedding = MatMul(r, u)
    }
    """
        .formatted(input, seed, seed + 1, input);
  }

  @Test
  void whatTheProgramGivesIsCutOnlyWhereThatIsAskedFor() {
    List<Tie> ties = List.of(sizes("encoder:embedding[1]", "decoder:embedding[1]"));
    Bundle bundle = bundle(ties, tower("x", 1), tower("z", 5));

    assertThat(tied(graph(bundle, true))).containsExactly("encoder:embedding 8");
    DependencyGraph graph = graph(bundle, false);
    assertThat(tied(graph)).isEmpty();
    assertThat(graph.blocked())
        .extracting(DependencyGraph.Blocked::reason)
        .contains(
            "'embedding' stays: it is what the program gives: 'outputs: true' lets it lose"
                + " numbers");
  }

  /** Both parts look tokens up in one table, and what is behind it is added to nothing else. */
  private static String lookup(int seed) {
    return """
    ir 10, opset 17
    graph g(ids: int64[N,3]) -> (y: float[N,3,7]) {
      table = float[20,8] ~ 9
      o = float[8,7] ~ %d
      e = Gather(table, ids)
      r = Relu(e)
      y = MatMul(r, o)
    }
    """
        .formatted(seed);
  }

  @Test
  void tiedWeightsLoseTheSameAndAreOneTensorAfterwards() {
    Bundle bundle =
        bundle(List.of(weights("encoder:table", "decoder:table")), lookup(1), lookup(2));
    DependencyGraph graph = graph(bundle, false);

    assertThat(tied(graph)).containsExactly("encoder:e 8");
    graph.remove(Map.of(graph.group("encoder:e"), new int[] {1, 4}));

    assertThat(weight(bundle, "encoder", "table").sizes()).containsExactly(20, 6);
    assertThat(weight(bundle, "decoder", "o").sizes()).containsExactly(6, 7);
    assertThat(weight(bundle, "decoder", "table")).isSameAs(weight(bundle, "encoder", "table"));
    assertThat(bundle.ties()).allSatisfy(tie -> assertThat(tie.problems(bundle)).isEmpty());
  }
}
