package io.demitasse.evaluate;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * What programs read of the parts they ran, by file and inputs. While a search works on one part of
 * a bundle, the others need not run again on inputs they have had.
 *
 * <p>A program reads each part in one way, so the way is no key. Tensors that were read are kept as
 * long as all together are small beside the heap; what does not fit is computed again.
 */
final class OutputCache {

  /**
   * A run of a part. Inputs are told apart by two checksums that processors compute: all pixels of
   * all samples are hashed in every pass over them, which took more time than reading the pictures.
   *
   * @param inputs both checksums; that two of a million inputs share them has a chance of 3e-8
   */
  private record Key(Path file, long inputs) {}

  private final Map<Key, Object> kept = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final long ceiling;

  OutputCache() {
    this(Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8));
  }

  /**
   * @param ceiling bytes of tensors that are kept at most
   */
  OutputCache(long ceiling) {
    this.ceiling = ceiling;
  }

  /** The reading that was kept for a run, else a new one, which is kept. */
  @SuppressWarnings("unchecked")
  <T> T get(Path file, Map<String, Tensor> inputs, Supplier<T> reading) {
    Key key = key(file, inputs);
    Object known = kept.get(key);
    if (known == null) {
      known = reading.get();
      keep(key, known);
    }
    return (T) known;
  }

  private void keep(Key key, Object reading) {
    long more = size(reading);
    if (bytes.addAndGet(more) > ceiling && more > 0) {
      bytes.addAndGet(-more);
    } else if (kept.put(key, reading) != null) {
      bytes.addAndGet(-more);
    }
  }

  private static long size(Object reading) {
    return switch (reading) {
      case Tensor tensor -> tensor.byteSize();
      case Map<?, ?> map -> map.values().stream().mapToLong(OutputCache::size).sum();
      default -> 0;
    };
  }

  /** Forgets what was read of other files, such as those of candidates that were rejected. */
  void retain(Set<Path> files) {
    kept.entrySet()
        .removeIf(
            entry -> {
              boolean forgotten = !files.contains(entry.getKey().file());
              bytes.addAndGet(forgotten ? -size(entry.getValue()) : 0);
              return forgotten;
            });
  }

  private static Key key(Path file, Map<String, Tensor> inputs) {
    List<Checksum> checksums = List.of(new CRC32(), new CRC32C());
    new TreeMap<>(inputs)
        .forEach(
            (name, tensor) -> {
              for (Checksum checksum : checksums) {
                checksum.update((name + tensor).getBytes(StandardCharsets.UTF_8));
                if (tensor.dataType() == DataType.STRING) {
                  tensor.strings().forEach(checksum::update);
                } else {
                  checksum.update(tensor.bytes().asByteBuffer());
                }
              }
            });
    return new Key(
        file, checksums.getFirst().getValue() << Integer.SIZE | checksums.getLast().getValue());
  }
}
