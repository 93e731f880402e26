package io.demitasse.yaml;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The text form of trees of maps, lists, texts and numbers. */
public final class Yaml {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          YAMLFactory.builder()
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .build());

  private Yaml() {}

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
          "The " + kind + " file " + file + " cannot be read: " + Reason.of(e));
    }
  }

  /**
   * Parses a text.
   *
   * @param origin what the text is called in messages
   * @param problems takes one for each key that stands a second time in its map; the last counts
   * @return null when the text is empty
   * @throws DemitasseException (bad request) when it is no YAML
   */
  static @Nullable Object parse(String text, String origin, List<String> problems) {
    try {
      collectRepeatedKeys(text, problems);
      JsonNode tree = MAPPER.readTree(text);
      return tree.isMissingNode() ? null : MAPPER.treeToValue(tree, Object.class);
    } catch (IOException e) {
      throw DemitasseException.badRequest(origin + notYaml(e));
    }
  }

  private static void collectRepeatedKeys(String text, List<String> problems) throws IOException {
    Deque<Set<String>> open = new ArrayDeque<>();
    try (JsonParser parser = MAPPER.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          open.push(new HashSet<>());
        } else if (token == JsonToken.END_OBJECT) {
          open.pop();
        } else if (token == JsonToken.FIELD_NAME && !open.element().add(parser.currentName())) {
          problems.add(
              String.format(
                  Locale.ROOT,
                  "line %d says '%s' a second time in the same map; rename it or take it out",
                  parser.currentTokenLocation().getLineNr(),
                  parser.currentName()));
        }
      }
    }
  }

  private static String notYaml(IOException e) {
    String line = "";
    if (e instanceof JsonProcessingException wrong) {
      line = wrong.getLocation() == null ? "" : ", line " + wrong.getLocation().getLineNr();
    }
    return line + " is not YAML: " + Reason.of(e);
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
