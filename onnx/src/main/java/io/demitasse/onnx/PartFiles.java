package io.demitasse.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files in the making that belong together: all of them take their names, or none does. Closed
 * before that, they disappear.
 */
final class PartFiles implements AutoCloseable {
  private final Map<Path, PartFile> parts = new LinkedHashMap<>();

  /** Begins a file; those that others refer to are begun first. */
  Target beside(Path destination) throws IOException {
    PartFile part = PartFile.beside(destination);
    parts.put(destination, part);
    return part.target();
  }

  /** Sees everything to the disk and gives the files their names, replacing what had them. */
  void publish() throws IOException {
    for (PartFile part : parts.values()) {
      part.finish();
    }
    Map<Path, Path> kept = new LinkedHashMap<>();
    List<Path> published = new ArrayList<>();
    try {
      for (Path destination : replacedBeforeTheLast()) {
        Path aside = PartFile.hidden(destination, "old");
        Files.move(destination, aside, StandardCopyOption.ATOMIC_MOVE);
        kept.put(destination, aside);
      }
      for (Map.Entry<Path, PartFile> each : parts.entrySet()) {
        each.getValue().publish();
        published.add(each.getKey());
      }
    } catch (IOException e) {
      restore(published, kept);
      throw e;
    }
    for (Path aside : kept.values()) {
      Files.delete(aside);
    }
  }

  /**
   * A model must never lie beside data of another, so what is in the way comes back if this fails.
   * The last file replaces what it replaces in one move, after which nothing can fail.
   */
  private List<Path> replacedBeforeTheLast() {
    return parts.keySet().stream().limit(parts.size() - 1L).filter(Files::exists).toList();
  }

  private static void restore(List<Path> published, Map<Path, Path> kept) throws IOException {
    for (Path destination : published) {
      Files.deleteIfExists(destination);
    }
    for (Map.Entry<Path, Path> each : kept.entrySet()) {
      Files.move(each.getValue(), each.getKey(), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  @Override
  public void close() throws IOException {
    for (PartFile part : parts.values()) {
      part.close();
    }
  }
}
