package io.demitasse.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.demitasse.error.Reason;

/** JSON for programs: records, lists, maps, text and numbers as they are. */
public final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  /**
   * The JSON of a value, indented.
   *
   * @throws IllegalArgumentException when the value is of a kind that has no JSON
   */
  public static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a result cannot be written as JSON: " + Reason.of(e), e);
    }
  }
}
