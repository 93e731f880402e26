package io.demitasse.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample project speaks the API as it is now. That it finds Demitasse in a repository is tried
 * where a release is.
 */
final class ExampleTest {
  private static final long BEFORE = 77_020;

  @TempDir private static Path compiled;
  private static String classes = "";

  @TempDir private Path folder;
  private Path small;

  @BeforeAll
  static void compile() throws IOException {
    classes = ExampleProject.compiledTo(compiled);
  }

  @BeforeEach
  void choosePlace() {
    small = folder.resolve("small");
  }

  @Test
  void compressesItsModelAndTellsWhatCameOfIt() throws Exception {
    String told = run("latency<=1000%");

    long after = Files.size(small.resolve("model.onnx"));
    assertThat(told.lines())
        .contains("before: " + BEFORE + " bytes", "after: " + after + " bytes", "budget: met");
    assertThat(after).isLessThan(BEFORE);
  }

  @Test
  void aPassOfItsOwnIsTakenFromARecipe() throws Exception {
    run("latency<=1000%", ExampleProject.FOLDER.resolve("halves.yaml").toString());

    assertThat(Files.readString(small.resolve("recipe.yaml"))).contains("- pass: store-halves");
    assertThat(Files.size(small.resolve("model.onnx"))).isBetween(BEFORE / 2, BEFORE * 6 / 10);
  }

  private String run(String... options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                "example.CompressModel",
                ExampleProject.FOLDER.resolve("model.onnx").toString(),
                small.toString()));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String told = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(told).isZero();
    return told;
  }
}
