package io.demitasse.media.wired;

import io.demitasse.ir.Bundle;
import io.demitasse.media.generate.GenerationRules;
import io.demitasse.yaml.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads how a part runs token by token. */
final class LoopReader {
  /** What says which tokens may follow, and when a text ends. */
  static final List<String> RULES =
      List.of(
          "prompt",
          "begin",
          "stop",
          "suppress",
          "suppress-first",
          "most",
          "beams",
          "length-penalty");

  static final List<String> KEYS =
      Stream.concat(
              Stream.of(
                  "tokens", "logits", "caches", "fixed", "next", "branch", "mask", "positions"),
              RULES.stream())
          .toList();

  /** As many tokens as a text decoder of speech gives at most, and enough for a caption. */
  private static final int USUAL_MOST = 224;

  private static final String INPUT_IDS = "input_ids";
  private static final String ATTENTION_MASK = "attention_mask";
  private static final String POSITION_IDS = "position_ids";
  private static final String USE_CACHE_BRANCH = "use_cache_branch";

  private final Fields fields;
  private final Bundle bundle;
  private final String part;
  private final String place;

  LoopReader(Fields fields, Bundle bundle, String part, String place) {
    this.fields = fields;
    this.bundle = bundle;
    this.part = part;
    this.place = place;
  }

  Loop read(@Nullable Object tree) {
    Map<String, Object> given = fields.map(tree, place, KEYS);
    @Nullable String next = text(given, "next");
    String later = next == null ? part : next;
    return new Loop(
        Objects.requireNonNullElse(text(given, "tokens"), INPUT_IDS),
        Objects.requireNonNullElse(text(given, "logits"), "logits"),
        pairs(given, "caches", later),
        pairs(given, "fixed", later),
        next,
        orDeclared(given, "branch", USE_CACHE_BRANCH),
        orDeclared(given, "mask", ATTENTION_MASK),
        orDeclared(given, "positions", POSITION_IDS),
        prompt(given.get("prompt")),
        rules(given));
  }

  private static @Nullable String text(Map<String, Object> given, String key) {
    Object value = given.get(key);
    return value == null ? null : String.valueOf(value);
  }

  /** An input that is named, or goes by its usual name. */
  private @Nullable String orDeclared(Map<String, Object> given, String key, String usual) {
    return given.containsKey(key) ? text(given, key) : takes(usual) ? usual : null;
  }

  private boolean takes(String input) {
    return Signature.of(bundle, part).inputNames().contains(input);
  }

  /** Pairs of input and output; stars stand for the same in both. */
  private Map<String, String> pairs(Map<String, Object> given, String key, String later) {
    Map<String, String> pairs = new LinkedHashMap<>();
    fields
        .map(given.get(key), place + ", " + key)
        .forEach(
            (input, output) -> {
              Map<String, String> found =
                  new NamePattern(input, String.valueOf(output))
                      .pairs(Signature.of(bundle, later).inputNames());
              if (found.isEmpty()) {
                problem(key + ": part '" + later + "' has no input '" + input + "'");
              }
              pairs.putAll(found);
            });
    return pairs;
  }

  private Optional<Source.OfSample> prompt(@Nullable Object written) {
    if (written == null) {
      return Optional.empty();
    }
    if (Source.parse(written).orElse(null) instanceof Source.OfSample prompt) {
      return Optional.of(prompt);
    }
    problem("prompt must be a text of the sample such as $text, got '" + written + "'");
    return Optional.empty();
  }

  private GenerationRules rules(Map<String, Object> given) {
    List<Long> begin = tokens(given, "begin");
    if (begin.isEmpty() && !given.containsKey("prompt")) {
      problem("it needs tokens to begin with: 'begin: [...]', or 'prompt: $text'");
    }
    try {
      return new GenerationRules(
          begin,
          Set.copyOf(tokens(given, "stop")),
          Set.copyOf(tokens(given, "suppress")),
          Set.copyOf(tokens(given, "suppress-first")),
          (int) fields.number(given, "most", place, USUAL_MOST),
          (int) fields.number(given, "beams", place, 1),
          fields.number(given, "length-penalty", place, 1));
    } catch (IllegalArgumentException e) {
      problem(e.getMessage());
      return new GenerationRules(List.of(), Set.of(0L), Set.of(), Set.of(), 1, 1, 1);
    }
  }

  private List<Long> tokens(Map<String, Object> given, String key) {
    List<Long> tokens = new ArrayList<>();
    Object value = given.get(key);
    for (Object token : value instanceof Number ? List.of(value) : fields.list(value, key)) {
      if (token instanceof Integer || token instanceof Long) {
        tokens.add(((Number) token).longValue());
      } else {
        problem(key + " must be numbers of tokens, got '" + token + "'");
      }
    }
    return tokens;
  }

  private void problem(@Nullable String text) {
    fields.problems().add(place + ": " + text);
  }
}
