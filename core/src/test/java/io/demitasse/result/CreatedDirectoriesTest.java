package io.demitasse.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CreatedDirectoriesTest {
  @TempDir private Path folder;

  @Test
  void takesAwayWhatItMadeAndNothingElse() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));

    CreatedDirectories made =
        CreatedDirectories.above(there.resolve("a").resolve("b").resolve("file"));
    assertThat(there.resolve("a").resolve("b")).isDirectory();
    made.remove();

    assertThat(there).isEmptyDirectory();
  }

  @Test
  void leavesFoldersThatHoldSomething() throws IOException {
    Path inner = folder.resolve("a").resolve("b");

    CreatedDirectories made = CreatedDirectories.above(inner.resolve("file"));
    Path mine = Files.createFile(folder.resolve("a").resolve("mine"));
    made.remove();

    assertThat(inner).doesNotExist();
    assertThat(mine).exists();
  }

  @Test
  void leavesAFolderThatWasThere() throws IOException {
    CreatedDirectories.above(folder.resolve("file")).remove();

    assertThat(folder).isDirectory();
  }

  @Test
  void whatCannotBeMadeLeavesNothing() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> CreatedDirectories.above(file.resolve("a").resolve("b")));
    assertThat(folder.toFile().list()).containsExactly("file");
  }
}
