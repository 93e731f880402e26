package io.demitasse.zoo.weights;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.error.RegularFile;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The weights of a model in the format of CTranslate2, the file {@code model.bin} of its folder.
 *
 * <pre>
 *   u32 version   string specification   u32 revision
 *   u32 variables:  string name   u8 axes   u32 sizes ..   u8 type   u32 bytes   content
 *   u32 aliases:    string alias  string name
 *   a string is u16 bytes, the last of them zero; all numbers are little-endian
 * </pre>
 *
 * @param path where it was read from
 * @param specification what kind of model it is, such as {@code WhisperSpec}
 * @param revision of that specification
 * @param variables by name, aliases among them; their contents are views of the mapped file, which
 *     must not change as long as they are in use
 */
public record CTranslate2File(
    Path path, String specification, long revision, Map<String, Tensor> variables) {
  public CTranslate2File {
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /**
   * Opens a file, checks all that it says of itself against its size, and reads no content.
   *
   * @throws DemitasseException (bad request) when it cannot be read or is no such file, whole and
   *     of a known version, with the byte at which it is wrong
   */
  public static CTranslate2File read(Path file) {
    if (!RegularFile.isAt(file)) {
      throw DemitasseException.badRequest(
          String.format(Locale.ROOT, "There is no file %s to read weights from.", file));
    }
    try (FileChannel channel = FileChannel.open(file)) {
      MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
      return new CTranslate2Reader(file, bytes).read();
    } catch (IOException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST, "Cannot read " + file + ": " + Reason.of(e), e);
    }
  }
}
