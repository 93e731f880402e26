package io.demitasse.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files that were written together with a report: it begins the report's JSON, and by it a
 * later run knows which files are its own to replace.
 *
 * @param files by name, relative to the folder that the report lies in, with {@code /} between
 *     folders; the report itself is not among them
 */
public record Inventory(Map<String, Entry> files) {
  static final String KEY = "files";

  /** A file as it was written; the hash is SHA-256 in hexadecimal digits. */
  public record Entry(long bytes, String sha256) {}

  public Inventory {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }

  /** What a report's JSON lists; empty when the file is missing or no such report. */
  public static Optional<Inventory> read(Path json) {
    if (!Files.isRegularFile(json, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
      boolean begins =
          parser.nextToken() == JsonToken.START_OBJECT
              && KEY.equals(parser.nextFieldName())
              && parser.nextToken() == JsonToken.START_OBJECT;
      return begins ? Optional.ofNullable(entries(parser)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Inventory entries(JsonParser parser) throws IOException {
    Map<String, Entry> files = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      Entry entry = parser.nextToken() == JsonToken.START_OBJECT ? entry(parser) : null;
      if (entry == null) {
        return null;
      }
      files.put(name, entry);
    }
    return parser.currentToken() == JsonToken.END_OBJECT && !files.isEmpty()
        ? new Inventory(files)
        : null;
  }

  private static @Nullable Entry entry(JsonParser parser) throws IOException {
    boolean whole =
        "bytes".equals(parser.nextFieldName()) && parser.nextToken() == JsonToken.VALUE_NUMBER_INT;
    if (!whole) {
      return null;
    }
    long bytes = parser.getLongValue();
    if (!"sha256".equals(parser.nextFieldName())) {
      return null;
    }
    String sha256 = parser.nextTextValue();
    return sha256 != null && parser.nextToken() == JsonToken.END_OBJECT
        ? new Entry(bytes, sha256)
        : null;
  }
}
