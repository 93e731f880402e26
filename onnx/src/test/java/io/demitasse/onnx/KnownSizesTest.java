package io.demitasse.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.Runtime;
import io.demitasse.port.Runtime.Session;
import io.demitasse.port.Runtime.SessionOptions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Outputs whose sizes are known stay in native memory, and go from run to run as they are. */
class KnownSizesTest {
  private static final Model CACHE =
      TextGraph.parse(
          "ir 8, opset 17 graph g(x: float[1,S], past: float[1,P])"
              + " -> (present: float[1,T], sum: float[1,1]) {"
              + " present = Concat(past, x) <axis=1>"
              + " sum = ReduceSum(present) }");

  private final Runtime runtime = new OnnxRuntime();
  private final Session session = runtime.open(CACHE, SessionOptions.of(1));

  @AfterEach
  void close() {
    session.close();
  }

  private static Map<String, Tensor> inputs(Tensor past, float x) {
    return Map.of("x", Tensor.ofFloats(new long[] {1, 1}, x), "past", past);
  }

  @Test
  void aCacheGoesFromStepToStepInNativeMemory() {
    Tensor past = Tensor.ofFloats(new long[] {1, 0});
    for (int step = 1; step <= 5; step++) {
      Map<String, Tensor> outputs =
          session.run(inputs(past, step), Map.of("present", new long[] {1, step}));
      past = outputs.get("present");
      assertThat(past.bytes().isNative()).isTrue();
      assertThat(outputs.get("sum").toDoubles()).containsExactly(step * (step + 1) / 2.);
    }
    assertThat(past.toDoubles()).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void itOutlivesTheSession() {
    Tensor present;
    try (Session other = runtime.open(CACHE, SessionOptions.of(1))) {
      present =
          other
              .run(
                  inputs(Tensor.ofFloats(new long[] {1, 1}, 3), 4),
                  Map.of("present", new long[] {1, 2}))
              .get("present");
    }
    assertThat(present.toDoubles()).containsExactly(3, 4);
  }

  @Test
  void anOutputOfNoElementsHasAPlaceToo() {
    Model copy =
        TextGraph.parse(
            "ir 8, opset 17 graph g(x: float[1,P]) -> (y: float[1,P]) { y = Identity(x) }");
    try (Session other = runtime.open(copy, SessionOptions.of(1))) {
      Map<String, Tensor> outputs =
          other.run(
              Map.of("x", Tensor.ofFloats(new long[] {1, 0})), Map.of("y", new long[] {1, 0}));
      assertThat(outputs.get("y").sizes()).containsExactly(1, 0);
    }
  }

  @Test
  void otherSizesThanSaidAreAFailureThatTellsTheReason() {
    Tensor past = Tensor.ofFloats(new long[] {1, 1}, 3);

    assertThatThrownBy(() -> session.run(inputs(past, 4), Map.of("present", new long[] {1, 7})))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("ONNX Runtime failed with inputs");
  }

  @Test
  void aNameThatIsNoOutputIsRefused() {
    Tensor past = Tensor.ofFloats(new long[] {1, 1}, 3);

    assertThatThrownBy(() -> session.run(inputs(past, 4), Map.of("future", new long[] {1, 2})))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("no output 'future'");
  }
}
