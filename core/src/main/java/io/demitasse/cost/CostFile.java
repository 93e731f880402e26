package io.demitasse.cost;

import io.demitasse.error.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file that keeps what was measured in one setting. It is replaced as a whole, so that a reader
 * sees either state; of two writers at once one may lose what it measured, to be measured again.
 */
public record CostFile(Path path, Setting setting) {

  /** Far more than all kernels there are. */
  private static final long MOST_BYTES = 16 << 20;

  /**
   * What a file holds.
   *
   * @param ignored why the file that is there was not taken; empty when it was, or there is none
   */
  public record Content(List<KernelCost> costs, Optional<String> ignored) {
    public Content {
      costs = List.copyOf(costs);
    }

    static Content ignored(String why) {
      return new Content(List.of(), Optional.of(why));
    }
  }

  /** The file for a setting in the user's cache. */
  public static CostFile of(Setting setting) {
    return in(CacheFolder.here(), setting);
  }

  static CostFile in(Path cache, Setting setting) {
    return new CostFile(cache.resolve("kernels").resolve(setting.fileName()), setting);
  }

  /** What is there. A file that is damaged, or of another setting or version, holds nothing. */
  public Content read() {
    try {
      if (!Files.isRegularFile(path)) {
        return new Content(List.of(), Optional.empty());
      }
      if (Files.size(path) > MOST_BYTES) {
        return Content.ignored("it is larger than any such file");
      }
      return CostText.parse(Files.readString(path, StandardCharsets.UTF_8), setting);
    } catch (IOException e) {
      return Content.ignored(Reason.of(e));
    }
  }

  /**
   * Adds to what is there, and replaces what is there of the same kernels.
   *
   * @return why it could not be written; empty when it was
   */
  public Optional<String> add(Collection<KernelCost> measured) {
    Map<Kernel, KernelCost> all = new LinkedHashMap<>();
    read().costs().forEach(cost -> all.put(cost.kernel(), cost));
    measured.forEach(cost -> all.put(cost.kernel(), cost));
    try {
      Path folder = Files.createDirectories(path.toAbsolutePath().getParent());
      Path written = Files.createTempFile(folder, "kernels-", ".tmp");
      try {
        Files.writeString(written, CostText.of(all.values(), setting), StandardCharsets.UTF_8);
        replace(written);
      } finally {
        Files.deleteIfExists(written);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(Reason.of(e));
    }
  }

  private void replace(Path written) throws IOException {
    try {
      Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(written, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
