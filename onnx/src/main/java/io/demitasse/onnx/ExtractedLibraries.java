package io.demitasse.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder that ONNX Runtime extracts its native libraries to. It asks the JVM to delete the
 * folder at exit, but before the files in it, so that each process would leave an empty folder
 * behind. Where a file that is in use can be deleted, both go as soon as the libraries are loaded.
 */
final class ExtractedLibraries {
  private static final Path LOADED = Path.of("/proc/self/maps");

  private static final Pattern LIBRARY = Pattern.compile("/\\S*/onnxruntime-java\\d+/[^/]+$");

  private ExtractedLibraries() {}

  /** Deletes those that this process has loaded, never what another one may still need. */
  static void delete() {
    if (!Files.isReadable(LOADED)) {
      return;
    }
    try (Stream<String> lines = Files.lines(LOADED)) {
      List<Path> libraries =
          lines
              .map(LIBRARY::matcher)
              .filter(Matcher::find)
              .map(found -> Path.of(found.group()))
              .distinct()
              .toList();
      for (Path library : libraries) {
        Files.deleteIfExists(library);
      }
      for (Path folder : libraries.stream().map(Path::getParent).distinct().toList()) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      // It stays for the JVM to delete, as far as that does.
    }
  }
}
