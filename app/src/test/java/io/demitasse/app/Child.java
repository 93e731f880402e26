package io.demitasse.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The command in a process of its own, for what cannot happen inside this one.
 *
 * @param temporary the only place where it makes temporary files
 */
record Child(Process process, Path temporary, Path err) {
  private static final long PATIENCE_SECONDS = 120;

  /**
   * Starts the command.
   *
   * @param folder gets the temporary files and what is said on {@code err}
   * @param wrapper what stands before the command line, such as a shell that sets limits
   * @param flags of the Java machine
   */
  static Child start(Path folder, List<String> wrapper, List<String> flags, Object... arguments)
      throws IOException {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    Path err = folder.resolve("err.txt");
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(err.toFile());
    builder.redirectOutput(new File("/dev/null"));
    return new Child(builder.start(), temporary, err);
  }

  /** Waits for the end and answers the exit code. */
  int end() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("the command does not end");
    }
    return process.exitValue();
  }

  /** What it has said so far. */
  String said() throws IOException {
    return Files.readString(err);
  }
}
