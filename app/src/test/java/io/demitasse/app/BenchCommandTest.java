package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCommandTest {
  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void makeModel() throws IOException {
    model = SmallEncoder.alone(folder);
  }

  @Test
  void timesAModelAgainstItselfOnEachShape() {
    Invocation run =
        Invocation.of(
            "bench", model, "--quick", "--shape", "batch=1,seq=4", "--shape", "batch=2,seq=5");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("1x4", "2x5", "time", "ratio", "timed against itself");
  }

  @Test
  void anImpossibleTimeIsRefused() {
    for (String command : List.of("bench", "compress")) {
      Invocation run =
          command.equals("bench")
              ? Invocation.of("bench", model, "--timing", 0)
              : Invocation.of("compress", model, "-o", folder.resolve("x.onnx"), "--timing", 0);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("Timing takes at least 1 ms for each kind of input, got 0.");
    }
  }

  @Test
  void theTimeToMeasureCanBeGiven() {
    Invocation run = Invocation.of("bench", model, "--timing", 1, "--shape", "batch=1,seq=4");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("1x4", "ratio");
  }

  @Test
  void setsSeveralModelsBesideOne() throws IOException {
    Path second = SmallEncoder.alone(folder.resolve("second"));
    Path third = SmallEncoder.alone(folder.resolve("third"));

    Invocation run =
        Invocation.of(
            "bench", second, third, "--against", model, "--quick", "--threads", 1, "--json");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("\"model\" : \"" + second + "\"", "\"model\" : \"" + third + "\"")
        .contains("\"against\" : \"" + model + "\"", "\"threads\" : 1", "\"verdict\" : ");
  }

  @Test
  void anUnknownDimensionIsNamedWithThoseThereAre() {
    Invocation run = Invocation.of("bench", model, "--quick", "--shape", "width=4");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("'width'", "batch", "sequence");
  }

  @Test
  void modelsWithOtherInputsAreRefusedBeforeTiming() {
    Path other = folder.resolve("other.onnx");
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                "ir 8, opset 17\ngraph g(x: float[2,3]) -> (y: float[2,3]) {\n  y = Relu(x)\n}\n"),
            other,
            ModelFormat.WriteOptions.DEFAULT);

    Invocation run = Invocation.of("bench", model, "--against", other, "--quick");

    assertThat(run.code()).as(run.toString()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "Models with different inputs cannot be timed against each other: "
                + other
                + " takes x, ")
        .doesNotContain("timing ");
  }

  @Test
  void absurdNumbersOfThreadsAreRefused() {
    Invocation run = Invocation.of("bench", model, "--threads", 99_999);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--threads takes at most 1024, got 99999.");
  }
}
