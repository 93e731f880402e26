package io.demitasse.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Files and folders that must not outlive the program, however it ends short of being killed. */
final class Leftovers {
  private static final Set<Path> PATHS = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> PATHS.forEach(Leftovers::delete), "demitasse-leftovers"));
  }

  private Leftovers() {}

  static void deleteAtExit(Path path) {
    PATHS.add(path);
  }

  /**
   * Deletes a file, or a folder with all in it, if it is still there. What cannot be deleted stays.
   */
  static void delete(Path path) {
    try (Stream<Path> inside = Files.exists(path) ? Files.walk(path) : Stream.empty()) {
      inside.sorted(Comparator.reverseOrder()).forEach(Leftovers::deleteOne);
      PATHS.remove(path);
    } catch (IOException | UncheckedIOException e) {
      // Nothing depends on it; the shutdown hook tries again.
    }
  }

  private static void deleteOne(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
