package io.demitasse.leftover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class LeftoversTest {
  @TempDir private Path folder;

  /** Opens three things, closes one and ends in the middle. */
  static final class Ending {
    private Ending() {}

    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[0]);
      Leftovers.deleteAtExit(Files.createDirectories(folder.resolve("kept")));
      Leftovers.forget(folder.resolve("kept"));
      Leftovers.deleteAtExit(folder.resolve("work"));
      Files.createDirectories(folder.resolve("work/inner"));
      Files.writeString(folder.resolve("work/inner/file"), "text");
      Leftovers.atExit("first", () -> System.out.println("first"));
      Leftovers.atExit(
          "fails",
          () -> {
            throw new IllegalStateException("no");
          });
      Leftovers.atExit("last", () -> System.out.println("last"));
      System.exit(0);
    }
  }

  @Test
  void whatIsOpenWhenTheProcessEndsIsEndedTheLastFirst() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Ending.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> told = process.inputReader().readAllLines();

    assertThat(process.waitFor()).isZero();
    assertThat(told).containsExactly("last", "first");
    assertThat(folder.toFile().list()).containsExactly("kept");
  }

  @Test
  void aFolderGoesWithAllInItAndIsForgotten() throws IOException {
    int before = Leftovers.count();
    Path inner = Files.createDirectories(folder.resolve("a/b"));
    Files.writeString(inner.resolve("c"), "d");
    Leftovers.deleteAtExit(folder.resolve("a"));

    Leftovers.delete(folder.resolve("a"));
    Leftovers.delete(folder.resolve("a"));

    assertThat(folder).isEmptyDirectory();
    assertThat(Leftovers.count()).isEqualTo(before);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatCannotBeDeletedIsTriedAgainAndNotInTheWayOfTheRest() throws IOException {
    int before = Leftovers.count();
    Path locked = Files.createDirectories(folder.resolve("a/locked"));
    Files.writeString(locked.resolve("stays"), "x");
    Files.writeString(folder.resolve("a/goes"), "x");
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    Assumptions.assumeFalse(Files.isWritable(locked), "root may delete everything");
    try {
      Leftovers.delete(folder.resolve("a"));

      assertThat(folder.resolve("a/goes")).doesNotExist();
      assertThat(locked.resolve("stays")).exists();
      assertThat(Leftovers.count()).isEqualTo(before + 1);
    } finally {
      Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwxr-xr-x"));
      Leftovers.delete(folder.resolve("a"));
    }
    assertThat(Leftovers.count()).isEqualTo(before);
  }
}
