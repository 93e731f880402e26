package io.demitasse.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExtractedLibrariesTest {
  @TempDir private Path temporary;

  @Test
  void aProcessThatRunsModelsLeavesNothingBehind() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "Left out: not on Linux.");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Version.class.getName())
            .redirectErrorStream(true)
            .start();

    String said = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("ONNX Runtime 1.");
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  /** What the process does. */
  static final class Version {
    private Version() {}

    public static void main(String[] arguments) {
      System.out.println(new OnnxRuntime().version());
    }
  }
}
