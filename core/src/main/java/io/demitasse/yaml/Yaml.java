package io.demitasse.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The text form of trees of maps, lists, texts and numbers. */
public final class Yaml {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          YAMLFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .build());

  private Yaml() {}

  /**
   * Reads a file.
   *
   * @param kind what the file is called in messages, such as {@code recipe}
   * @return null when the file is empty
   * @throws DemitasseException (bad request) when it is missing or no YAML
   */
  public static @Nullable Object read(Path file, String kind) {
    return parse(written(file, kind), file.toString());
  }

  /**
   * The text of a file.
   *
   * @param kind what the file is called in messages, such as {@code recipe}
   * @throws DemitasseException (bad request) when it is missing or no text
   */
  public static String written(Path file, String kind) {
    if (!Files.isRegularFile(file)) {
      throw DemitasseException.badRequest("There is no " + kind + " file " + file + ".");
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          "The " + kind + " file " + file + " cannot be read: " + e.getMessage());
    }
  }

  /**
   * Parses a text.
   *
   * @param origin what the text is called in messages
   * @throws DemitasseException (bad request) when it is no YAML, or says a key twice
   */
  public static @Nullable Object parse(String text, String origin) {
    try {
      return MAPPER.readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
      throw DemitasseException.badRequest(
          origin + line + " is not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
  }

  /** The text that {@link #parse} reads. */
  public static String text(Map<String, Object> tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree has only maps, lists, texts and numbers", e);
    }
  }
}
