package io.demitasse.media.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.demitasse.data.Vocabulary;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of a {@code tokenizer.json}: of WordPiece, which takes the longest token that a word
 * goes on with, and of byte pairs, which are merged in order.
 *
 * <p>What stays beside tokens that are used: all that the file adds to its model, such as special
 * tokens; single characters, alone, behind the prefix of a continued word and before the suffix of
 * an ended one; bytes such as {@code <0x0A>}; and both tokens of every merge into one that stays,
 * so that it is still made in the same order.
 */
final class TokenizerVocabulary implements Vocabulary {
  private static final Set<String> KNOWN = Set.of("WordPiece", "BPE");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final ObjectNode root;
  private final Map<String, Integer> ids = new HashMap<>();
  private final BitSet added = new BitSet();
  private int size;

  private TokenizerVocabulary(Path file, ObjectNode root) {
    this.file = file;
    this.root = root;
    for (Map.Entry<String, JsonNode> entry : root.path("model").path("vocab").properties()) {
      ids.put(entry.getKey(), id(entry.getValue()));
    }
    for (JsonNode token : root.path("added_tokens")) {
      added.set(id(token.path("id")));
      ids.putIfAbsent(token.path("content").asText(), id(token.path("id")));
    }
    size = 1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    size = Math.max(size, added.length());
  }

  /**
   * The tokens of a file.
   *
   * @throws DemitasseException (bad request) when it cannot be read, or has ids that are none
   */
  static TokenizerVocabulary of(Path file) {
    try {
      if (MAPPER.readTree(file.toFile()) instanceof ObjectNode root) {
        return new TokenizerVocabulary(file, root);
      }
      throw unusable(file, "it is no object");
    } catch (IOException e) {
      throw unusable(file, Reason.of(e));
    }
  }

  private int id(JsonNode id) {
    if (!id.isInt() || id.asInt() < 0) {
      throw unusable(file, "a token has the id " + id + ", expected a number from 0");
    }
    return id.asInt();
  }

  private static DemitasseException unusable(Path file, String why) {
    return DemitasseException.badRequest(
        "The vocabulary of "
            + file
            + " cannot be made smaller: "
            + why
            + ". Put the tokenizer of the model's makers in its place, or leave trim-vocabulary"
            + " out.");
  }

  private JsonNode model() {
    return root.path("model");
  }

  private boolean isBytePairs() {
    return model().path("type").asText(model().has("merges") ? "BPE" : "WordPiece").equals("BPE");
  }

  @Override
  public Optional<String> problem() {
    String type = model().path("type").asText("WordPiece");
    if (!KNOWN.contains(type) || !model().path("vocab").isObject()) {
      return Optional.of(
          "its tokenizer is of the kind "
              + type
              + "; those of WordPiece and BPE are written again");
    }
    BitSet seen = new BitSet();
    for (Map.Entry<String, Integer> token : ids.entrySet()) {
      if (seen.get(token.getValue())) {
        return Optional.of("its tokenizer has several tokens of the id " + token.getValue());
      }
      seen.set(token.getValue());
    }
    return Optional.empty();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long unknown() {
    return Optional.ofNullable(ids.get(unknownToken())).orElse(0);
  }

  private String unknownToken() {
    return model().path("unk_token").asText(isBytePairs() ? "" : "[UNK]");
  }

  @Override
  public BitSet closed(BitSet used) {
    BitSet closed = (BitSet) used.clone();
    closed.or(added);
    Optional.ofNullable(ids.get(unknownToken())).ifPresent(closed::set);
    ids.forEach((token, id) -> closed.set(id, closed.get(id) || isLeast(token)));
    if (isBytePairs()) {
      close(closed);
    }
    return closed;
  }

  /** Whether a token is a single character or a byte, which nothing smaller stands for. */
  private boolean isLeast(String token) {
    String rest = token;
    String prefix = model().path("continuing_subword_prefix").asText(isBytePairs() ? "" : "##");
    String suffix = model().path("end_of_word_suffix").asText("");
    if (rest.length() > prefix.length() && rest.startsWith(prefix)) {
      rest = rest.substring(prefix.length());
    }
    if (rest.length() > suffix.length() && rest.endsWith(suffix)) {
      rest = rest.substring(0, rest.length() - suffix.length());
    }
    return rest.codePointCount(0, rest.length()) == 1 || token.matches("<0x[0-9A-Fa-f]{2}>");
  }

  /** Whatever a token that stays is merged from stays too. */
  private void close(BitSet closed) {
    Merges merges = Merges.of(model());
    Map<String, List<String>> parts = new HashMap<>();
    for (JsonNode each : model().path("merges")) {
      merges
          .merge(each)
          .ifPresent(
              merge ->
                  parts
                      .computeIfAbsent(merge.result(), _ -> new ArrayList<>())
                      .addAll(List.of(merge.left(), merge.right())));
    }
    Deque<String> open = new ArrayDeque<>();
    ids.forEach(
        (token, id) -> {
          if (closed.get(id)) {
            open.add(token);
          }
        });
    while (!open.isEmpty()) {
      for (String part : parts.getOrDefault(open.remove(), List.of())) {
        Integer id = ids.get(part);
        if (id != null && !closed.get(id)) {
          closed.set(id);
          open.add(part);
        }
      }
    }
  }

  @Override
  public Map<Path, byte[]> only(BitSet kept) {
    TokenizerJson anew = new TokenizerJson(kept);
    ObjectNode copy = root.deepCopy();
    anew.rewrite(copy);
    Map<Path, byte[]> files = new LinkedHashMap<>();
    try {
      files.put(file, MAPPER.writeValueAsBytes(copy));
    } catch (JsonProcessingException e) {
      throw unusable(file, Reason.of(e));
    }
    files.putAll(new TokenizerCompanions(file, anew, ids, Merges.of(model())).rewritten());
    return files;
  }
}
