package io.demitasse.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ir.Verifier;
import io.demitasse.ops.Parameters;
import io.demitasse.testkit.GraphGenerator;
import io.demitasse.testkit.Numbers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {
  private static final Model MODEL =
      TextGraph.parse(
          """
          ir 10, opset 21
          graph g(x: float[N,4], m: float[N,1], c: bool[]) -> (y: float[N,3]) {
            w = float[4,8] ~ 1
            v = float[8,8] ~ 2
            u = float[8,3] ~ 3
            k = Constant() <value=float[8] {1, 2, 3, 4, 5, 6, 7, 8}>
            h = MatMul(x, w)
            a = Add(h, k)
            i = MatMul(a, v)
            r = Relu(i)
            s = Mul(r, m)
            t = Add(s, h)
            o = If(c) <
              then_branch = graph yes() -> (p: float[...]) { p = Add(t, h) },
              else_branch = graph no() -> (q: float[...]) { q = Sub(t, h) }
            >
            y = MatMul(o, u)
          }
          """);

  private static List<String> names(List<Value> values) {
    return values.stream().map(Value::name).toList();
  }

  private static Model block(Model model, String inputs, String outputs) {
    String before = TextGraph.print(model);
    Model block = Block.of(model, List.of(inputs.split(" ", -1)), List.of(outputs.split(" ", -1)));
    Verifier.verify(block);
    assertThat(TextGraph.print(model)).as("the whole").isEqualTo(before);
    assertThat(names(block.graph().inputs())).containsExactlyInAnyOrder(inputs.split(" ", -1));
    assertThat(names(block.graph().outputs())).containsExactly(outputs.split(" ", -1));
    return block;
  }

  /** Runs the whole with all that the block takes and gives among its outputs, then the block. */
  private static void assertComputesTheSame(Model model, String inputs, String outputs) {
    Model block = block(model, inputs, outputs);
    Model whole = model.copy();
    for (String name : (inputs + " " + outputs).split(" ", -1)) {
      Value value = Objects.requireNonNull(whole.graph().find(name));
      if (!value.isInput() && !value.isOutput()) {
        whole.graph().addOutput(value.type(type(block, name)));
      }
    }
    Map<String, Tensor> samples =
        ((Sample.Tensors) SyntheticInputs.of(model.graph(), 7, 1, Map.of("N", 2L)).get(0)).inputs();
    Map<String, Tensor> all = new HashMap<>(samples);
    all.putAll(Numbers.run(whole, samples));

    Map<String, Tensor> taken = new HashMap<>(all);
    taken.keySet().retainAll(List.of(inputs.split(" ", -1)));
    Map<String, Tensor> given = new HashMap<>(all);
    given.keySet().retainAll(List.of(outputs.split(" ", -1)));
    Numbers.assertClose(given, Numbers.run(block, taken), 0);
  }

  private static ValueType type(Model block, String name) {
    ValueType type = Objects.requireNonNull(block.graph().find(name)).type();
    return type == null ? ValueType.tensor(DataType.FLOAT) : type;
  }

  @ParameterizedTest
  @CsvSource({
    "h, a",
    "a, r",
    "h m, t",
    "a m h, t i",
    "h t c, y",
    "x m c, y",
    "x, i",
    "x r m, t",
  })
  void aPartComputesWhatItDidInTheWhole(String inputs, String outputs) {
    assertComputesTheSame(MODEL, inputs, outputs);
  }

  @Test
  void onlyWhatIsNeededIsTakenAlong() {
    Model block = block(MODEL, "a", "r");

    assertThat(block.graph().nodes().stream().map(Node::opType)).containsExactly("MatMul", "Relu");
    assertThat(names(block.graph().initializers())).containsExactly("v");
    assertThat(TextGraph.print(block)).contains("g(a: float[N,8]) -> (r: float[N,8])");
  }

  @Test
  void weightsHaveTheNamesAndNumbersThatTheyHave() {
    Map<String, Value> own = Parameters.of(block(MODEL, "x", "i"));
    Map<String, Value> whole = Parameters.of(MODEL);

    assertThat(own.keySet()).containsExactly("w", "k", "v");
    own.forEach(
        (key, value) ->
            assertThat(value.constant().orElseThrow())
                .isSameAs(Objects.requireNonNull(whole.get(key)).constant().orElseThrow()));
  }

  /** Each node of a transformer by itself. */
  @ParameterizedTest
  @ValueSource(longs = {1, 3, 5, 7})
  void everyNodeOfARealGraphCanBeCutOut(long seed) {
    Model model = GraphGenerator.model(seed, 17);
    int cut = 0;
    for (Node node : model.graph().nodes()) {
      List<String> inputs =
          node.inputs().stream()
              .filter(value -> value != null && value.constant().isEmpty())
              .map(value -> Objects.requireNonNull(value).name())
              .distinct()
              .toList();
      if (!inputs.isEmpty() && node.subgraphs().isEmpty()) {
        Model block = block(model, String.join(" ", inputs), node.output().name());
        assertThat(block.graph().nodes().stream().filter(each -> !each.is("Constant"))).hasSize(1);
        cut++;
      }
    }
    assertThat(cut).isGreaterThan(10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "h    | t | it depends on the model's input 'm' too",
        "a    | h | it depends on the model's input 'x' too",
        "x m  | r | nothing in it depends on 'm': leave that out",
        "x h  | r | nothing in it depends on 'x': leave that out",
        "w    | h | 'w' is constant, and a block begins at values that vary",
        "k    | a | 'k' is constant, and a block begins at values that vary",
        "h    | h | 'h' is an output of the block too",
        "hh   | r | The model has no value 'hh'",
        "h    | rr | The model has no value 'rr'",
        "p    | y | The model has no value 'p'",
      })
  void whatIsNoBlockIsRefused(String inputs, String outputs, String reason) {
    assertThatExceptionOfType(DemitasseException.class)
        .isThrownBy(
            () -> Block.of(MODEL, List.of(inputs.split(" ", -1)), List.of(outputs.split(" ", -1))))
        .withMessageContaining(reason)
        .matches(e -> e.kind() == DemitasseException.Kind.BAD_REQUEST);
  }
}
