package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Child.start(folder, HEARING, List.of(), "compress", model, "-o", output, "--timing", 5000);
    waitForCandidate(child);
    interrupt(child.process());

    assertThat(child.end()).as(child.said()).isEqualTo(130);
    assertThat(child.said()).doesNotContain("demitasse:", "\tat ");
    assertThat(candidates(child.temporary())).isEmpty();
    assertThat(output).doesNotExist();
    assertThat(model).hasBinaryContent(before);
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
