package io.demitasse.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Files that descriptions and data name: hostile until it is known where they lie. */
public final class InnerFile {
  private InnerFile() {}

  /** A file below a folder, also after its links are followed; empty when it lies elsewhere. */
  public static Optional<Path> of(Path folder, String name) {
    try {
      Path file = folder.resolve(name).normalize();
      boolean within =
          file.startsWith(folder)
              && (!Files.exists(file) || file.toRealPath().startsWith(folder.toRealPath()));
      return within ? Optional.of(file) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
