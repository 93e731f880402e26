package io.demitasse.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.evaluate.CountingRuntime;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.testkit.GraphGenerator;
import io.demitasse.testkit.PassRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutputErrorsTest {
  private static final Runtime RUNTIME = Ports.find().runtime();

  /** Three products; the second may be off, and what comes after it hides most of that. */
  private static String products(String second) {
    return """
    ir 8, opset 13
    graph g(x: float[2,16]) -> (y: float[...]) {
      w1 = float[16,16] ~ 1
      w2 = float[16,16] ~ 2
      w3 = float[16,16] ~ 3
      off = float[] {%s}
      large = float[] {30}
      a = MatMul(x, w1) # first
      b = MatMul(a, w2)
      c = Mul(b, off) # second
      d = Mul(a, large)
      e = Add(c, d)
      y = MatMul(e, w3) # third
    }
    """
        .formatted(second);
  }

  private static List<Map<String, Tensor>> inputs(Model model, int count) {
    Samples samples = SyntheticInputs.of(model.graph(), 3, count, Map.of());
    return IntStream.range(0, count)
        .mapToObj(i -> ((Sample.Tensors) samples.get(i)).inputs())
        .toList();
  }

  private static List<LayerError> measure(String before, String after, String... nodes) {
    return measure(TextGraph.parse(before), TextGraph.parse(after), List.of(nodes));
  }

  private static List<LayerError> measure(Model before, Model after, List<String> nodes) {
    return new OutputErrors(RUNTIME, inputs(before, 2)).measure(before, after, nodes);
  }

  private static List<String> labels(Model model) {
    return model.graph().nodes().stream().map(Where::label).toList();
  }

  @Test
  void theLayerThatIsOffByConstructionComesFirstAndOrderIsThatOfExecution() {
    List<LayerError> errors = measure(products("1"), products("1.1"), "third", "second", "first");

    assertThat(errors).extracting(LayerError::node).containsExactly("first", "second", "third");
    assertThat(errors.getFirst().error()).isZero();
    assertThat(errors.get(1).error()).isCloseTo(.01, within(1e-6));
    assertThat(errors.getLast().error()).isBetween(1e-7, .001);
    assertThat(errors.stream().max(Comparator.comparingDouble(LayerError::error)))
        .hasValueSatisfying(worst -> assertThat(worst.node()).isEqualTo("second"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3})
  void modelsThatAreTheSameHaveNoError(long seed) {
    Model model = GraphGenerator.model(seed);

    assertThat(measure(model, model.copy(), labels(model)))
        .hasSizeGreaterThan(3)
        .allSatisfy(layer -> assertThat(layer.error()).isZero());
  }

  @Test
  void groupsUnderALowCeilingGiveTheSameErrors() {
    Model before = TextGraph.parse(products("1"));
    Model after = TextGraph.parse(products("1.1"));
    List<String> opened = new ArrayList<>();
    List<Map<String, Tensor>> inputs = inputs(before, 2);

    List<LayerError> apart =
        new OutputErrors(counting(opened), inputs, 1).measure(before, after, labels(before));

    assertThat(apart)
        .hasSize(6)
        .isEqualTo(new OutputErrors(RUNTIME, inputs).measure(before, after, labels(before)));
    assertThat(opened).as("sessions: sizes, then two a layer").hasSize(1 + 2 * 6);
  }

  @Test
  void oneGroupTakesThreeSessionsOneAtATime() {
    Model before = TextGraph.parse(products("1"));
    List<String> opened = new ArrayList<>();

    new OutputErrors(counting(opened), inputs(before, 1)).measure(before, before, labels(before));

    assertThat(opened).containsExactly("1 open", "1 open", "1 open");
  }

  /** The runtime, writing down how many sessions are open each time that one is opened. */
  private static Runtime counting(List<String> opened) {
    return new CountingRuntime(RUNTIME, opened);
  }

  @Test
  void whatIsRoundedIsReadAfterTheRounding() {
    String before =
        """
        ir 8, opset 13
        graph g(x: float[4]) -> (z: float[...]) {
          y = Relu(x) # relu
          z = Neg(y) # negative
        }
        """;
    String after =
        """
        ir 8, opset 13
        graph g(x: float[4]) -> (z: float[...]) {
          step = float[] {1}
          zero = uint8[] {0}
          other = uint8[] {%d}
          y = Relu(x) # relu
          q = QuantizeLinear(y, step, zero)
          d = DequantizeLinear(q, step, %s)
          z = Neg(d) # negative
        }
        """;
    List<Map<String, Tensor>> inputs =
        List.of(Map.of("x", Tensor.ofFloats(new long[] {4}, 1.25f, 3, 2, -4)));
    OutputErrors errors = new OutputErrors(RUNTIME, inputs);
    Model original = TextGraph.parse(before);

    List<LayerError> rounded =
        errors.measure(
            original, TextGraph.parse(after.formatted(1, "zero")), List.of("relu", "negative"));
    List<LayerError> shifted =
        errors.measure(original, TextGraph.parse(after.formatted(1, "other")), List.of("relu"));

    double off = .25 * .25 / (1.25 * 1.25 + 9 + 4);
    assertThat(rounded)
        .extracting(LayerError::error)
        .allSatisfy(error -> assertThat(error).isCloseTo(off, within(1e-9)));
    assertThat(shifted.getFirst().error())
        .as("another grid gives another value: the layer's own is read")
        .isZero();
  }

  @Test
  void aNodeThatTookItsBiasAlongIsReadAfterTheBias() {
    PassRun run =
        PassRun.of(
            // Right on processors too that would cut off products of 8-bit weights.
            PassOptions.of(QuantizeDynamic.class, Map.of("reduce-range", true)),
            """
            ir 8, opset 13
            graph g(x: float[5,64]) -> (y: float[...]) {
              w = float[64,96] ~ 1
              b = float[96] ~ 2
              p = MatMul(x, w) # product
              s = Add(p, b) # bias
              y = Tanh(s)
            }
            """);

    List<LayerError> errors = measure(run.before(), run.after(), List.of("product"));

    assertThat(errors).hasSize(1);
    assertThat(errors.getFirst().error()).isBetween(1e-7, 1e-3);
  }

  @Test
  void aTableIsReadWhereItsRowsAreScaled() {
    PassRun run =
        PassRun.of(
            PassOptions.defaults(QuantizeDynamic.class),
            """
            ir 8, opset 13
            graph g(ids: int64[3]) -> (y: float[...]) {
              table = float[80,64] ~ 1
              rows = Gather(table, ids) # lookup
              y = Tanh(rows)
            }
            """);

    assertThat(measure(run.before(), run.after(), List.of("lookup")))
        .singleElement()
        .satisfies(layer -> assertThat(layer.error()).isBetween(1e-7, 1e-3));
  }

  @Test
  void whatCannotBeComparedIsLeftOut() {
    String before =
        """
        ir 8, opset 13
        graph g(x: float[2,3]) -> (y: float[...]) {
          nothing = float[] {0}
          gone = Neg(x) # gone
          back = Neg(gone)
          zero = Mul(x, nothing) # zero
          sizes = Shape(x) # integers
          all = Size(x)
          turned = Transpose(back) # turned
          flat = Flatten(x) # other_size
          y = Add(back, zero) # kept
        }
        """;
    String after =
        """
        ir 8, opset 13
        graph g(x: float[2,3]) -> (y: float[...]) {
          little = float[] {0.001}
          back = Abs(x)
          zero = Mul(x, little) # zero
          sizes = Shape(x) # integers
          flat = Concat(x, x) <axis=0> # other_size
          y = Add(back, zero) # kept
        }
        """;

    assertThat(
            measure(
                before, after, "gone", "zero", "integers", "other_size", "kept", "", "not there"))
        .singleElement()
        .satisfies(layer -> assertThat(layer.node()).isEqualTo("kept"));
  }

  @Test
  void whatIsNotFiniteIsInfinitelyOff() {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[4]) -> (y: float[...]) {
          w = float[] {%s}
          p = Mul(x, w)
          y = Exp(p) # layer
        }
        """;

    assertThat(measure(text.formatted("1"), text.formatted("1e30"), "layer"))
        .containsExactly(new LayerError("layer", Double.POSITIVE_INFINITY));
  }

  @Test
  void withoutInputsOrLayersNothingRuns() {
    Model model = TextGraph.parse(products("1"));
    List<String> opened = new ArrayList<>();

    assertThat(new OutputErrors(counting(opened), List.of()).measure(model, model, labels(model)))
        .isEmpty();
    assertThat(
            new OutputErrors(counting(opened), inputs(model, 1)).measure(model, model, List.of()))
        .isEmpty();
    assertThat(opened).isEmpty();
    assertThatThrownBy(() -> new OutputErrors(RUNTIME, List.of(), 0))
        .hasMessageContaining("at least 1 byte");
  }
}
