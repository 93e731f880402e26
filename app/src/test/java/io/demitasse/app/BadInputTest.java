package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is given to the command and cannot be used: one sentence, an exit code, nothing left. */
final class BadInputTest {
  @TempDir private Path folder;
  private Path output;

  @BeforeEach
  void chooseOutput() {
    output = folder.resolve("out").resolve("small.onnx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "bench", "compress", "evaluate"})
  void aMissingFileIsABadRequest(String command) {
    Path missing = folder.resolve("missing.onnx");

    Invocation invocation =
        switch (command) {
          case "compress" -> Invocation.of(command, missing, "-o", output);
          case "evaluate" -> Invocation.of(command, missing, "--against", missing);
          default -> Invocation.of(command, missing);
        };

    assertFailed(invocation, 2, "missing.onnx");
  }

  @Test
  void aTextFileNamedOnnxIsABadModel() throws IOException {
    Path text = Files.writeString(folder.resolve("text.onnx"), "This is no model.\n".repeat(9));

    assertFailed(compress(text), 3, "text.onnx");
  }

  @Test
  void anEmptyFileIsABadModel() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.onnx"));

    assertFailed(compress(empty), 3, "empty.onnx");
  }

  @Test
  void aTruncatedModelIsABadModel() throws IOException {
    byte[] whole = Files.readAllBytes(SmallEncoder.in(folder.resolve("whole")));
    Path half = Files.write(folder.resolve("half.onnx"), Arrays.copyOf(whole, whole.length / 2));

    assertFailed(compress(half), 3, "half.onnx");
  }

  @Test
  void anEmptyDataFolderIsABadRequest() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path data = Files.createDirectory(folder.resolve("nothing"));

    assertFailed(compress(model, "--data", data), 2, "nothing");
  }

  @Test
  void missingDataIsABadRequest() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));

    assertFailed(compress(model, "--data", folder.resolve("nowhere")), 2, "nowhere");
  }

  @Test
  void anUnreadableFileAmongGoodOnesIsSkippedAndCounted() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path data = Files.createDirectory(folder.resolve("data"));
    for (int i = 0; i < 12; i++) {
      Files.writeString(data.resolve("text-" + i + ".txt"), "a small cup of coffee, number " + i);
    }
    Files.write(data.resolve("broken.txt"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) 0xc0});

    Invocation invocation = compress(model, "--data", data, "--dry-run");

    assertThat(invocation.code()).as(invocation.toString()).isZero();
    assertThat(invocation.err()).contains("12 samples", "1 skipped", "broken.txt");
  }

  @Test
  void anOutputThatExistsIsRefusedBeforeAnyWork() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Files.createDirectories(output.getParent());
    Path report = Files.writeString(folder.resolve("out").resolve("small.report.html"), "mine");

    Invocation invocation = compress(model);

    assertThat(invocation.code()).isEqualTo(2);
    assertThat(invocation.err())
        .contains("small.report.html exists", "--force")
        .doesNotContain("...");
    assertThat(report).hasContent("mine");
    assertThat(output).doesNotExist();
  }

  @Test
  void theOriginalIsNeverReplacedNotEvenByForce() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    byte[] before = Files.readAllBytes(model);

    Invocation invocation = Invocation.of("compress", model, "-o", model, "--force");

    assertThat(invocation.code()).isEqualTo(2);
    assertThat(invocation.err()).contains("is the original, which is never changed");
    assertThat(model).hasBinaryContent(before);
  }

  @Test
  void anOutputBelowAFileIsRefusedBeforeAnyWork() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path file = Files.writeString(folder.resolve("file"), "mine");

    Invocation invocation = Invocation.of("compress", model, "-o", file.resolve("small.onnx"));

    assertThat(invocation.code()).isEqualTo(2);
    assertThat(invocation.err()).contains("file").doesNotContain("...");
    assertThat(file).hasContent("mine");
  }

  @Test
  void aBudgetThatIsNotUnderstoodIsABadRequest() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));

    assertFailed(compress(model, "--budget", "size<30"), 2, "'size<30'");
  }

  @Test
  void aRecipeThatIsNotUnderstoodIsABadRequest() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path recipe =
        Files.writeString(folder.resolve("r.yaml"), "demitasse: 1\nsteps:\n  - pass: make-it-so\n");

    Invocation invocation = compress(model, "--recipe", recipe);

    assertFailed(invocation, 2, "r.yaml is not a valid recipe");
    assertThat(invocation.err()).contains("make-it-so");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--threads=0", "--timing=0", "--task=juggling"})
  void optionsOutOfRangeAreBadRequests(String option) throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));

    assertFailed(compress(model, option), 2, "");
  }

  private Invocation compress(Path model, Object... more) {
    return Invocation.of(
        Stream.concat(Stream.of("compress", model, "-o", output), Stream.of(more)).toArray());
  }

  private void assertFailed(Invocation invocation, int code, String mention) {
    assertThat(invocation.code()).as(invocation.toString()).isEqualTo(code);
    List<String> complaints =
        invocation.err().lines().filter(line -> line.startsWith("demitasse: ")).toList();
    assertThat(complaints).hasSize(1);
    assertThat(complaints.getFirst()).contains(mention);
    assertThat(invocation.err()).doesNotContain("\tat ", "Exception");
    assertThat(invocation.out()).isEmpty();
    assertThat(output).doesNotExist();
  }
}
