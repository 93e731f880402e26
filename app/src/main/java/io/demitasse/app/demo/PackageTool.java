package io.demitasse.app.demo;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of this machine that fetches packages.
 *
 * @param name of the program, looked for in the folders of {@code PATH}
 */
record PackageTool(String name) {
  private static final int MINUTES = 3;

  /** What is done in a folder that is gone afterwards. */
  @FunctionalInterface
  interface Work {
    void in(Path folder) throws IOException;
  }

  /** Whether it is installed. */
  boolean isPresent() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(name)));
  }

  /**
   * Does something with this program in a folder of its own.
   *
   * @param packages what is fetched, for messages
   * @throws DemitasseException (bad request) when it is not installed; (backend failed) when the
   *     work fails
   */
  void work(String packages, Work work) {
    if (!isPresent()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT, "%s is fetched with %s, which is not installed here.", packages, name));
    }
    try {
      Path folder = Files.createTempDirectory("demitasse-" + name + "-");
      try {
        work.in(folder);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          String.format(Locale.ROOT, "Cannot fetch %s: %s", packages, Reason.of(e)), e);
    }
  }

  /** Runs it in a folder, to its end. */
  void run(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(name));
    command.addAll(Arrays.asList(arguments));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(name + " did not end within " + MINUTES + " minutes");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(name + " was interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", command)
              + " failed: "
              + Files.readString(log, StandardCharsets.UTF_8).strip());
    }
  }

  /** The one file of a folder that ends so. */
  Path brought(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .findFirst()
          .orElseThrow(() -> new IOException(name + " gave no file " + ending));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      tree.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }
}
