package io.demitasse.onnx;

import io.demitasse.error.Reason;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Weights beside the model file. A model names the files itself and may come from anywhere, so
 * nothing outside its folder is opened, neither by path nor through a symbolic link.
 */
final class ExternalData {
  private final Source source;
  private final Map<String, MemorySegment> mapped = new HashMap<>();

  ExternalData(Source source) {
    this.source = source;
  }

  /**
   * The bytes of one tensor, mapped.
   *
   * @param entries what the tensor says: {@code location}, {@code offset} and {@code length}
   * @param bytes how many the tensor needs
   */
  MemorySegment find(Map<String, String> entries, long bytes, String what) {
    String location = entries.getOrDefault("location", "");
    MemorySegment file = mapped.get(location);
    if (file == null) {
      file = ProtobufFile.map(file(entries, what));
      mapped.put(location, file);
    }
    long offset = offset(entries, what);
    long length = number(entries, "length", bytes, what);
    if (length != bytes) {
      throw source.bad(
          what
              + " has "
              + length
              + " bytes of external data, expected "
              + bytes
              + ". The model is damaged.");
    }
    if (offset > file.byteSize() || length > file.byteSize() - offset) {
      throw source.bad(
          what
              + " lies at byte "
              + offset
              + " of '"
              + location
              + "', which has "
              + file.byteSize()
              + " bytes; expected at"
              + " least "
              + length
              + " from there. The data file is truncated or belongs to another model.");
    }
    return file.asSlice(offset, length);
  }

  /** The file that a tensor lies in, links followed. */
  Path file(Map<String, String> entries, String what) {
    return resolve(entries.getOrDefault("location", ""), what);
  }

  /** Where in its file a tensor begins. */
  long offset(Map<String, String> entries, String what) {
    return number(entries, "offset", 0, what);
  }

  private long number(Map<String, String> entries, String key, long otherwise, String what) {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the same complaint as a negative number.
    }
    throw source.bad(
        what + " has external data with " + key + " '" + text + "', expected a number from 0.");
  }

  private Path resolve(String location, String what) {
    String named = what + " names the data file '" + location + "', ";
    if (location.isEmpty()) {
      throw source.bad(
          what + " is external but names no file, expected a location. The model is damaged.");
    }
    try {
      Path folder = source.file().toAbsolutePath().resolveSibling("").toRealPath();
      Path relative = Path.of(location);
      if (relative.isAbsolute() || !folder.resolve(relative).normalize().startsWith(folder)) {
        throw source.bad(
            named + "which lies outside the model's folder, expected a file beside the model.");
      }
      Path file = folder.resolve(relative).normalize();
      if (!Files.isRegularFile(file)) {
        throw source.bad(
            named + "which does not exist, expected it beside the model. Copy it there.");
      }
      Path real = file.toRealPath();
      if (!real.startsWith(folder)) {
        throw source.bad(
            named
                + "which is a link out of the model's folder, expected a file in it. Copy the file"
                + " itself there.");
      }
      return real;
    } catch (InvalidPathException e) {
      throw source.bad(named + "which is not a file name, expected one beside the model.");
    } catch (IOException e) {
      throw source.bad(named + "which cannot be read: " + Reason.of(e) + ".");
    }
  }
}
