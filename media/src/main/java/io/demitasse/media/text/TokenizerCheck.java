package io.demitasse.media.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at a {@code tokenizer.json} before native code does: that code ends the whole process where
 * it meets something it does not expect.
 */
final class TokenizerCheck {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Components that carry out no patterns and no tables of the file's own. */
  private static final Set<String> PLAIN =
      Set.of(
          "BertNormalizer",
          "BertPreTokenizer",
          "BertProcessing",
          "ByteLevel",
          "Digits",
          "Lowercase",
          "Metaspace",
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Nmt",
          "Prepend",
          "Punctuation",
          "RobertaProcessing",
          "Sequence",
          "Strip",
          "StripAccents",
          "TemplateProcessing",
          "Whitespace",
          "WhitespaceSplit");

  private final JsonNode root;
  private final List<String> problems = new ArrayList<>();
  private boolean plain = true;

  private TokenizerCheck(JsonNode root) {
    this.root = root;
  }

  /**
   * What was found.
   *
   * @param problem why native code cannot take it
   * @param known whether all it consists of is known to end well, so that it need not be tried
   */
  record Found(Optional<String> problem, boolean known) {}

  /** What is no tokenizer at all the native code refuses by itself. */
  static Found of(byte[] json) {
    try {
      TokenizerCheck check = new TokenizerCheck(MAPPER.readTree(json));
      check.look();
      return new Found(check.problems.stream().findFirst(), check.plain);
    } catch (IOException e) {
      return new Found(Optional.empty(), true);
    }
  }

  private void look() {
    JsonNode model = root.path("model");
    if (!model.isObject()) {
      return;
    }
    vocabulary(model);
    component(root.path("normalizer"));
    component(root.path("pre_tokenizer"));
    component(root.path("post_processor"));
  }

  private void vocabulary(JsonNode model) {
    JsonNode vocabulary = model.path("vocab");
    if (vocabulary.isEmpty()) {
      problems.add("its vocabulary is empty");
      return;
    }
    JsonNode id = model.path("unk_id");
    if (id.isNumber() && (id.asLong() < 0 || id.asLong() >= vocabulary.size())) {
      problems.add(
          String.format(
              Locale.ROOT,
              "the id of its unknown token is %d, and its vocabulary has %d entries",
              id.asLong(),
              vocabulary.size()));
    }
    JsonNode unknown = model.path("unk_token");
    if (unknown.isTextual() && vocabulary.isObject() && !vocabulary.has(unknown.asText())) {
      problems.add("its unknown token '" + unknown.asText() + "' is not in its vocabulary");
    }
    plain &= vocabulary.isObject() || id.isNumber();
  }

  /** A component, or several in a row. */
  private void component(JsonNode component) {
    if (component.isMissingNode() || component.isNull()) {
      return;
    }
    plain &= PLAIN.contains(component.path("type").asText());
    for (String parts : List.of("normalizers", "pretokenizers", "processors")) {
      component.path(parts).forEach(this::component);
    }
    if (component.path("type").asText().equals("TemplateProcessing")) {
      template(component);
    }
  }

  private void template(JsonNode processor) {
    for (String kind : List.of("single", "pair")) {
      for (JsonNode piece : processor.path(kind)) {
        JsonNode token = piece.path("SpecialToken").path("id");
        if (token.isTextual() && !processor.path("special_tokens").has(token.asText())) {
          problems.add(
              String.format(
                  Locale.ROOT,
                  "its template names the token '%s', which its special_tokens do not have",
                  token.asText()));
        }
      }
    }
  }
}
