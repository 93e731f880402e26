package io.demitasse.evaluate;

import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of a bundle's parts, by part. */
public record BundleFiles(Map<String, Path> files) {
  public BundleFiles {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  public Path file(String part) {
    Path file = files.get(part);
    if (file == null) {
      throw new IllegalArgumentException("no part '" + part + "' among " + files.keySet());
    }
    return file;
  }

  /** The same with another file for one part. */
  public BundleFiles with(String part, Path file) {
    Map<String, Path> changed = new LinkedHashMap<>(files);
    changed.put(part, file);
    return new BundleFiles(changed);
  }

  /** Bytes of one part on disk, its external data included. */
  public long bytes(String part) {
    Path file = file(part);
    Path data = file.resolveSibling(file.getFileName() + ".data");
    try {
      return Files.size(file) + (Files.exists(data) ? Files.size(data) : 0);
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Cannot tell the size of " + file + ": " + e.getMessage(), e);
    }
  }

  public long bytes() {
    return files.keySet().stream().mapToLong(this::bytes).sum();
  }
}
