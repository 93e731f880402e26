package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MemoryOptionTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "500MB, 500000000",
    "4GB, 4000000000",
    "4 gb, 4000000000",
    "2GiB, 2147483648",
    "1.5k, 1500",
    "800, 800"
  })
  void readsSizesAsPeopleWriteThem(String text, long bytes) {
    assertThat(MemoryOption.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "much", "-1GB", "4XB", "1,5GB"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatThrownBy(() -> MemoryOption.bytes(text))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("500MB, 4GB or 2GiB, got '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compress", "evaluate", "bench", "inspect"})
  void whatCannotFitIsRefusedBeforeItRuns(String command) {
    Path model = folder.resolve("wide.onnx");
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                "opset 14 graph g(x: float[1,1000000]) -> (y) { a = Exp(x) y = Exp(a) }"),
            model,
            ModelFormat.WriteOptions.DEFAULT);
    Object[] arguments =
        switch (command) {
          case "compress" -> new Object[] {command, model, "-o", folder.resolve("out")};
          case "evaluate" -> new Object[] {command, model, "--against", model};
          case "bench" -> new Object[] {command, model, "--quick"};
          default -> new Object[] {command, model, "--profile"};
        };

    Invocation run = Invocation.of(with(arguments, "--memory", "10MB"));

    assertThat(run.code()).as(run.toString()).isEqualTo(2);
    assertThat(run.err()).contains("8 MB", "5 MB are allowed", "--memory");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void sizesThatAreAskedForAreTaken() {
    Path model = folder.resolve("open.onnx");
    Ports.find()
        .format()
        .write(
            TextGraph.parse("opset 14 graph g(x: float[batch,n]) -> (y) { y = Exp(x) }"),
            model,
            ModelFormat.WriteOptions.DEFAULT);

    Invocation run = Invocation.of("evaluate", model, "--against", model, "--shape", "width=4");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("'width'", "batch", "n");
  }

  private static Object[] with(Object[] arguments, Object... further) {
    Object[] all = java.util.Arrays.copyOf(arguments, arguments.length + further.length);
    System.arraycopy(further, 0, all, arguments.length, further.length);
    return all;
  }
}
