package io.demitasse.media.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which tokens byte-pair encoding makes of which two.
 *
 * @param prefix of tokens that go on with a word, which is left out where two are merged; may be
 *     empty
 */
record Merges(String prefix) {

  /**
   * A merge of two tokens.
   *
   * @param result the token that they become
   */
  record Merge(String left, String right, String result) {}

  /** Those of a model in a {@code tokenizer.json}. */
  static Merges of(JsonNode model) {
    return new Merges(model.path("continuing_subword_prefix").asText(""));
  }

  /** Reads {@code "a b"} or {@code ["a", "b"]}; empty where it is neither. */
  Optional<Merge> merge(JsonNode merge) {
    return merge.isArray() && merge.size() == 2
        ? Optional.of(merge(merge.get(0).asText(), merge.get(1).asText()))
        : merge(merge.asText());
  }

  /** Reads {@code "a b"}, as lines of a {@code merges.txt} have it. */
  Optional<Merge> merge(String text) {
    int space = text.indexOf(' ');
    return space < 1 || space == text.length() - 1 || text.indexOf(' ', space + 1) >= 0
        ? Optional.empty()
        : Optional.of(merge(text.substring(0, space), text.substring(space + 1)));
  }

  private Merge merge(String left, String right) {
    boolean goesOn = !prefix.isEmpty() && right.startsWith(prefix);
    return new Merge(left, right, left + (goesOn ? right.substring(prefix.length()) : right));
  }

  /** Leaves those that merge tokens that there are into one that there is. */
  void retain(ArrayNode merges, Predicate<String> tokens) {
    Iterator<JsonNode> all = merges.iterator();
    while (all.hasNext()) {
      if (!stays(merge(all.next()), tokens)) {
        all.remove();
      }
    }
  }

  /** Whether a merge is one of tokens that there are. */
  static boolean stays(Optional<Merge> merge, Predicate<String> tokens) {
    return merge
        .filter(each -> tokens.test(each.left()))
        .filter(each -> tokens.test(each.right()))
        .filter(each -> tokens.test(each.result()))
        .isPresent();
  }
}
