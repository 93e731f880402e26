package io.demitasse.evaluate;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What programs read of the parts they ran, by file and inputs. While a search works on one part of
 * a bundle, the others need not run again on inputs they have had.
 *
 * <p>A program reads each part in one way, so the way is no key.
 */
final class OutputCache {

  /**
   * A run of a part.
   *
   * @param high first half of the inputs' hash
   * @param low second half
   */
  private record Key(Path file, long high, long low) {}

  private final Map<Key, Object> kept = new ConcurrentHashMap<>();

  /** The reading that was kept for a run, else a new one, which is kept. */
  @SuppressWarnings("unchecked")
  <T> T get(Path file, Map<String, Tensor> inputs, Supplier<T> reading) {
    Key key = key(file, inputs);
    Object known = kept.get(key);
    if (known == null) {
      known = reading.get();
      kept.put(key, known);
    }
    return (T) known;
  }

  /** Forgets what was read of other files, such as those of candidates that were rejected. */
  void retain(Set<Path> files) {
    kept.keySet().removeIf(key -> !files.contains(key.file()));
  }

  private static Key key(Path file, Map<String, Tensor> inputs) {
    MessageDigest digest = digest();
    new TreeMap<>(inputs)
        .forEach(
            (name, tensor) -> {
              digest.update((name + tensor).getBytes(StandardCharsets.UTF_8));
              if (tensor.dataType() == DataType.STRING) {
                tensor.strings().forEach(digest::update);
              } else {
                digest.update(tensor.bytes().asByteBuffer());
              }
            });
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new Key(file, hash.getLong(), hash.getLong());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }
}
