package io.demitasse.evaluate;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder, gone when it is closed and also when the program is interrupted. */
public final class WorkFolder implements AutoCloseable {
  private final Path path;
  private final Thread hook;

  public WorkFolder() {
    try {
      path = Files.createTempDirectory("demitasse-");
    } catch (IOException e) {
      throw DemitasseException.backendFailed("Cannot make a temporary folder: " + Reason.of(e), e);
    }
    hook = new Thread(() -> delete(path), "demitasse-cleanup");
    java.lang.Runtime.getRuntime().addShutdownHook(hook);
  }

  /** A folder of this name inside, made if there is none. */
  public Path folder(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
    } catch (IOException e) {
      throw DemitasseException.backendFailed("Cannot make a temporary folder: " + Reason.of(e), e);
    }
  }

  @Override
  public void close() {
    delete(path);
    try {
      java.lang.Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program is ending already, and the hook does the same work.
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> tree = Files.walk(folder)) {
      tree.sorted(Comparator.reverseOrder()).forEach(WorkFolder::deleteOne);
    } catch (IOException e) {
      // What cannot be listed any more is gone already.
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      file.toFile().deleteOnExit();
    }
  }
}
