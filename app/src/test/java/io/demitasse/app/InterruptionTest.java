package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle: exit 130, and nothing is left but the original. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class InterruptionTest {
  /**
   * A process that was started in the background of a script ignores Ctrl-C, and so do all that it
   * starts; on Linux this undoes it.
   */
  private static final List<String> HEARING =
      OS.LINUX.isCurrentOs() ? List.of("env", "--default-signal=INT") : List.of();

  @TempDir private Path folder;

  @Test
  void leavesNothingBehind() throws IOException, InterruptedException {
    Path model = SmallEncoder.alone(folder.resolve("model"));
    byte[] before = Files.readAllBytes(model);
    Path output = folder.resolve("out");

    Child child =
        Child.start(folder, HEARING, List.of(), "compress", model, "-o", output, "--timing", 1000);
    waitForCandidate(child);
    interrupt(child.process());

    assertThat(child.end()).as(child.said()).isEqualTo(130);
    assertThat(child.said()).doesNotContain("demitasse:", "\tat ");
    assertThat(candidates(child.temporary())).isEmpty();
    assertThat(output).doesNotExist();
    assertThat(model).hasBinaryContent(before);
  }

  @Test
  void aNewModelThatIsHalfWrittenGoes() throws IOException, InterruptedException {
    Path output = folder.resolve("new/gpt.onnx");

    Child child = Child.start(folder, HEARING, List.of(), "new", "gpt-2-medium", "-o", output);
    while (child.process().isAlive() && !isBegun(output.getParent())) {
      Thread.sleep(20);
    }
    interrupt(child.process());

    assertThat(child.end()).as(child.said()).isEqualTo(130);
    assertThat(child.said()).doesNotContain("demitasse:", "\tat ");
    assertThat(output.getParent()).doesNotExist();
  }

  /** Whether a file is being made somewhere below a folder, beside the lock. */
  private static boolean isBegun(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files =
        Files.find(folder, 3, (_, attributes) -> attributes.isRegularFile())) {
      return files.count() > 1;
    }
  }

  @Test
  void theBestSoFarIsKeptWhereThatWasAskedFor() throws IOException, InterruptedException {
    Path model = SmallEncoder.alone(folder.resolve("model"));
    Path output = folder.resolve("out");
    Object[] job = {"compress", model, "-o", output, "--timing", 400, "--keep-best"};

    Child child = Child.start(folder, HEARING, List.of(), job);
    waitForCandidate(child);
    interrupt(child.process());

    assertThat(child.end()).as(child.said()).isZero();
    assertThat(child.said())
        .contains("ending the search to measure the best so far")
        .contains("the search was ended: not tried, or not to its end, is ");
    assertThat(output).isDirectoryContaining("glob:**.onnx");
    assertThat(candidates(child.temporary())).isEmpty();
  }

  @Test
  void whatWasKilledGoesOnWhereItWas() throws IOException, InterruptedException {
    Path model = SmallEncoder.alone(folder.resolve("model"));
    Path output = folder.resolve("out");
    Path journal = folder.resolve("journal.jsonl");
    Object[] job = {"compress", model, "-o", output, "--timing", 50, "--journal", journal};

    Child child = Child.start(folder, List.of(), List.of(), job);
    while (child.process().isAlive() && lines(journal).size() < 4) {
      Thread.sleep(20);
    }
    child.process().destroyForcibly();
    assertThat(child.end()).as(child.said()).isEqualTo(137);
    List<String> measured = lines(journal);

    Invocation resumed = Invocation.of(with(job, "--resume"));
    assertThat(resumed.code()).as(resumed.toString()).isZero();
    assertThat(resumed.err()).contains("of the run that was cut short are used again");
    assertThat(lines(journal)).startsWith(measured.toArray(String[]::new));
    assertThat(output).isDirectoryContaining("glob:**.onnx");

    Invocation other = Invocation.of(with(job, "--resume", "--force", "--seed", 8));
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("the seed was 7, now it is 8");
  }

  private static Object[] with(Object[] job, Object... further) {
    return Stream.concat(Arrays.stream(job), Arrays.stream(further)).toArray();
  }

  /** The lines that were written whole. */
  private static List<String> lines(Path journal) throws IOException {
    if (!Files.exists(journal)) {
      return List.of();
    }
    String text = Files.readString(journal);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private static void waitForCandidate(Child child) throws IOException, InterruptedException {
    while (child.process().isAlive() && candidates(child.temporary()).size() < 2) {
      Thread.sleep(20);
    }
    assertThat(child.process().isAlive()).as(child.said()).isTrue();
  }

  /** The temporary folders of the command and what lies in them. */
  private static List<Path> candidates(Path temporary) throws IOException {
    try (Stream<Path> files = Files.find(temporary, 2, (file, attributes) -> true)) {
      return files
          .filter(file -> temporary.relativize(file).toString().startsWith("demitasse-"))
          .toList();
    }
  }

  /** Sends what Ctrl-C sends. */
  private static void interrupt(Process process) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }
}
