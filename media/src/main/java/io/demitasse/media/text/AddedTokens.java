package io.demitasse.media.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.demitasse.data.SpecialTokens;
import java.io.IOException;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/** The tokens that a {@code tokenizer.json} has beside those of its model. */
final class AddedTokens {
  private static final String FIELD = "added_tokens";

  private AddedTokens() {}

  /**
   * Those that are special. What they stand for is told by how they are written: {@code [MASK]} or
   * {@code <mask>}, {@code [UNK]} or {@code <unk>}.
   *
   * @param json a tokenizer; what cannot be read has no such tokens
   */
  static SpecialTokens special(byte[] json) {
    Set<Long> all = new HashSet<>();
    OptionalLong mask = OptionalLong.empty();
    OptionalLong unknown = OptionalLong.empty();
    for (JsonNode token : all(json)) {
      JsonNode id = token.path("id");
      if (token.path("special").asBoolean() && id.isIntegralNumber() && id.asLong() >= 0) {
        all.add(id.asLong());
        String letters = token.path("content").asText().replaceAll("[^A-Za-z]", "");
        mask = letters.equalsIgnoreCase("mask") ? OptionalLong.of(id.asLong()) : mask;
        unknown = letters.equalsIgnoreCase("unk") ? OptionalLong.of(id.asLong()) : unknown;
      }
    }
    return new SpecialTokens(mask, unknown, all);
  }

  /** Reads no further than to them: the vocabulary behind them may be large. */
  private static JsonNode all(byte[] json) {
    try (JsonParser parser = new JsonMapper().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        if (field.equals(FIELD)) {
          return parser.readValueAsTree();
        }
        parser.skipChildren();
      }
      return MissingNode.getInstance();
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }
}
