package io.demitasse.media.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import java.util.Optional;

/** The field of a line of JSON that says what its sample is for. */
final class SplitField {
  static final String NAME = "split";

  private SplitField() {}

  /**
   * What it says; empty where there is none.
   *
   * @throws DemitasseException (bad request) when it says something else, without naming the line
   */
  static Optional<Split> of(JsonNode object) {
    JsonNode field = object.get(NAME);
    if (field == null || field.isNull()) {
      return Optional.empty();
    }
    Optional<Split> split = field.isTextual() ? Split.named(field.textValue()) : Optional.empty();
    if (split.isEmpty()) {
      throw DemitasseException.badRequest(
          "has the \"split\" " + field + ", expected " + Split.usualNames());
    }
    return split;
  }
}
