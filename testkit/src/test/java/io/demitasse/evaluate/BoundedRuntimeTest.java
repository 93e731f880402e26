package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Runtime.SessionOptions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedRuntimeTest {
  private static final Memory TEN_MEGABYTES = new Memory(20_000_000);
  private static final Ports PORTS = BoundedRuntime.bound(Ports.find(), TEN_MEGABYTES);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sizes = int64[3] {1000, 1000, 4250} all = ConstantOfShape(sizes)",
        "one = float[1] {1} sizes = int64[3] {1000, 1000, 4250} all = Expand(one, sizes)",
        "one = float[10,10] ~ 1 times = int64[2] {10000, 10000} all = Tile(one, times)",
        "sizes = int64[3] {4000000000, 4000000000, 4000000000} all = ConstantOfShape(sizes)",
      })
  void aModelThatMakesTooMuchOfAnyInputIsRefusedBeforeItIsLoaded(String nodes) {
    Model model =
        TextGraph.parse(
            "opset 14 graph g(x: float[2]) -> (y) { %s s = ReduceMax(all) <keepdims=0> y = Add(x, s) }"
                .formatted(nodes));

    assertThatThrownBy(() -> PORTS.runtime().open(model, SessionOptions.of(1)))
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST))
        .hasMessageContaining("of whatever inputs needs")
        .hasMessageContaining("10 MB are allowed")
        .hasMessageContaining("--memory");
    assertThat(PORTS.runtime().refuses(model)).isPresent();
  }

  @Test
  void whetherARunFitsDependsOnTheSizesOfItsInputs(@TempDir Path folder) {
    Model model = TextGraph.parse("opset 14 graph g(x: float[n]) -> (y) { a = Exp(x) y = Exp(a) }");
    Path file = folder.resolve("g.onnx");
    PORTS.format().write(model, file, ModelFormat.WriteOptions.DEFAULT);

    try (Runtime.Session session = PORTS.runtime().open(file, SessionOptions.of(1))) {
      assertThat(session.run(Map.of("x", Tensor.ofFloats(new long[] {3}, 0, 0, 0)))).hasSize(1);

      Map<String, Tensor> large =
          Map.of("x", Tensor.ofFloats(new long[] {2_000_000}, new float[2_000_000]));
      assertThatThrownBy(() -> session.run(large))
          .isInstanceOfSatisfying(
              DemitasseException.class,
              e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST))
          .hasMessage(
              "One run at {x=[2000000]} needs about 16 MB for inputs and results, and 10 MB are"
                  + " allowed. Use smaller inputs, or allow more with --memory.");
      assertThatThrownBy(() -> session.run(large, (name, tensor) -> {}))
          .hasMessageContaining("16 MB");
    }
  }

  @Test
  void valuesOfUnknownSizeAreTold() {
    Model model =
        TextGraph.parse(
            """
            opset 14
            graph g(x: float[n]) -> (y) {
              places = NonZero(x)
              a = Exp(x)
              b = Exp(a)
              y = Gather(b, places)
            }
            """);
    try (Runtime.Session session = PORTS.runtime().open(model, SessionOptions.of(1))) {
      assertThatThrownBy(
              () ->
                  session.run(
                      Map.of("x", Tensor.ofFloats(new long[] {2_000_000}, new float[2_000_000]))))
          .hasMessageContaining("without 2 values of unknown size");
    }
  }

  @Test
  void theMachineHasMemoryAtHand() {
    Memory atHand = Memory.atHand();

    assertThat(atHand.bytes()).isGreaterThan(1 << 20);
    assertThat(atHand.ofInventedRun()).isLessThan(atHand.ofRun());
    assertThat(atHand.ofTraining()).isLessThan(atHand.ofRun());
    assertThatThrownBy(() -> new Memory(0)).isInstanceOf(DemitasseException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "20000000 | Identity(on) | true",
        "20000000 | Less(i, limit) | false",
        "20 | Identity(on) | false",
      })
  void aLoopThatHardlyEndsIsNotRun(long trips, String condition, boolean refused) {
    Model model =
        TextGraph.parse(
            """
            opset 17
            graph g(x: float[4]) -> (y) {
              trips = int64[] {TRIPS}
              go = bool[] {true}
              y = Loop(trips, go, x) <
                body=graph body(i: int64[], on: bool[], state: float[4]) -> (on2, next) {
                  limit = int64[] {3}
                  half = float[] {0.5}
                  on2 = CONDITION
                  next = Mul(state, half)
                }
              >
            }
            """
                .replace("TRIPS", String.valueOf(trips))
                .replace("CONDITION", condition));
    Runtime bounded = BoundedRuntime.bound(Ports.find(), new Memory(1 << 30)).runtime();

    if (refused) {
      assertThatThrownBy(() -> bounded.open(model, Runtime.SessionOptions.of(1)))
          .hasMessageContaining("One run goes 20,000,000 times through the body of a loop");
    } else {
      try (Runtime.Session session = bounded.open(model, Runtime.SessionOptions.of(1))) {
        assertThat(session.run(Map.of("x", Tensor.ofFloats(new long[] {4}, 1, 2, 3, 4))))
            .containsKey("y");
      }
    }
  }
}
