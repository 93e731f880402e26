package io.demitasse.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample project speaks the API as it is now. That it finds Demitasse in a repository is tried
 * where a release is.
 */
final class ExampleTest {
  private static final Path PROJECT = Path.of("..", "docs", "examples", "compress-model");
  private static final Path SOURCE = PROJECT.resolve("src/main/java/example/CompressModel.java");

  @TempDir private Path folder;

  @Test
  void compressesItsModelAndTellsWhatCameOfIt() throws Exception {
    Path classes = folder.resolve("classes");
    Path small = folder.resolve("small");
    String libraries = System.getProperty("java.class.path");

    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", libraries, "-d", classes.toString(), SOURCE.toString());
    assertThat(compiled).isZero();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classes + File.pathSeparator + libraries,
                "example.CompressModel",
                PROJECT.resolve("model.onnx").toString(),
                small.toString(),
                "latency<=1000%")
            .redirectErrorStream(true)
            .start();
    String told = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(told).isZero();
    long after = Files.size(small.resolve("model.onnx"));
    assertThat(told.lines())
        .contains("before: 77020 bytes", "after: " + after + " bytes", "budget: met");
    assertThat(after).isLessThan(77_020);
  }
}
