package io.demitasse.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ir.Verifier;
import io.demitasse.ops.ShapeInference;
import io.demitasse.testkit.GraphGenerator;
import io.demitasse.testkit.Numbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtractionTest {
  private static final Model MODEL =
      TextGraph.parse(
          """
          ir 10, opset 21
          graph g(x: float[N,4], m: float[N,1], c: bool[]) -> (y: float[N,3], z: float[N,8]) {
            w = float[4,8] ~ 1
            u = float[8,3] ~ 3
            h = MatMul(x, w)
            r = Relu(h)
            z = Mul(r, m)
            o = If(c) <
              then_branch = graph yes() -> (p: float[...]) { p = Add(z, h) },
              else_branch = graph no() -> (q: float[...]) { q = Sub(z, h) }
            >
            y = MatMul(o, u)
          }
          """);

  private static Model extracted(Model model, Map<String, String> outputs) {
    String before = TextGraph.print(model);
    Model part = new Extraction(outputs).of(model);
    Verifier.verify(part);
    assertThat(TextGraph.print(model)).as("the whole").isEqualTo(before);
    assertThat(names(part.graph().outputs())).containsExactlyElementsOf(outputs.values());
    return part;
  }

  private static List<String> names(List<Value> values) {
    return values.stream().map(Value::name).toList();
  }

  private static Function unused() {
    return new Function(
        "own", "Unused", "", "", new Graph("body", null), List.of(), Map.of(), Map.of());
  }

  private static String refusal(Map<String, String> outputs) {
    return catchThrowableOfType(DemitasseException.class, () -> new Extraction(outputs).of(MODEL))
        .getMessage();
  }

  @Test
  void onlyWhatTheOutputsNeedStays() {
    Model part = extracted(MODEL, Map.of("r", "features"));

    assertThat(TextGraph.print(part)).contains("g(x: float[N,4]) -> (features: float[N,8])");
    assertThat(part.graph().nodes().stream().map(Node::opType)).containsExactly("MatMul", "Relu");
    assertThat(names(part.graph().initializers())).containsExactly("w");
  }

  @Test
  void inputsThatAreNeededStayInTheirOrder() {
    Model part = extracted(MODEL, Map.of("z", "z"));

    assertThat(names(part.graph().inputs())).containsExactly("x", "m");
  }

  @Test
  void extractingAgainChangesNothing() {
    Model once = extracted(MODEL, Map.of("r", "features"));

    assertThat(TextGraph.print(extracted(once, Map.of("features", "features"))))
        .isEqualTo(TextGraph.print(once));
  }

  @ParameterizedTest
  @CsvSource({"x, copied", "w, copied", "r, z", "y, r"})
  void anOutputTakesANameWhateverHadIt(String value, String name) {
    Model part = extracted(MODEL, Map.of(value, name));

    assertThat(part.graph().outputs()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyValueIsBitForBitWhatTheWholeComputes(long seed) {
    Model model = GraphGenerator.model(seed);
    Map<String, Tensor> inputs =
        ((Sample.Tensors) SyntheticInputs.of(model.graph(), seed, 1, Map.of()).get(0)).inputs();
    Model whole = model.copy();
    Map<String, String> wanted = new LinkedHashMap<>();
    for (Node node : whole.graph().nodes()) {
      Value value = node.presentOutputs().getFirst();
      ShapeInference.proved(model)
          .dataType(Objects.requireNonNull(model.graph().find(value.name())))
          .filter(DataType::isFloatingPoint)
          .ifPresent(type -> wanted.put(value.name(), "kept " + value.name()));
    }
    Model part = extracted(model, wanted);
    wanted.forEach((name, kept) -> giveOut(whole, name, part.graph().find(kept)));
    Map<String, Tensor> computed = Numbers.run(whole, inputs);
    Map<String, Tensor> expected = new LinkedHashMap<>();
    wanted.forEach((name, kept) -> expected.put(kept, computed.get(name)));

    assertThat(wanted).isNotEmpty();
    Map<String, Tensor> given = new LinkedHashMap<>(inputs);
    given.keySet().retainAll(names(part.graph().inputs()));
    Numbers.assertClose(expected, Numbers.run(part, given), 0);
  }

  private static void giveOut(Model whole, String name, @Nullable Value typed) {
    Value value = Objects.requireNonNull(whole.graph().find(name));
    if (!value.isOutput()) {
      whole.graph().addOutput(value.type(Objects.requireNonNull(typed).type()));
    }
  }

  @Test
  void functionsThatNothingCallsAreGone() {
    Model model = MODEL.copy();
    model.functions().add(unused());

    assertThat(extracted(model, Map.of("r", "r")).functions()).isEmpty();
  }

  @Test
  void allThatIsWrongIsToldAtOnce() {
    Map<String, String> outputs = new LinkedHashMap<>();
    outputs.put("yy", "a");
    outputs.put("p", "b");
    outputs.put("r", "c");
    outputs.put("h", "c");
    outputs.put("z", " ");
    outputs.put("y", "x");

    assertThat(refusal(outputs))
        .contains(
            "no value 'yy'; did you mean 'y'?",
            "'p' lies in the body of a node",
            "two outputs cannot have the same name 'c'",
            "'z' must have a name as an output",
            "'x' is the name of an input");
  }

  @Test
  void theNameOfANodeIsAnsweredWithItsValues() {
    Model model = MODEL.copy();
    model.graph().nodes().getFirst().rename("first product");

    assertThatExceptionOfType(DemitasseException.class)
        .isThrownBy(() -> new Extraction(Map.of("first product", "a")).of(model))
        .withMessageContaining("'first product' is a node and no value; it gives 'h'");
  }
}
