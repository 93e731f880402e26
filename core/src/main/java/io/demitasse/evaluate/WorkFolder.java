package io.demitasse.evaluate;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.leftover.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder, gone when it is closed and also when the program is interrupted. */
public final class WorkFolder implements AutoCloseable {
  private final Path path;

  public WorkFolder() {
    try {
      path = Files.createTempDirectory("demitasse-");
    } catch (IOException e) {
      throw DemitasseException.backendFailed("Cannot make a temporary folder: " + Reason.of(e), e);
    }
    Leftovers.deleteAtExit(path);
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
    Leftovers.delete(path);
  }
}
